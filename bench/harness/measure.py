"""Measures the rows of one work, in one process, in turns."""

import statistics
import time

import numpy as np

from . import peers, works
from .native import Failed, Skipped

BUDGET = 8.0  # seconds for one row


def first_line(error):
    text = str(error).strip().split("\n")[0][:160]
    return text if isinstance(error, Failed) else f"{type(error).__name__}: {text}"


def make(work, options, say):
    """The rows that can be made, and a record {"row", "failed"} or {"row", "skipped"} for each that cannot."""
    makers = work.make_rows(options.threads, options.schedule) + peers.make_rows(work, options.peers)
    rows, others = [], []
    for name, maker in makers:
        if options.rows and name not in (*options.rows, "limit", "goal"):
            continue
        say(f"{work.name}: {name}")
        try:
            row = maker()
            row.call()
            rows.append(row)
        except ImportError as error:
            others.append({"row": name, "skipped": f"not installed: {error.name or error}"})
        except Skipped as error:
            others.append({"row": name, "skipped": str(error)})
        except Exception as error:  # a row that fails stops no other
            others.append({"row": name, "failed": first_line(error)})
    return rows, others


def seconds(row):
    start = time.perf_counter()
    found = row.call()
    elapsed = time.perf_counter() - start
    return found if row.timed else elapsed / row.share


def errors(row, truth):
    """The largest and the median error of a sample, relative to max(1, |truth|), of the samples that it solved."""
    solution, iterations = row.read()
    found = {}
    if iterations is not None:
        found["iterations"] = round(float(np.mean(iterations)), 1)
        found["iterations_most"] = int(np.max(iterations))
    if solution is not None and truth is not None:
        each = np.abs(solution.astype(np.float64) - truth) / np.maximum(1.0, np.abs(truth))
        each = each.max(axis=1)[~np.isnan(solution).any(axis=1)]
        if len(each):
            found["error"], found["error_median"] = float(each.max()), float(np.median(each))
    return found


def measure(name, options, say):
    work = works.make(name)
    truth = works.reference(work) if work.base == "limit" else None
    rows, records = make(work, options, say)
    say(f"{work.name}: measuring")

    # The second call tells how often a row can be measured.
    rounds, samples = {}, {row.name: [] for row in rows}
    for row in rows:
        start = time.perf_counter()
        row.call()
        took = time.perf_counter() - start
        rounds[row.name] = max(min(options.repeat, row.at_most, int(BUDGET / max(took, 1e-9))), 1)
    for k in range(max(rounds.values(), default=0)):
        for row in rows:
            if k < rounds[row.name]:
                samples[row.name].append(seconds(row))

    bases = [statistics.median(samples[name]) for name in (work.base, "limit-one") if samples.get(name)]
    measured = []
    for row in rows:
        times = samples[row.name]
        record = {"row": row.name, "ms": 1e3 * statistics.median(times), "ms_least": 1e3 * min(times)}
        if bases:
            record["ratio"] = statistics.median(times) / min(bases)
        record |= errors(row, truth)
        record |= {"repeats": len(times)}
        if row.share < 1:
            record["share"] = row.share
        if row.notes:
            record["note"] = "; ".join(row.notes)
        measured.append(record)
    return [{"work": name, "threads": options.threads, **record} for record in measured + records]

"""Turns records into a table of text, a page and a plot."""

import datetime

NUMBERS = (("ms", "{:.4g}"), ("ratio", "{:.2f}"), ("iterations", "{:.1f}"), ("error", "{:.1e}"))


def cells(record):
    if "ms" not in record:
        return [record["row"]] + ["-"] * len(NUMBERS)
    numbers = [form.format(record[key]) if key in record else "-" for key, form in NUMBERS]
    return [record["row"], *numbers]


def remark(record):
    for word in ("failed", "skipped"):
        if word in record:
            return f"{word}: {record[word]}"
    return record.get("note", "")


def by_work(records):
    groups = {}
    for record in records:
        groups.setdefault(record["work"], []).append(record)
    return groups


def text(records):
    lines = []
    for work, rows in by_work(records).items():
        lines.append(f"{work:24}{'ms':>12}{'ratio':>9}{'iterations':>12}{'error':>10}")
        for record in rows:
            name, ms, ratio, iterations, error = cells(record)
            lines.append(f"  {name:22}{ms:>12}{ratio:>9}{iterations:>12}{error:>10}  {remark(record)}".rstrip())
        lines.append("")
    return "\n".join(lines)


def gains(records):
    """How much faster the rows NAME-N are than NAME, as a text."""
    lines = []
    for work, rows in by_work(records).items():
        times = {record["row"]: record["ms"] for record in rows if "ms" in record}
        for name, ms in times.items():
            base, _, count = name.rpartition("-")
            if base in times and count.isdigit() and int(count) == rows[0]["threads"]:
                lines.append(f"{work:24}{base:22}{times[base] / ms:.2f} times as fast with {count} threads")
    return "\n".join(lines)


def page(records, machine, repeat):
    out = [
        "# Results",
        "",
        "Made by `bench/run --write`; [README.md](README.md) says what the works and the columns are.",
        "",
        "| | |",
        "| --- | --- |",
        f"| date | {datetime.date.today().isoformat()} |",
        f"| repeats | {repeat}, fewer for slow rows |",
        *[f"| {name} | {value} |" for name, value in machine.items()],
    ]
    for work, rows in by_work(records).items():
        out += [
            "",
            f"## {work}",
            "",
            "| row | ms | ratio | iterations | error | |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
        ]
        for record in rows:
            note = remark(record).replace("|", "\\|")
            out.append("| " + " | ".join([*cells(record), note]).rstrip() + " |")
    return "\n".join(out) + "\n"


def plot(records, path):
    """Ratios to the limit, one panel per work, on a logarithmic axis."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import NullFormatter

    groups = {
        w: [r for r in rows if "ratio" in r and r["row"] not in ("limit", "goal")]
        for w, rows in by_work(records).items()
    }
    groups = {w: sorted(rows, key=lambda r: -r["ratio"]) for w, rows in groups.items() if rows}
    columns = 3
    lines = -(-len(groups) // columns)
    tallest = max(len(rows) for rows in groups.values())
    figure, axes = plt.subplots(lines, columns, figsize=(15, lines * (0.6 + 0.22 * tallest)), squeeze=False)
    for axis in axes.flat[len(groups) :]:
        axis.axis("off")
    for axis, (work, rows) in zip(axes.flat, groups.items()):
        colors = ["tab:blue" if r["row"].startswith("eq") else "tab:gray" for r in rows]
        bars = axis.barh([r["row"] for r in rows], [r["ratio"] for r in rows], color=colors)
        axis.bar_label(bars, fmt="%.2f", padding=2, fontsize=7)
        axis.set_xscale("log")
        axis.axvline(1, color="tab:red", linewidth=1)
        axis.margins(x=0.15)
        axis.set_title(work, fontsize=9)
        axis.tick_params(labelsize=7)
        axis.xaxis.set_minor_formatter(NullFormatter())
    figure.suptitle("Time, in times of the limit kernel (red line); less is better")
    figure.tight_layout(rect=(0, 0, 1, 0.99))
    figure.savefig(path, dpi=90)

"""Predicts times from machine code, occupancy and counted steps. Nothing here is a measurement."""

import dataclasses

import numpy as np

from . import sass, tools
from .tools import Failed
from .works import uneven

# An H200: multiprocessors, their clock, memory bandwidth in bytes a second, and what one of them has.
CHIP, PROCESSORS, CLOCK, BANDWIDTH = "sm_90", 132, 1.98e9, 4.8e12
REGISTERS, WARPS, BLOCKS, SHARED = 65536, 64, 32, 228 * 1024  # a block may have all but the reserve
RESERVE = 1024  # bytes of shared memory that every block takes beside its own
STEPS = 2  # of a block with tiles, played together with a service
QUARTERS = 4  # of a multiprocessor: each issues an instruction a cycle
LAUNCH = 10e-6  # seconds from the call to the kernel and back. Assumed
REFILL = 4  # idle threads that are enough for a service: what the stage schedule chooses for #eq.thread
SAMPLE = 4096  # samples whose steps are counted


def blocks_at_once(kernel):
    """Blocks of a kernel on a multiprocessor."""
    warps = -(-kernel["threads"] // 32)
    by_registers = REGISTERS // (-(-kernel["registers"] * 32 // 256) * 256 * warps)
    by_shared = SHARED // (kernel["shared"] + RESERVE) if kernel["shared"] else BLOCKS
    return min(by_registers, by_shared, WARPS // warps, BLOCKS)


def turns(counts, batch, warps, refill, places=32):
    """(turns, services, share of turns of threads that work) of a warp, for `batch` samples on so many warps.

    A warp takes new samples when `refill` of its threads are idle, as the kernels do; 32: when all are. A block with
    tiles does as a warp that has `places`.
    """
    if batch <= places * warps:
        counts = counts[:batch]
        return float(counts.max()), 2.0, float(counts.mean() / counts.max())
    each = batch / warps
    few = int(min(each, 4000))
    random, total, services, busy = np.random.default_rng(0), [], [], []
    for _ in range(8):
        queue = random.choice(counts, few)
        left, taken, clock, served = queue[:places].copy(), min(places, few), 0, 1
        while len(left):
            wanted = refill if taken < few else places
            pause = max(np.partition(left, min(wanted, len(left)) - 1)[min(wanted, len(left)) - 1], 1)
            clock, served = clock + int(pause), served + 1
            left = left[left > pause] - pause
            fresh = queue[taken : taken + places - len(left)]
            taken += len(fresh)
            left = np.concatenate([left, fresh])
        total.append(clock)
        services.append(served)
        busy.append(queue.sum() / (places * clock))
    scale = each / few
    return scale * float(np.mean(total)), scale * float(np.mean(services)), float(np.mean(busy))


def seconds_of(kernel, counts, batch, refill):
    """{seconds, busy, ..} of one kernel."""
    if "tile" in kernel:
        return seconds_of_tiles(kernel, counts, batch, refill)
    blocks = blocks_at_once(kernel)
    warps_of_block = -(-kernel["threads"] // 32)
    most = PROCESSORS * blocks * warps_of_block
    warps = min(most, -(-batch // 32))
    per_quarter = -(-warps // (PROCESSORS * QUARTERS))
    loop = kernel["loop"]
    taken, served, busy = turns(counts, batch, warps, refill)
    step = max(sass.cycles_of_one(loop.step), per_quarter * sass.cycles_of_many(loop.step))
    service = max(sass.cycles_of_one(loop.service), per_quarter * sass.cycles_of_many(loop.service or [0]))
    return {"seconds": (taken * step + served * service) / CLOCK, "busy": busy, "blocks": blocks}


def seconds_of_tiles(kernel, counts, batch, refill):
    """The same of a kernel with tiles of samples."""
    loop, tile = kernel["loop"], kernel["tile"]
    at_once = blocks_at_once(kernel)
    blocks = min(PROCESSORS * at_once, -(-batch // tile))
    here = -(-blocks // PROCESSORS)  # on a multiprocessor
    warps = here * -(-kernel["threads"] // (32 * QUARTERS))  # of a quarter
    taken, served, busy = turns(counts, batch, blocks, refill, tile)
    places = batch / blocks / served  # that change hands in a service; the warps share them
    service = loop.service_of(int(np.ceil(places)), kernel["threads"] // 32)

    def cycles(steps):
        """Of so many steps and a service, while other blocks do the same; 0: of a step alone."""
        code = loop.step * steps + service if steps else loop.step
        known = kernel.setdefault("cycles", {})
        key = (len(code), warps, here)
        if key not in known:
            known[key] = sass.cycles_together(code, warps, here, turns=3)
        return known[key]

    step = cycles(0)
    alike = STEPS if taken >= STEPS * served else 1
    total = served * cycles(alike) + (taken - alike * served) * step
    return {"seconds": total / CLOCK, "busy": busy, "blocks": at_once}


def moved_bytes(work):
    arrays = [a for a in work.operands(work.data(64)).values() if a.ndim]
    moved = sum(a.nbytes / 64 for a in arrays if len(a) == 64)
    return work.batch * (moved + sum(np.prod(shape) / 64 * kind.itemsize for _, shape, kind in work.results(64)))


def of_kernels(program, chip=CHIP):
    """One record per kernel of a program."""
    records = []
    for kernel in tools.kernels(program, chip):
        record = {"program": program.name, "kernel": kernel["name"], "registers": kernel["registers"],
                  "spills": kernel["spills"], "blocks": blocks_at_once(kernel), "of": kernel}  # fmt: skip
        loop = kernel["loop"]
        if loop:
            used = sass.pipes(loop.step)
            record |= {"slots": len(loop.step), **used, "many": sass.cycles_of_many(loop.step),
                       "one": sass.cycles_of_one(loop.step), "service": len(loop.service),
                       "barriers": sum(i.base == "BAR" for i in loop.step)}  # fmt: skip
            notes = loop.notes + ([] if kernel["machine"] else ["instructions of PTX: there is no nvdisasm"])
            record["note"] = "; ".join(notes)
        else:
            record["note"] = "no loop with arithmetic"
        records.append(record)
    return records


def pipes_of(records):
    """{pipe: warp instructions} of a step of the last kernel."""
    return {pipe: records[-1][pipe] for pipe in sass.PIPES if pipe in records[-1]}


def of_work(work, records, counted):
    """The record of a work from those of its kernels and counted steps."""
    found = {"work": work.name, "steps": float(counted.mean()), "most": int(counted.max())}
    if any(not record["of"]["loop"] for record in records):
        raise Failed("no time without the loop of the kernel: " + records[-1]["note"])
    if any(record["of"]["loop"].unknown for record in records):
        raise Failed("no time for a step with loops inside that turn nobody knows how often")
    seconds = LAUNCH * len(records)
    for i, record in enumerate(records):
        most = record["of"].get("tile", 32)
        refill = most if work.program.schedule else record["of"].get("refill", REFILL)
        # Loops before the last were taken out of it, and make one step.
        steps = counted if i + 1 == len(records) else np.ones(len(counted), np.int64)
        part = seconds_of(record["of"], steps, work.batch, refill)
        seconds += part["seconds"]
    seconds = max(seconds, moved_bytes(work) / BANDWIDTH)
    found |= {"busy": part["busy"], "ms": 1e3 * seconds, "goal": work.goal}
    if work.program.size:
        found["tflops"] = work.flops * found["steps"] * work.batch / seconds / 1e12
        found["goal_tflops"] = work.goal_flops and work.goal_flops / 1e12
    return found


def predict(works, say):
    """(records of kernels, records of works); what failed has {"failed": why}."""
    kernels, times, known, steps = [], [], {}, {}
    for work in works:
        # Without refill the code is the same but for a number.
        variants = [(work.name, work)]
        if uneven(work):
            variants.append((f"{work.name}-masked", dataclasses.replace(work, program=work.program.masked)))
        for name, variant in variants:
            program = work.program
            try:
                if program.name not in known:
                    say(f"{program.name}: compiling")
                    try:
                        known[program.name] = of_kernels(program)
                        kernels += known[program.name]
                    except Failed as error:
                        known[program.name] = error
                        kernels.append({"program": program.name, "failed": str(error)})
                if isinstance(known[program.name], Failed):
                    raise known[program.name]
                key = (program.name, work.difficulty, min(work.batch, SAMPLE))
                if key not in steps:
                    say(f"{work.name}: counting steps")
                    steps[key] = tools.counts(work, key[-1])
                times.append({**of_work(variant, known[program.name], steps[key]), "work": name})
            except Failed as error:
                times.append({"work": name, "failed": str(error)})
    return kernels, times

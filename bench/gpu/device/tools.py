"""eq-compile, ptxas, nvdisasm: where they are, and what they say."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import sass
from .works import machine

VENV = machine.REPOSITORY / "build" / "bench" / "gpu-venv"

PATIENCE = 300.0  # seconds for one tool; --patience sets it


class Failed(Exception):
    """A row cannot be had; the text says why, in one line."""


def find(name):
    """A tool of CUDA: on the path, of the toolkit, or of a wheel that bench/gpu/setup installs. None: not there."""
    found = shutil.which(name)
    if found:
        return found
    places = ["/usr/local/cuda/bin"]
    for library in [*map(str, [VENV, machine.CACHE / "venv", machine.REPOSITORY / ".venv"]), sys.prefix]:
        packages = f"{library}/lib/python3*/site-packages"
        places += [f"{packages}/nvidia/*/bin", f"{packages}/triton/backends/nvidia/bin"]
    for place in places:
        for path in sorted(glob.glob(f"{place}/{name}")):
            if os.access(path, os.X_OK) or "site-packages" in path:
                return path
    return None


def run(command, what):
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"{what}: not done after {PATIENCE:g} s") from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").split("\n")
        wrong = next((line for line in lines if "error" in line), lines[0])
        raise Failed(f"{what}: {wrong[:200]}")
    return done


def version(tool, pattern):
    path = find(tool)
    text = subprocess.run([path, "--version"], capture_output=True, text=True).stdout if path else ""
    found = re.search(pattern, text)
    return found[1] if found else "none"


def versions():
    compiler = machine.BUILD / "bin" / "eq-compile"
    text = subprocess.run([compiler, "--version"], capture_output=True, text=True).stdout
    llvm = re.search(r"LLVM version (\S+)", text)
    return {
        "LLVM": llvm[1] if llvm else "unknown",
        "ptxas": version("ptxas", r"V(\d[\d.]+)"),
        "nvdisasm": version("nvdisasm", r"V(\d[\d.]+)"),
    }


def compile_program(program, target, chip, emit):
    """Writes the program beside `target` and compiles it for a GPU, or without `chip` for the CPU."""
    source, compiler = target.with_suffix(".mlir"), machine.BUILD / "bin" / "eq-compile"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(program.text())
    command = [compiler, source, f"--emit={emit}", "-o", target]
    command += ["--target=nvptx", f"--chip={chip}"] if chip else []
    command += [f"--schedule={program.schedule}"] if program.schedule and chip else []
    try:
        run(command, "eq-compile")
    except OSError as error:
        raise Failed(f"eq-compile: {error.strerror}") from error
    finally:
        target.with_suffix(".h").unlink(missing_ok=True)


def ptx_of(program, chip):
    """The PTX of a program: that of the last time if neither it nor the compiler has changed."""
    folder, library = machine.CACHE / "gpu" / chip, machine.BUILD / "lib" / "libEq.so"
    target, made_from = folder / f"{program.name}.ptx", folder / f"{program.name}.from"
    key = f"{library.stat().st_mtime_ns if library.exists() else 0}\n{program.schedule}\n{program.text()}"
    if not (target.exists() and made_from.exists() and made_from.read_text() == key):
        compile_program(program, target, chip, "ptx")
        made_from.write_text(key)
    return target


def loops_on_the_cpu(program, chip):
    """Why loops of a program have no kernel, as the stage schedule says; [] if all have one."""
    tools, target = machine.BUILD / "bin", ["--target=nvptx", f"--chip={chip}"]
    folder = machine.CACHE / "gpu" / chip
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{program.name}.mlir"
    source.write_text(program.text())
    fused, chosen = folder / f"{program.name}.fused.mlir", folder / f"{program.name}.chosen.mlir"
    run([tools / "eq-compile", source, *target, "--to=fuse", "-o", fused], "eq-compile")
    # Targets are written with the schedules; the stage is run again for its remarks.
    run([tools / "eq-compile", source, *target, "--to=schedule", "-o", chosen], "eq-compile")
    text = chosen.read_text()
    elsewhere = re.findall(r"schedule\((#eq\.(?:serial|lanes)\b)", text)
    if not elsewhere:
        return []
    fused.write_text(text.split("\n", 1)[0] + "\n" + fused.read_text().split("\n", 1)[1])
    said = run([tools / "eq-opt", fused, "--eq-schedule-choose", "--remarks-filter=eq-schedule"], "eq-opt").stderr
    return re.findall(r'on the CPU, not (#eq\.\w+: [^"\n]*)', said) or elsewhere


def tiles_of(schedules, lowered):
    """{kernel: {tile, refill, shared}} of the kernels that have tiles, from the text after the stage schedule, and from
    that of the lowered program, whose descriptors say how large a tile is and how much shared memory it has."""
    plans = []
    for text in re.findall(r"schedule\(#eq\.cta\b(?:<([^>]*)>)?\)", schedules):
        given = {name: int(value) for name, value in re.findall(r"(\w+)\s*=\s*(\d+)", text)}
        plans.append({"warps": 4, "samples": 4, "refill": 16, **given})
    found = {}
    for name, body in re.findall(r"@eq\.kernels\.(\w+)\.descriptor\(\)[^\n]*\{\n(.*?)\n  \}", lowered, re.DOTALL):
        numbers = dict(re.findall(r"(%\w+) = llvm\.mlir\.constant\((\d+) : i32\)", body))
        fields = {int(at): int(numbers[value]) for value, at in
                  re.findall(r"llvm\.insertvalue (%\w+), %\w+\[(\d)\]", body) if value in numbers}  # fmt: skip
        found[name] = {"threads": fields[3], "tile": fields[4], "shared": fields[6]}
    tiles = {}
    # Kernels are numbered in the order of loops, those with tiles first.
    for plan, name in zip(plans, sorted(found, key=lambda name: int(name.rsplit("_", 1)[1]))):
        about = found[name]
        if (about["threads"], about["tile"]) != (32 * plan["warps"], 32 * plan["samples"]):
            raise Failed(f"{name}: expected the kernel to be that of #eq.cta with {plan}, but it has {about}")
        tiles[name] = {"tile": about["tile"], "refill": plan["refill"], "shared": about["shared"]}
    return tiles


def tiles(program, chip):
    """As `tiles_of`, of a program that `loops_on_the_cpu` has looked at."""
    folder = machine.CACHE / "gpu" / chip
    schedules = (folder / f"{program.name}.chosen.mlir").read_text()
    if "schedule(#eq.cta" not in schedules:
        return {}
    lowered = folder / f"{program.name}.lowered"
    compile_program(program, lowered, chip, "mlir")
    return tiles_of(schedules, lowered.read_text())


def kernels(program, chip):
    """[{name, registers, spills, shared, threads, loop or None, instructions of PTX, tile, refill}] of a program, in
    order; without tile: a thread has a sample."""
    elsewhere = loops_on_the_cpu(program, chip)
    if elsewhere:
        raise Failed(f"not scheduled on the GPU: {elsewhere[-1]}")
    ptx = ptx_of(program, chip)
    cubin = ptx.with_suffix(".cubin")
    text = ptx.read_text()
    entries = re.findall(r"\.entry\s+(\w+)\s*\(", text)
    if not entries:
        raise Failed("not scheduled on the GPU: there is no kernel")
    assembler = find("ptxas")
    if not assembler:
        raise Failed("there is no ptxas; bench/gpu/setup --predict installs it")
    said = run([assembler, "-v", f"-arch={chip}", ptx, "-o", cubin], "ptxas").stderr
    disassembler = find("nvdisasm")
    if not disassembler:
        blocks = sass.ptx_functions(text)
    else:
        if not os.access(disassembler, os.X_OK):  # wheels forget that bit
            os.chmod(disassembler, 0o755)
        blocks = sass.functions(run([disassembler, "-c", cubin], "nvdisasm").stdout)
    found, tiled = [], tiles(program, chip)
    for name in entries:
        about = re.search(rf"Compiling entry function '{name}'(.*?)(?=Compiling entry function|\Z)", said, re.DOTALL)
        about = about[1] if about else ""
        body = re.search(rf"\.entry\s+{name}\s*\(.*?\)(.*?)^\{{(.*?)^\}}", text, re.DOTALL | re.MULTILINE)
        threads = re.search(r"\.(?:maxntid|reqntid)\s+(\d+)", body[1]) if body else None

        def number(pattern):
            match = re.search(pattern, about)
            return int(match[1]) if match else 0

        plan = tiled.get(name, {})
        count = int(threads[1]) if threads else 128
        found.append({
            **plan,
            "name": name,
            "registers": number(r"Used (\d+) registers"),
            "spills": number(r"(\d+) bytes spill stores"),
            "shared": number(r"(\d+) bytes smem") + plan.get("shared", 0),
            "threads": count,
            "machine": bool(disassembler),
            "loop": sass.find_loop(blocks[name], count if plan else None) if name in blocks else None,
        })  # fmt: skip
    return found


def counts(work, batch):
    """Iterations (attempted steps) of the first `batch` samples of the work, counted on the CPU."""
    import numpy as np

    folder = machine.CACHE / "gpu"
    folder.mkdir(parents=True, exist_ok=True)
    data = work.data(batch)
    inputs, outputs = folder / f"{work.name}.in.npz", folder / f"{work.name}.out.npz"
    source = folder / f"{work.program.name}.mlir"
    source.write_text(work.program.text())
    np.savez(inputs, **work.operands(data))
    run([machine.BUILD / "bin" / "eq-run", source, "--function=solve", f"--in={inputs}", f"--out={outputs}"], "eq-run")
    with np.load(outputs) as found:
        names = [name for name in ("iterations", "accepted", "rejected") if name in found]
        return sum(found[name].astype(np.int64) for name in names)


__all__ = ["Failed", "VENV", "compile_program", "counts", "find", "json", "kernels", "Path", "versions"]

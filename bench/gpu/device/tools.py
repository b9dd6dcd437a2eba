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


def kernels(program, chip):
    """[{name, registers, spills, shared, threads, loop or None, instructions of PTX}] of a program, in order."""
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
    found = []
    for name in entries:
        about = re.search(rf"Compiling entry function '{name}'(.*?)(?=Compiling entry function|\Z)", said, re.DOTALL)
        about = about[1] if about else ""
        body = re.search(rf"\.entry\s+{name}\s*\(.*?\)(.*?)^\{{(.*?)^\}}", text, re.DOTALL | re.MULTILINE)
        threads = re.search(r"\.(?:maxntid|reqntid)\s+(\d+)", body[1]) if body else None

        def number(pattern):
            match = re.search(pattern, about)
            return int(match[1]) if match else 0

        found.append({
            "name": name,
            "registers": number(r"Used (\d+) registers"),
            "spills": number(r"(\d+) bytes spill stores"),
            "shared": number(r"(\d+) bytes smem"),
            "threads": int(threads[1]) if threads else 128,
            "machine": bool(disassembler),
            "loop": sass.find_loop(blocks[name]) if name in blocks else None,
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

"""The PTX of kernels: nothing is rounded in another way than on the CPU, nothing is called that is not there, and ptxas
finds room for a sample's numbers in registers, and for a tile of samples in registers and shared memory."""

import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build/release")) / "bin"
CHIPS = ["sm_80", "sm_90"]


def lorenz(method, real):
    text = (REPOSITORY / "bench/programs/lorenz.mlir").read_text()
    assert "#eq.runge_kutta<dp5>" in text and "f64" in text
    return text.replace("<dp5>", f"<{method}>").replace("f64", real)


def deq(size):
    text = (REPOSITORY / "bench/programs/deq.mlir").read_text()
    assert "64xf32" in text
    return text.replace("64xf32", f"{size}xf32").replace("<64x", f"<{size}x")


PROGRAMS = {
    "kepler": lambda: (REPOSITORY / "examples/kepler/kepler.mlir").read_text(),
    "lorenz dp5 f64": lambda: lorenz("dp5", "f64"),
    "lorenz dp5 f32": lambda: lorenz("dp5", "f32"),
    "lorenz tsit5 f64": lambda: lorenz("tsit5", "f64"),
    "lorenz tsit5 f32": lambda: lorenz("tsit5", "f32"),
    "neural ODE": lambda: (REPOSITORY / "examples/neural_ode/neural_ode.mlir").read_text(),
    "bouncing ball": lambda: (REPOSITORY / "examples/bouncing_ball/bouncing_ball.mlir").read_text(),
    "roots": lambda: (REPOSITORY / "test/Run/root.mlir").read_text(),
    "nested": lambda: (REPOSITORY / "test/python/Inputs/nested.mlir").read_text(),
    "far angles": lambda: (REPOSITORY / "test/python/Inputs/gpu.mlir").read_text(),
    "digits": lambda: (REPOSITORY / "examples/digits/deq.mlir").read_text(),
    "DEQ 64": lambda: deq(64),
    "DEQ 128": lambda: deq(128),
    "DEQ with gain": lambda: (REPOSITORY / "bench/programs/deq_gain.mlir").read_text(),
    "neural ODE of 64 states": lambda: (REPOSITORY / "test/python/Inputs/flow.mlir").read_text(),
    "two layers": lambda: (REPOSITORY / "bench/programs/two_layer.mlir").read_text(),
}


@dataclass(frozen=True)
class Limits:
    """The most on sm_80 and on sm_90: registers of a thread, what ptxas 13.0 needs and 5 %; bytes of its stack, where
    what is spilled is, too; bytes of shared memory that a block is launched with. Of blocks with tiles shared memory
    allows two at once, or one of twice the threads: registers are for 256 threads, 255 for each."""

    registers: tuple
    stack: tuple = (0, 0)
    shared: tuple = (0, 0)


LIMITS = {
    "kepler": Limits((34, 34)),
    "lorenz dp5 f64": Limits((76, 76)),
    "lorenz dp5 f32": Limits((48, 45)),
    "lorenz tsit5 f64": Limits((76, 76)),
    "lorenz tsit5 f32": Limits((48, 49)),
    "neural ODE": Limits((108, 104), stack=(8, 8)),
    "digits": Limits((235, 255), shared=(82704, 115216)),
    "DEQ 64": Limits((232, 255), shared=(82704, 115216)),
    "DEQ 128": Limits((232, 242), shared=(164112, 197648)),
    "DEQ with gain": Limits((198, 200), shared=(82704, 82704)),
    "neural ODE of 64 states": Limits((155, 159), shared=(115120, 115120)),
    "two layers": Limits((198, 234), shared=(93072, 111056)),
}


def compile_program(folder, text, chip, *options):
    (folder / "program.mlir").write_text(text)
    command = [TOOLS / "eq-compile", folder / "program.mlir", "--target=nvptx", f"--chip={chip}", *options]
    done = subprocess.run([*command, "-o", folder / "out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (folder / "out").read_text()


def find_ptxas():
    """That of the wheel nvidia-cuda-nvcc in the environment, or else the one on the path, or None."""
    packages = Path(sysconfig.get_path("purelib")) / "nvidia"
    for found in sorted(packages.glob("*/bin/ptxas")):
        return found
    return shutil.which("ptxas")


def faults(ptx):
    """What a kernel may not have, line by line."""
    found = []
    defined = set(re.findall(r"\.func\s+(?:\([^)]*\)\s*)?([\w$]+)", ptx))
    called = re.findall(r"\bcall(?:\.uni)?\s+(?:\([^)]*\)\s*,\s*)?([\w$]+)", ptx)
    found += [f"calls {name}, which is not here" for name in called if name not in defined]
    for line in ptx.splitlines():
        code = line.split("//")[0]
        if re.search(r"\.(approx|ftz|full)\b", code):
            found.append(f"not rounded exactly: {code.strip()}")
        operation = re.search(r"\b(add|sub|mul|mad|div|sqrt|rcp|fma)((?:\.\w+)*)\.f(?:16|32|64)\b", code)
        if operation and ".rn" not in operation[2]:
            found.append(f"not rounded to nearest: {code.strip()}")
        if re.search(r"\b(sin|cos|tanh|lg2|ex2|rsqrt)\.", code):
            found.append(f"a function of the hardware: {code.strip()}")
        # Dynamic shared memory is the launch's to size.
        if ".extern" in code and ".extern .shared" not in code:
            found.append(f"elsewhere: {code.strip()}")
    return found


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_kernels_are_rounded_as_on_the_cpu(name, chip, tmp_path):
    ptx = compile_program(tmp_path, PROGRAMS[name](), chip, "--emit=ptx")
    assert f".target {chip}" in ptx and ".visible .entry" in ptx
    assert re.search(r"\b(add|mul|fma)\.rn\.f(32|64)\b", ptx)
    assert not faults(ptx)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_kernel_calls_libdevice(name, tmp_path):
    text = compile_program(tmp_path, PROGRAMS[name](), "sm_90", "--emit=mlir")
    assert "gpu.module @eq.kernels" in text and "nvvm.vote.sync" in text
    assert "__nv_" not in text


# The check above finds these.
@pytest.mark.parametrize("line", [
    "sqrt.approx.f32 %r1, %r2;", "div.full.f32 %r1, %r2, %r3;", "add.rn.ftz.f32 %r1, %r2, %r3;",
    "add.f64 %rd1, %rd2, %rd3;", "mul.f32 %r1, %r2, %r3;", "ex2.approx.f32 %r1, %r2;",
    ".extern .func (.param .b64 func_retval0) __nv_sin (.param .b64 x);", "call.uni (retval0), __nv_sin, (param0);",
    "call.uni\n  vprintf,\n  (param0);", ".extern .global .align 16 .b8 memory[];",
])  # fmt: skip
def test_faults_are_found(line):
    assert faults(line)


@pytest.mark.parametrize("line", [
    "add.rn.f64 %rd1, %rd2, %rd3;", "add.s32 %r1, %r2, 1;", "mul.lo.s64 %rd1, %rd2, 8;", "mul.wide.u32 %rd1, %r2, 4;",
    ".func (.param .b64 out) eq_rest (.param .b64 x)\n{ ret; }\ncall.uni (out), eq_rest, (x);", "neg.f64 %rd1, %rd2;",
])  # fmt: skip
def test_what_is_exact_is_no_fault(line):
    assert not faults(line)


@pytest.mark.skipif(find_ptxas() is None, reason="there is no ptxas: pip install -r utils/requirements.txt")
@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_ptxas_assembles_kernels(name, chip, tmp_path):
    (tmp_path / "kernels.ptx").write_text(compile_program(tmp_path, PROGRAMS[name](), chip, "--emit=ptx"))
    command = [find_ptxas(), "-v", f"-arch={chip}", tmp_path / "kernels.ptx", "-o", tmp_path / "kernels.cubin"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = done.stdout + done.stderr
    registers = [int(number) for number in re.findall(r"Used (\d+) registers", report)]
    assert registers, report
    if name not in LIMITS:
        return
    limits, which = LIMITS[name], CHIPS.index(chip)
    stacks = [int(number) for number in re.findall(r"(\d+) bytes stack frame", report)]
    assert len(stacks) == len(registers) and max(stacks) <= limits.stack[which], report
    assert max(registers) <= limits.registers[which], report


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("name", LIMITS)
def test_blocks_need_little_shared_memory(name, chip, tmp_path):
    code = compile_program(tmp_path, PROGRAMS[name](), chip, "--emit=llvm")
    # {name, ptx, simulated, threads, samples, chunk, shared_bytes, cooperative, pad}
    kernels = re.findall(r"ptr @eq\.kernels\.ptx, ptr null, i32 \d+, i32 \d+, i32 \d+, i32 (\d+), i32 0, i32 0 }", code)
    assert kernels
    assert max(int(bytes) for bytes in kernels) <= LIMITS[name].shared[CHIPS.index(chip)]

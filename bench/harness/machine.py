"""What is measured on: processors, versions, and where the files of a run are."""

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
REPOSITORY = BENCH.parent
BUILD = Path(os.environ.get("EQ_BUILD_DIR", REPOSITORY / "build" / "release")).resolve()
CACHE = REPOSITORY / "build" / "bench"
PEERS = ("numpy", "scipy", "torch", "jax", "diffrax", "optimistix", "jaxopt", "heyoka")


def python():
    """The Python of bench/setup, else that of utils/setup, else this one's name."""
    for venv in (CACHE / "venv", REPOSITORY / ".venv"):
        if (venv / "bin" / "python").exists():
            return str(venv / "bin" / "python")
    return "python3"


def environment(threads, uncached):
    """Variables under which NumPy, PyTorch and XLA use `threads` threads."""
    variables = dict(os.environ)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        variables[name] = str(threads)
    # Settings that would give NumPy the kernels of another processor.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        variables.pop(name, None)
    variables["JAX_PLATFORMS"] = "cpu"
    variables["PYTHONWARNINGS"] = "ignore"
    if threads == 1:
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if uncached:
        variables["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] = "1"
    return variables


def pin(threads):
    """Keeps this process, and what it starts, on `threads` processors."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < threads:
        raise SystemExit(f"bench/run: error: expected {threads} processors, but this process may use {len(allowed)}")
    os.sched_setaffinity(0, allowed[-threads:])


def describe():
    """{"cpu", "vectors", "eq", ...}: whatever is found of the machine and its software."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    fields = dict(re.findall(r"^(\S.*?)\s*: (.*)$", text, re.MULTILINE))
    flags = fields.get("flags", "").split()
    vectors = [name for name in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile") if name in flags]
    found = {
        "cpu": f"{fields.get('model name', platform.processor() or 'unknown')}, "
        f"family {fields.get('cpu family', '?')} model {fields.get('model', '?')}",
        "processors": str(os.cpu_count()),
        "vectors": " ".join(vectors),
        "python": platform.python_version(),
        "compiler": first_line(["clang++-22", "--version"]) or first_line(["g++", "--version"]),
        "commit": first_line(["git", "-c", "safe.directory=*", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]),
    }
    for name in PEERS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return ""

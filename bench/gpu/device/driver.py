"""The GPU, by the CUDA driver and ctypes alone; and, to rehearse, the CPU in its place."""

import ctypes
import os
import re
import shutil
from ctypes import byref, c_char_p, c_int, c_size_t, c_uint, c_uint64, c_void_p
from pathlib import Path

import numpy as np

from .tools import Failed, run
from .works import HERE, machine

# Of a multiprocessor: lanes for f32 and f64, by compute capability.
LANES = {(8, 0): (64, 32), (9, 0): (128, 64), (10, 0): (128, 64)}


class Gpu:
    """GPU 0, in its primary CUDA context, which is current in this thread from now on."""

    type = 2  # of DLPack

    def __init__(self, driver="libcuda.so.1"):
        try:
            self.cuda = ctypes.CDLL(driver)
        except OSError as error:
            raise Failed(f"there is no NVIDIA driver: {error}") from None
        for name, types in {
            "cuMemAlloc_v2": [c_void_p, c_size_t], "cuMemFree_v2": [c_uint64],
            "cuMemcpyHtoDAsync_v2": [c_uint64, c_void_p, c_size_t, c_void_p],
            "cuMemcpyDtoHAsync_v2": [c_void_p, c_uint64, c_size_t, c_void_p],
            "cuStreamSynchronize": [c_void_p], "cuCtxPushCurrent_v2": [c_void_p],
        }.items():  # fmt: skip
            getattr(self.cuda, name).argtypes = types
        self.check("cuInit", c_uint(0))
        self.device, context = c_int(), c_void_p()
        self.check("cuDeviceGet", byref(self.device), 0)
        self.check("cuDevicePrimaryCtxRetain", byref(context), self.device)
        self.check("cuCtxPushCurrent_v2", context)

    def check(self, call, *arguments):
        code = getattr(self.cuda, call)(*arguments)
        if code:
            name = c_char_p()
            self.cuda.cuGetErrorName(code, byref(name))
            raise Failed(f"{call} answers {name.value.decode() if name.value else code}")

    def attribute(self, number):
        """0 where the driver does not know it."""
        value = c_int()
        return 0 if self.cuda.cuDeviceGetAttribute(byref(value), number, self.device) else value.value

    def put(self, array):
        """The address of a copy on the GPU."""
        address = c_uint64()
        self.check("cuMemAlloc_v2", byref(address), max(array.nbytes, 1))
        self.check("cuMemcpyHtoDAsync_v2", address, array.ctypes.data, array.nbytes, None)
        self.check("cuStreamSynchronize", None)
        return address.value

    def get(self, address, array):
        self.check("cuMemcpyDtoHAsync_v2", array.ctypes.data, address, array.nbytes, None)
        self.check("cuStreamSynchronize", None)

    def free(self, address):
        self.check("cuMemFree_v2", address)

    def chip(self):
        return f"sm_{self.attribute(75)}{self.attribute(76)}"

    def limits(self):
        """{"f32", "f64": operations a second, two per fused multiply-add, "bytes": a second}; what is known."""
        found = {}
        lanes = LANES.get((self.attribute(75), self.attribute(76)))
        for name, count in zip(("f32", "f64"), lanes or ()):
            found[name] = 2.0 * count * self.attribute(16) * self.attribute(13) * 1e3
        clock, bits = self.attribute(36), self.attribute(37)
        if clock and bits:
            found["bytes"] = 2e3 * clock * bits / 8
        return found

    def describe(self):
        name = ctypes.create_string_buffer(256)
        self.check("cuDeviceGetName", name, 256, self.device)
        version = c_int()
        self.check("cuDriverGetVersion", byref(version))
        file = Path("/proc/driver/nvidia/version")
        driver = re.search(r"Module\s+([\d.]+)", file.read_text()) if file.exists() else None
        limits = self.limits()
        found = {
            "device": f"{name.value.decode()}, {self.chip()}, {self.attribute(16)} multiprocessors, "
            f"{self.attribute(13) / 1e6:g} GHz",
            "limits": ", ".join(f"{name} {value / 1e12:.3g} T/s" for name, value in limits.items()),
            "driver": f"{driver[1] if driver else 'unknown'}, CUDA {version.value / 1000:g}",
        }
        return found


class Host:
    """The CPU in place of a GPU. Its times are those of a rehearsal."""

    type = 1

    def __init__(self):
        self.kept = {}

    def put(self, array):
        copy = np.ascontiguousarray(array).copy()
        self.kept[copy.ctypes.data] = copy
        return copy.ctypes.data

    def get(self, address, array):
        array[...] = self.kept[address].reshape(array.shape)

    def free(self, address):
        del self.kept[address]

    def chip(self):
        return None

    def limits(self):
        return {}

    def describe(self):
        return {"device": "none: a rehearsal on the CPU"}


def build_launch_times(target):
    """Compiles launch_times.c to `target`, against a library that only has the name of the driver."""
    compiler = next((c for c in ("cc", "gcc", "clang", "clang-22") if shutil.which(c)), None)
    if not compiler:
        raise Failed("there is no C compiler for launch_times.c")
    target.parent.mkdir(parents=True, exist_ok=True)
    stub = target.parent / "libcuda.so.1"
    source = HERE / "launch_times.c"
    try:
        run([compiler, "-shared", "-nostdlib", "-Wl,-soname,libcuda.so.1", "-x", "c", os.devnull, "-o", stub], "stub")
        run([compiler, "-O2", "-shared", "-fPIC", source, "-Wl,--no-as-needed", stub, "-ldl", "-o", target], "cc")
    finally:
        stub.unlink(missing_ok=True)
    return target


__all__ = ["Gpu", "Host", "build_launch_times", "machine"]

"""The suite `eq`: the lit tests, one folder per folder of lib/eq, and the examples' programs that they run."""

import os
import shutil

import lit.formats
from lit.llvm import llvm_config

config.name = "eq"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# Inputs are read by tests; python is pytest's. unit is a suite of its own (unit/lit.cfg.py).
config.excludes = ["Inputs", "python", "Conformance", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.eq_binary_dir, "test")

tools = os.path.join(config.eq_binary_dir, "bin")
libraries = os.path.join(config.eq_binary_dir, "lib")
# The environment's packages, as the demo uses them; without .venv, the Python that runs lit.
venv_python = os.path.join(config.eq_source_dir, ".venv", "bin", "python")
python = venv_python if os.path.exists(venv_python) else config.python_executable

# Programs that a test compiles are linked as eq itself was.
compiler = config.c_compiler
if config.eq_asan:
    compiler += " -fsanitize=address,undefined"

# Projects of somebody else, against an installed eq, are built as eq itself was, but not optimised.
configure = f"{config.cmake} -G '{config.cmake_generator}' -DCMAKE_C_COMPILER={config.c_compiler}" \
    f" -DCMAKE_CXX_COMPILER={config.cxx_compiler} '-DCMAKE_EXE_LINKER_FLAGS={config.linker_flags}'"
if config.eq_asan:
    configure += " -DCMAKE_C_FLAGS=-fsanitize=address,undefined" \
        " '-DCMAKE_CXX_FLAGS=-fsanitize=address,undefined -fno-sanitize=vptr'"

config.substitutions += [
    ("%install_eq", f"{config.cmake} --install {config.eq_binary_dir} --prefix"),
    ("%configure", configure),
    ("%cmake", config.cmake),
    ("%eqrt_lib_dir", libraries),
    # What a stock mlir-opt needs to know eq.
    (
        "%load_eq",
        "--load-dialect-plugin={0} --load-pass-plugin={0}".format(os.path.join(libraries, "EqPlugin.so")),
    ),
    ("%eq_src", config.eq_source_dir),
    ("%python", python),
    ("%cc", compiler),
    ("%cxx", config.cxx_compiler),
    ("%llvm_include", config.llvm_include),
]

# Tests name their tools in full words, found here before anywhere else: eq-opt, eq-run, eq-compile and eqrt-test of
# this build; FileCheck, count, llc, mlir-opt, mlir-translate, not and split-file of LLVM 22.
llvm_config.with_environment("PATH", [tools, config.llvm_tools_dir], append_path=True)

# Where the tests that are Python programs look for the build.
config.environment["EQ_BUILD_DIR"] = config.eq_binary_dir
# `REQUIRES: gpu` needs a device: set by hand, so that a run is the same on every machine.
if os.environ.get("EQ_TEST_GPU") == "1":
    config.available_features.add("gpu")

# A debugger that may look into other processes.
if shutil.which("gdb") and not config.eq_asan:
    config.available_features.add("gdb")

# As in LLVM's own tests: aarch64-registered-target.
config.available_features |= {f"{target.lower()}-registered-target" for target in config.llvm_targets}

# There is an eqrt-test-tsan; where not, CMake says why.
if config.eq_tsan:
    config.available_features.add("tsan")
# There is a simulator-test-asan; where not, CMake says why.
if config.eq_simulator_asan:
    config.available_features.add("simulator-asan")

if config.eq_asan:
    config.available_features.add("asan")
    # allow_user_poisoning=0: LLVM's allocators poison memory in headers that eq compiles with the sanitizer, and
    # unpoison it in libLLVM, which is not: without this, reports can be false.
    config.environment["ASAN_OPTIONS"] = "detect_leaks=1:allow_user_poisoning=0"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    suppressions = os.path.join(config.test_source_root, "lsan.supp")
    if os.path.exists(suppressions):
        config.environment["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + suppressions
    llvm_config.with_environment("ASAN_SYMBOLIZER_PATH", os.path.join(config.llvm_tools_dir, "llvm-symbolizer"))

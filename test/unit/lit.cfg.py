"""The suite `eq-unit`: the GoogleTest programs, one test per TEST of theirs."""

import os

import lit.formats

config.name = "eq-unit"
config.suffixes = []
config.excludes = ["CMakeFiles"]
# The programs are found where they were built.
config.test_source_root = os.path.join(config.eq_binary_dir, "test", "unit")
config.test_exec_root = config.test_source_root

# Named after what they test, MethodsTest or MethodsTests, in this folder or one below.
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.test_format.test_suffixes.add("Test")

if config.eq_asan:
    # As in ../lit.cfg.py.
    config.environment["ASAN_OPTIONS"] = "detect_leaks=1:allow_user_poisoning=0"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    config.environment["ASAN_SYMBOLIZER_PATH"] = os.path.join(config.llvm_tools_dir, "llvm-symbolizer")
    suppressions = os.path.join(config.eq_source_dir, "test", "lsan.supp")
    if os.path.exists(suppressions):
        config.environment["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + suppressions

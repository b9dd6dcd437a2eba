"""set-version.py FROM TO VERSION: the bytecode of FROM, said to be of another version of eq."""

import sys
from pathlib import Path

source, target, version = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
code = bytearray(source.read_bytes())
# A section with a version: its kind, one byte, the version, each as a number of seven bits and an end mark.
at = code.find(bytes([7, 3, 3]))
if not 0 < at < 64:
    sys.exit(f"set-version.py: expected {source} to say near its start that it is of version 1")
code[at + 2] = version << 1 | 1
target.write_bytes(code)

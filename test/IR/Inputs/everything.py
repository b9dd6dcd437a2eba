"""everything.py FOLDER PROGRAM: the operations and attributes that FOLDER/*.td define and PROGRAM does not have."""

import re
import sys
from pathlib import Path

folder, program = Path(sys.argv[1]), Path(sys.argv[2]).read_text()
missing, found = [], 0
for definitions in sorted(folder.glob("*.td")):
    text = re.sub(r"\s+", " ", definitions.read_text())
    names = [(f"eq.{name}", rf"\beq\.{name}\b") for name in re.findall(r"def Eq_\w+Op : Eq_\w+<\"(\w+)\"", text)]
    names += [(f"eqtest.{name}", rf"\beqtest\.{name}\b") for name in re.findall(r"def EqTest_\w+Op : \w+<\"(\w+)\"", text)]
    names += [(f"#eq.{name}", rf"#eq\.{name}\b") for name in re.findall(r"def Eq_\w+Attr : Eq_\w+<\"\w+\", \"(\w+)\"", text)]
    # Enumerations are written as clauses: norm(rms).
    names += [(f"{name}(..)", rf"\b{name}\(\w+\)") for name in re.findall(r"EnumAttr<Eq_Dialect, \w+, \"(\w+)\"", text)]
    found += len(names)
    missing += [name for name, pattern in names if not re.search(pattern, program)]
if found < 30:
    sys.exit(f"everything.py: expected {folder} to define at least 30 operations and attributes, but got {found}")
if missing:
    sys.exit("everything.py: not in the program: " + ", ".join(missing))

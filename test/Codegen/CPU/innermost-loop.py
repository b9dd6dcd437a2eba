"""Prints the innermost loop of a disassembly that multiplies and adds most: its instructions, and those that touch the
stack.

    llvm-objdump --disassemble --no-show-raw-insn solve.o | innermost-loop.py vfmadd
"""

import re
import sys

LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
JUMP = re.compile(r"^j[a-z]+$")


def loops(instructions):
    """Spans that end with a jump back and hold no other jump."""
    places = {address: i for i, (address, _, _) in enumerate(instructions)}
    for end, (address, name, operands) in enumerate(instructions):
        target = re.match(r"0x([0-9a-f]+)", operands)
        if not JUMP.match(name) or not target or int(target[1], 16) >= address:
            continue
        begin = places.get(int(target[1], 16))
        body = instructions[begin : end + 1] if begin is not None else []
        if body and not any(JUMP.match(inner) or inner.startswith("call") for _, inner, _ in body[:-1]):
            yield body


def main():
    wanted = sys.argv[1]
    matches = (LINE.match(line) for line in sys.stdin)
    instructions = [(int(m[1], 16), m[2], m[3]) for m in matches if m]
    body = max(loops(instructions), key=lambda body: sum(name.startswith(wanted) for _, name, _ in body))
    for _, name, operands in body:
        print("stack" if re.search(r"\(%r[sb]p", operands) else "     ", name, operands)


if __name__ == "__main__":
    main()

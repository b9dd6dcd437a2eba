"""Finds in machine code how often loops turn, and how far apart the addresses of neighbouring threads are.

Both follow from integers that are known before the kernel runs: constants, and the number of a thread in its block.
`Code` works them out, instruction by instruction, for one thread at a time. What depends on anything else is unknown,
None.
"""

import re
import struct

MOST_TURNS = 4096  # of a loop: what has not ended by then is unknown
MOST_WRITES = 200  # that a value depends on
WORD = 0xFFFFFFFF
NAME = re.compile(r"U?R\d+|U?P\d")
SETS = ("ISETP", "UISETP", "FSETP", "DSETP", "HSETP2", "PLOP3", "UPLOP3", "IADD3", "UIADD3", "LEA", "ULEA", "SHFL",
        "ATOMG", "ATOMS", "ATOM", "LOP3", "ULOP3", "VOTE", "VOTEU", "IMAD", "UIMAD")  # fmt: skip
KNOWN = ("STL", "LDL", "MOV", "R2UR", "S2R", "S2UR", "CS2R", "HFMA2", "IADD3", "VIADD", "IMAD", "LEA", "SHF", "LOP3", "SEL",
         "PLOP3", "ISETP")  # fmt: skip
SILENT = ("STG", "STS", "RED", "BRA", "BRX", "EXIT", "BSYNC", "BSSY", "BAR", "NOP", "RET", "CALL", "WARPSYNC",
          "MEMBAR", "DEPBAR", "ERRBAR", "CCTL", "YIELD")  # fmt: skip


def split(instruction):
    return [word.strip() for word in instruction.operands.split(",")] if instruction.operands else []


def written(instruction):
    """The registers and predicates that an instruction writes."""
    base, operands = instruction.base, split(instruction)
    if base in SILENT or not operands:
        return []
    if base == "STL":  # a spilled register
        return [operands[0]]
    if base == "R2P":
        return [f"P{i}" for i in range(7)]
    found = []
    for operand in operands[: 2 if base in SETS else 1]:
        match = NAME.fullmatch(operand)
        if not match:
            continue
        name = match[0]
        if name[-2] != "P" and operand is not operands[0] and base not in ("SHFL", "ATOMG", "ATOMS", "ATOM"):
            continue  # the first source
        found.append(name)
        number = re.fullmatch(r"(U?R)(\d+)", name)
        if number:
            found += [f"{number[1]}{int(number[2]) + i}" for i in range(1, width(instruction))]
    return found


def width(instruction):
    """Registers of the result."""
    base, words = instruction.base, instruction.opcode.split(".")
    if base == "CS2R":
        return 1 if "32" in words else 2
    if "128" in words:
        return 4
    wide = base in ("DFMA", "DADD", "DMUL") or "64" in words or "WIDE" in words or words[1:2] == ["F64"]
    return 2 if wide and not base.startswith("SHF") else 1


def constant(text):
    """An immediate number, or None."""
    try:
        return int(text, 0) & WORD
    except ValueError:
        return None


def halves(first, second):
    """Two numbers of 16 bits in a word, as HFMA2 writes constants."""
    try:
        high, low = (struct.unpack("<H", struct.pack("<e", float(text)))[0] for text in (first, second))
    except (ValueError, OverflowError):
        return None
    return high << 16 | low


def signed(value):
    return value - (1 << 32) if value >> 31 else value


def table(lut, values):
    """Bit by bit the function of three words that `lut` tabulates."""
    a, b, c = values
    found = 0
    for i in range(8):
        if lut >> i & 1:
            found |= (a if i & 4 else ~a) & (b if i & 2 else ~b) & (c if i & 1 else ~c)
    return found & WORD


def special(name, thread):
    return {"SR_TID.X": thread, "SR_LANEID": thread % 32}.get(name, 0 if name.startswith("SR") else None)


def reads_of(instruction):
    if instruction.base == "LDL":
        return split(instruction)[1:]
    found = NAME.findall(instruction.operands)
    if instruction.base == "STL":
        return found[-1:]
    return found[1:] if written(instruction)[:1] == found[:1] else found


def is_known(instruction):
    """Whether `compute` may know what an instruction writes."""
    return not instruction.guard and instruction.base.removeprefix("U") in KNOWN


def run(instruction, get, thread):
    """{name: value} that an instruction writes, for one thread; `get` gives the value of a name, or None."""
    unknown = dict.fromkeys(written(instruction))
    try:
        found = compute(instruction, get, thread)
    except (TypeError, IndexError, ValueError):  # an operand that is not known, or a form that is not
        return unknown
    return {**unknown, **found}


def compute(instruction, get, thread):
    base = instruction.base.removeprefix("U")
    words, operands = instruction.opcode.split(".")[1:], split(instruction)

    def word(text):
        text = text.removesuffix(".reuse")
        if text[0] in "-~" and not constant(text):
            value = word(text[1:])
            return (~value & WORD) + (text[0] == "-")
        if text in ("RZ", "URZ", "SRZ"):
            return 0
        return get(text) if NAME.fullmatch(text) else constant(text)

    def flag(text):
        if text[0] == "!":
            return 1 - flag(text[1:])
        return 1 if text in ("PT", "UPT") else get(text) + 0

    def isFlag(text):
        return bool(re.fullmatch(r"!?U?P[\dT]", text))

    target, carries = operands[0], []
    rest = operands[1:]
    if base in ("IADD3", "LEA", "LOP3", "IMAD"):
        while rest and isFlag(rest[0]):
            carries.append(rest.pop(0))
    if base == "LOP3" and isFlag(target):
        return {}  # a predicate: nobody counts with those
    if base in ("STL", "LDL") and len(words) == 0:
        return {target: (word(rest[0]) if base == "STL" else get(rest[0])) + 0}
    if base in ("MOV", "R2UR"):
        return {target: word(rest[0]) + 0}
    if base in ("S2R", "S2UR"):
        return {target: special(rest[0], thread) + 0}
    if base == "CS2R" and rest[0] == "SRZ":
        return dict.fromkeys(written(instruction), 0)
    if base == "HFMA2" and rest[:2] == ["-RZ", "RZ"]:
        return {target: halves(rest[2], rest[3]) + 0}
    if base in ("IADD3", "VIADD"):
        sources = [text for text in rest if not isFlag(text)]
        total = sum(word(text) for text in sources)
        if "X" in words:
            total += sum(flag(text) for text in rest if isFlag(text))
        found = {target: total & WORD}
        if carries and NAME.fullmatch(carries[0]):
            found[carries[0]] = total >> 32 & 1
        return found
    if base == "IMAD" and not {"WIDE", "HI"} & set(words):
        a, b, c = (word(text) for text in rest[:3])
        carry = flag(rest[3]) if "X" in words else 0
        return {} if carries else {target: a * b + c + carry & WORD}
    if base == "LEA" and not {"HI", "X"} & set(words):
        a, b, shift = (word(text) for text in rest[:3])
        return {target: (a << shift) + b & WORD}
    if base == "SHF":
        low, shift, high = (word(text) for text in rest)
        value = high << 32 | low
        if "S32" in words and "HI" in words and "R" in words:
            return {target: signed(high) >> shift & WORD}
        value = value << shift if "L" in words else value >> shift
        if "HI" in words and ("U64" in words or "L" in words or "R" in words):
            value >>= 32
        return {target: value & WORD}
    if base == "LOP3":
        return {target: table(word(rest[3]), [word(text) & WORD for text in rest[:3]])}
    if base == "SEL":
        return {target: word(rest[0] if flag(rest[2]) else rest[1]) & WORD}
    if base == "PLOP3":
        which = sum(flag(text) << (2 - i) for i, text in enumerate(operands[2:5]))
        tables = [constant(text) for text in operands[5:7]]
        return {name: lut >> which & 1 for name, lut in zip(operands[:2], tables) if NAME.fullmatch(name)}
    if base == "ISETP":
        a, b = (word(text) & WORD for text in operands[2:4])
        if "U32" not in words:
            a, b = signed(a), signed(b)
        result = {"LT": a < b, "LE": a <= b, "GT": a > b, "GE": a >= b, "EQ": a == b, "NE": a != b}.get(words[0])
        if result is None:
            return {}
        if "EX" in words:  # the lower words were compared before
            lower = flag(operands[5])
            result = {"EQ": a == b and lower, "NE": a != b or lower}.get(words[0], lower if a == b else result)
        with_it = flag(operands[4])
        join = (lambda x: x and with_it) if "AND" in words else (lambda x: x or with_it)
        results = (join(bool(result)), join(not result))
        return {name: int(bool(value)) for name, value in zip(operands[:2], results) if NAME.fullmatch(name)}
    return {}


class Code:
    """The blocks of a kernel, with what is known of their integers."""

    def __init__(self, blocks, dominating, before):
        self.blocks, self.dominating, self.before = blocks, dominating, before
        self.found, self.firsts = {}, {}
        self.back = frozenset((k, i) for i in dominating for k in before[i] if i in dominating[k])
        self.writes = {}  # {name: {block: positions}}
        for i in dominating:
            for at, instruction in enumerate(blocks[i].instructions):
                for name in written(instruction):
                    self.writes.setdefault(name, {}).setdefault(i, []).append(at)

    def definitions(self, name, block, position, without=frozenset()):
        """[(block, position)] of the writes that a read there may see; None among them: what the kernel starts with.
        Ways from a block to another that are in `without` are not followed."""
        key = (name, block, position, without)
        if key in self.found:
            return self.found[key]
        found, seen, todo = [], set(), [(block, position)]
        while todo:
            i, end = todo.pop()
            stops = False
            for at in reversed(self.writes.get(name, {}).get(i, [])):
                if at < end:
                    found.append((i, at))
                    if not self.blocks[i].instructions[at].guard:
                        stops = True
                        break
            if stops:
                continue
            if i == 0:
                found.append(None)
            for k in self.before[i]:
                if k not in seen and (k, i) not in without:
                    seen.add(k)
                    todo.append((k, len(self.blocks[k].instructions)))
        return self.found.setdefault(key, found)

    def value(self, name, block, position, thread, without=frozenset()):
        """The value of a name there, if it is the same whenever the code comes there; or None."""
        # All writes that it depends on.
        nodes, todo = {}, [(name, block, position)]
        while todo:
            for place in self.definitions(*todo.pop(), without):
                if place in nodes:
                    continue
                if len(nodes) > MOST_WRITES:
                    return None
                if not place or not is_known(self.blocks[place[0]].instructions[place[1]]):
                    nodes[place] = {}
                    continue
                nodes[place] = None
                instruction = self.blocks[place[0]].instructions[place[1]]
                todo += [(read, *place) for read in reads_of(instruction)]
        # Nothing is known of those that are None yet, and too much of those that are {}.
        changed = True

        def meet(name, block, position):
            values = [nodes[place] for place in self.definitions(name, block, position, without)]
            values = [value.get(name) for value in values if value is not None]
            if not values:
                raise LookupError(name)
            return values[0] if all(value == values[0] for value in values) else None

        while changed:
            changed = False
            for place, old in nodes.items():
                if old == {}:
                    continue
                instruction = self.blocks[place[0]].instructions[place[1]]
                try:
                    new = run(instruction, lambda read, place=place: meet(read, *place), thread)
                except LookupError:
                    continue
                if old is not None and new != old:
                    new = {}
                if new != old:
                    nodes[place], changed = new, True
        try:
            return meet(name, block, position)
        except LookupError:
            return None

    def first_value(self, name, block, position, thread):
        """The value of a name when the code comes there for the first time, if one is known."""
        key = (name, block, position, thread)
        if key in self.firsts:
            return self.firsts[key]
        self.firsts[key] = None
        for place in self.definitions(name, block, position, self.back):
            if place and is_known(self.blocks[place[0]].instructions[place[1]]):
                instruction = self.blocks[place[0]].instructions[place[1]]
                get = lambda read, place=place: self.first_value(read, *place, thread)  # noqa: E731
                value = run(instruction, get, thread).get(name)
                if value is not None:
                    self.firsts[key] = value
                    break
        return self.firsts[key]

    def turns(self, header, body, cold, thread=0):
        """How often the loop turns, or None."""
        inside = body - cold
        exits = [i for i in inside if any(k not in body for k in self.blocks[i].next)]
        latches = [i for i in inside if header in self.blocks[i].next]
        if len(exits) != 1 or len(latches) != 1:
            return None
        chain = sorted(self.dominating[latches[0]] & inside, key=lambda i: len(self.dominating[i]))
        if exits[0] not in chain or any(self.blocks[i].has("EXIT", "RET") for i in chain):
            return None
        around = frozenset((k, header) for k in self.before[header] if k in body)
        sometimes = {n for i in inside - set(chain) for k in self.blocks[i].instructions for n in written(k)}
        values = {}

        def get(name):
            if name in sometimes:
                return None
            if name not in values:
                values[name] = self.value(name, header, 0, thread, around)
            return values[name]

        # What the end of the loop depends on.
        last = self.blocks[exits[0]].instructions[-1]
        wanted, grew = {text.lstrip("@!") for text in [last.guard, *split(last)[:-1]] if text}, True
        code = [k for i in chain for k in self.blocks[i].instructions]
        code = [(set(written(k)), NAME.findall(k.operands + k.guard)) for k in code]
        while grew:
            reads = {name for wrote, read in code if wanted & wrote for name in read}
            grew = not reads <= wanted
            wanted |= reads
        steps = {i: [k for k in self.blocks[i].instructions if wanted & set(written(k))] for i in chain}
        for turn in range(1, MOST_TURNS):
            for i in chain:
                for k in steps[i]:
                    if k.guard:
                        guard = get(k.guard.lstrip("@!"))
                        if guard is None:
                            values.update(dict.fromkeys(written(k)))
                            continue
                        if guard == ("!" in k.guard):
                            continue
                    values.update(run(k, get, thread))
                if i == exits[0]:
                    taken = self.is_taken(last, get)
                    if taken is None:
                        return None
                    goes = self.blocks[i].next
                    if goes[0 if taken else -1] not in body:
                        return turn
        return None

    def advance(self, header, body):
        """What a turn adds to the number that the end of the loop depends on, if it is a constant; or None."""
        exits = [i for i in body if any(k not in body for k in self.blocks[i].next)]
        latches = [i for i in body if header in self.blocks[i].next]
        if len(exits) != 1 or exits != latches:
            return None
        last = self.blocks[exits[0]].instructions[-1]
        seen = set()
        todo = [(name, exits[0], len(self.blocks[exits[0]].instructions) - 1) for name in NAME.findall(last.guard)]
        while todo:
            for place in self.definitions(*todo.pop(0), self.back):
                if not place or place in seen or place[0] not in body:
                    continue
                seen.add(place)
                instruction = self.blocks[place[0]].instructions[place[1]]
                if instruction.base in ("IADD3", "VIADD") and "X" not in instruction.opcode.split("."):
                    numbers = [constant(text) for text in split(instruction)[1:]]
                    numbers = [number for number in numbers if number]
                    return numbers[0] if len(numbers) == 1 else None
                todo += [(name, *place) for name in reads_of(instruction)]
        return None

    def is_taken(self, branch, get):
        flags = [text for text in [branch.guard.lstrip("@"), *split(branch)[:-1]] if text]
        taken = True
        for text in flags:
            value = 1 if text.lstrip("!") in ("PT", "UPT") else get(text.lstrip("!"))
            if value is None:
                return None
            taken = taken and bool(value) != (text[0] == "!")
        return taken

    def stride(self, block, position):
        """Bytes from the address of a thread to that of the next, of an access of shared memory; None: unknown."""
        found = re.search(r"\[([^\]]*)\]", self.blocks[block].instructions[position].operands)
        registers = re.findall(r"(?<!U)R\d+", found[1]) if found else []
        if not found:
            return None
        if not registers:
            return 0
        values = [self.first_value(registers[0], block, position, thread) for thread in (0, 1, 31)]
        if None in values:
            return None
        first, second, last = values
        return second - first if last - first == 31 * (second - first) else None

"""Reads the machine code of a kernel: its loop, and what a turn of it costs.

A kernel of eq is one loop. A turn takes a step of every sample of the warp, and, when enough of its threads are idle,
first hands over samples (the *service*). Both are regions of the same loop in SASS:

    loop:  VOTE                      who is idle?
           @few BRA step
           STG, ATOMG, SHFL, LDG     service: everything that a block with one of the first three dominates
    step:  @none EXIT
           FFMA, DFMA, ..            step: the longest way from here to the jump back
           BRA loop

Left out are blocks that are hardly ever reached: subroutines (the slow path of a division), the look at the flag of
eq_cancel, which happens every so many turns, and what reads the table for sines and cosines of large numbers.
"""

import dataclasses
import re

INSTRUCTION = re.compile(r"/\*([0-9a-f]{4,})\*/\s+(@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)\s*(.*?)\s*;")
LABEL = re.compile(r"^\s*(\.L\S*|\$\S+|[A-Za-z_]\S*):\s*$")
REGISTER = re.compile(r"\b(U?R\d+|U?P\d)\b|(%[a-z]+\d+)")

# Cycles for which a warp's instruction has its pipe, of a quarter of a multiprocessor of sm_90: it has 32 lanes for
# f32, 16 for f64, 16 for integers and comparisons, 4 for reciprocals, roots and conversions, and a quarter of the port
# to memory.
PIPES = {"fp32": 1, "fp64": 2, "integer": 2, "special": 8, "memory": 4, "shared": 4}
# Cycles until a result can be used. Assumed, from what is published for this and earlier chips.
LATENCY = {"fp32": 4, "fp64": 8, "integer": 5, "special": 20, "memory": 500, "shared": 30, "other": 6}


@dataclasses.dataclass
class Instruction:
    address: int
    guard: str
    opcode: str
    operands: str

    @property
    def base(self):
        return self.opcode.split(".")[0]

    @property
    def kind(self):
        base = self.base
        if base in ("FFMA", "FADD", "FMUL", "FFMA32I", "FADD32I", "FMUL32I", "IMAD", "HFMA2"):
            return "fp32"
        if base in ("DFMA", "DADD", "DMUL", "DSETP"):
            return "fp64"
        if base in ("MUFU", "F2F", "I2F", "F2I", "FRND", "POPC", "FLO", "F2FP"):
            return "special"
        if base in ("LDG", "STG", "ATOMG", "ATOM", "LDL", "STL", "RED"):
            return "memory"
        if base in ("LDS", "STS", "LDSM", "SHFL"):
            return "shared"
        if base in ("IADD3", "LOP3", "ISETP", "FSETP", "SEL", "FSEL", "FMNMX", "IMNMX", "SHF", "LEA", "PLOP3", "MOV",
                    "IABS", "FCHK", "PRMT", "VIADD", "I2FP"):  # fmt: skip
            return "integer"
        return "other"

    @property
    def is_arithmetic(self):
        return self.base[0] in "FD" and self.kind in ("fp32", "fp64")

    @property
    def is_rare(self):
        """Of a way that is hardly ever taken: the slow path of a division, the flag of eq_cancel, the table for angles
        that are far from 0."""
        flag = self.opcode.startswith("LDG") and ".STRONG.SYS" in self.opcode
        table = self.base == "LDC" and bool(re.search(r"c\[0x\w+\]\[R", self.operands))
        return flag or table or self.base == "CALL"

    @property
    def target(self):
        found = re.search(r"`\(([^)]+)\)", self.operands)
        return found[1] if found else None

    @property
    def is_conditional(self):
        return bool(self.guard) or bool(re.match(r"!?U?P\d", self.operands))


@dataclasses.dataclass
class Block:
    instructions: list
    next: list = dataclasses.field(default_factory=list)

    def has(self, *bases):
        return any(i.base in bases for i in self.instructions)


@dataclasses.dataclass
class Loop:
    """step, service: instructions in order. notes: what was not as expected."""

    step: list
    service: list
    notes: list


class PtxInstruction(Instruction):
    """An instruction of PTX, where there is no disassembler. What takes several of the machine counts once."""

    KINDS = {"fma": "fp", "mul": "fp", "add": "fp", "sub": "fp", "neg": "fp", "abs": "fp", "min": "fp", "max": "fp",
             "div": "special", "rcp": "special", "sqrt": "special", "cvt": "special", "popc": "special",
             "setp": "integer", "selp": "integer", "and": "integer", "or": "integer", "shl": "integer",
             "shr": "integer", "shfl": "shared", "atom": "memory"}  # fmt: skip
    BASES = {"atom": "ATOMG", "shfl": "SHFL", "bra": "BRA", "ret": "EXIT", "exit": "EXIT"}

    @property
    def base(self):
        words = self.opcode.split(".")
        if words[0] == "st" and "global" in words:
            return "STG"
        return self.BASES.get(words[0], words[0])

    @property
    def kind(self):
        words = self.opcode.split(".")
        if words[0] in ("ld", "st") and "param" not in words:
            return "shared" if "shared" in words else "memory"
        kind = self.KINDS.get(words[0], "other")
        if kind == "fp":
            return {"f32": "fp32", "f64": "fp64"}.get(words[-1], "integer")
        return kind

    @property
    def is_arithmetic(self):
        return self.kind in ("fp32", "fp64")

    @property
    def is_rare(self):
        return self.opcode.startswith(("ld.volatile", "ld.const"))

    @property
    def target(self):
        return self.operands if self.base == "BRA" else None


PTX_INSTRUCTION = re.compile(r"^\s+(@!?%p\d+\s+)?([a-z][a-z0-9_.]*)\s*([^;]*);")


def ptx_functions(text):
    """As `functions`, of PTX."""
    found = {}
    for name, body in re.findall(r"\.entry\s+(\w+)\s*\(.*?^\{(.*?)^\}", text, re.DOTALL | re.MULTILINE):
        lines = []
        for line in body.split("\n"):
            label, instruction = re.match(r"(\$\w+):", line), PTX_INSTRUCTION.match(line)
            if label:
                lines.append(label[1])
            elif instruction:
                guard, opcode, operands = instruction.groups()
                lines.append(PtxInstruction(len(lines), (guard or "").strip(), opcode, operands.strip()))
        found[name] = blocks_of(lines)
    return found


def functions(text):
    """Per kernel its blocks, in order; the first is the entry."""
    found, name, lines = {}, None, []
    for line in text.split("\n"):
        section = re.match(r"\s*\.section\s+\.text\.([^,\s]+)", line)
        if section:
            name, lines = section[1], []
            found[name] = lines
        elif re.match(r"\s*\.section\s", line):
            name = None
        elif name:
            label, instruction = LABEL.match(line), INSTRUCTION.search(line)
            if label:
                lines.append(label[1])
            elif instruction:
                address, guard, opcode, operands = instruction.groups()
                lines.append(Instruction(int(address, 16), (guard or "").strip(), opcode, operands))
    return {name: blocks_of(lines) for name, lines in found.items()}


def blocks_of(lines):
    blocks, labels, fresh = [], {}, True
    for line in lines:
        if isinstance(line, str):
            labels[line], fresh = len(blocks), True
            continue
        if fresh:
            blocks.append(Block([]))
            fresh = False
        blocks[-1].instructions.append(line)
        fresh = line.base in ("BRA", "BRX", "EXIT", "RET", "JMP", "BREAK")
    for i, block in enumerate(blocks):
        last = block.instructions[-1]
        follows = i + 1 < len(blocks) and (last.base not in ("BRA", "EXIT", "RET", "JMP") or last.is_conditional)
        if last.base == "BRA" and last.target in labels and not last.opcode.startswith("BRA.DIV"):
            block.next.append(labels[last.target])
        if follows or last.opcode.startswith("BRA.DIV"):
            block.next.append(i + 1)
        block.next = [k for k in dict.fromkeys(block.next) if k < len(blocks)]
    return blocks


def dominators(blocks):
    """Per reachable block the set of those that every way to it goes through."""
    reached, todo = set(), [0]
    while todo:
        i = todo.pop()
        if i not in reached:
            reached.add(i)
            todo += blocks[i].next
    before = {i: [k for k in reached if i in blocks[k].next] for i in reached}
    found = {i: set(reached) for i in reached}
    found[0] = {0}
    changed = True
    while changed:
        changed = False
        for i in sorted(reached - {0}):
            new = {i} | set.intersection(*(found[k] for k in before[i]))
            if new != found[i]:
                found[i], changed = new, True
    return found, before


def natural_loops(blocks, dominating, before):
    """{header: blocks}"""
    loops = {}
    for i in dominating:
        for header in blocks[i].next:
            if header in dominating[i]:
                body, todo = loops.setdefault(header, {header}), [i]
                while todo:
                    k = todo.pop()
                    if k not in body:
                        body.add(k)
                        todo += before[k]
    return loops


def arithmetic(blocks, which):
    return sum(i.is_arithmetic for k in which for i in blocks[k].instructions)


def find_loop(blocks):
    """The loop with the most arithmetic. None if no loop has any."""
    dominating, before = dominators(blocks)
    loops = natural_loops(blocks, dominating, before)
    header = max(loops, key=lambda h: (arithmetic(blocks, loops[h]), len(loops[h])), default=None)
    if header is None or not arithmetic(blocks, loops[header]):
        return None
    body, notes = loops[header], []
    cold = {i for i in body if any(k.is_rare for k in blocks[i].instructions)}
    hands = {i for i in body if blocks[i].has("ATOMG", "ATOM", "STG", "SHFL")}
    service = set()
    if hands:
        common = set.intersection(*(dominating[i] for i in hands)) & body
        entry = max(common, key=lambda i: len(dominating[i]))
        service = {i for i in body if entry in dominating[i]}
        if entry == header or arithmetic(blocks, service) == arithmetic(blocks, body):
            service, entry = set(), None
            notes.append("the service could not be told from the step")
    inner = [h for h in loops if h != header and h in body - cold - service
             and arithmetic(blocks, loops[h] - cold)]  # fmt: skip
    if inner:
        notes.append(f"{len(inner)} inner loops, counted once")
    step = longest(blocks, header, body - cold - service, {header})
    services = longest(blocks, entry, (service - cold) | {entry}, set(range(len(blocks))) - service) if service else []
    return Loop(step, services, notes)


def longest(blocks, start, allowed, ends):
    """Instructions of the longest way from `start` to `ends` through allowed blocks, each at most once."""
    best = {}  # block -> (slots to an end, next block)
    active = set()

    def visit(i):
        if i in best:
            return best[i]
        active.add(i)
        found = None
        for k in blocks[i].next:
            if k in ends:
                way = (0, None)
            elif k in allowed and k not in active:
                rest = visit(k)
                if rest is None:
                    continue
                way = (rest[0], k)
            else:
                continue
            if found is None or way[0] > found[0]:
                found = way
        active.discard(i)
        best[i] = (found[0] + len(blocks[i].instructions), found[1]) if found else None
        return best[i]

    if start not in allowed or visit(start) is None:
        return []
    way, i = [], start
    while i is not None:
        way += blocks[i].instructions
        i = best[i][1]
    return [i for i in way if i.base != "NOP"]


def pipes(instructions):
    """{pipe: warp instructions}"""
    return {pipe: sum(i.kind == pipe for i in instructions) for pipe in PIPES}


def cycles_of_many(instructions):
    """Cycles that a step takes of its quarter of a multiprocessor, when there are warps enough to hide all latency."""
    used = pipes(instructions)
    return max(len(instructions), *(used[pipe] * cost for pipe, cost in PIPES.items()))


def written_and_read(instruction):
    """Registers; those of 64-bit values by the lower one alone, which is enough for dependences."""
    names = [a or b for a, b in REGISTER.findall(instruction.operands)]
    guard = [a or b for a, b in REGISTER.findall(instruction.guard)]
    stores = instruction.base in ("STG", "STS", "STL", "BRA", "EXIT", "BSYNC", "BSSY", "RED")
    if stores or not names:
        return [], names + guard
    wrote = names[:1]
    # ISETP P1, PT, ..: a comparison writes predicates.
    return wrote, names[1:] + guard


def cycles_of_one(instructions):
    """Cycles from one step to the next of a warp that is alone: issued in order, each when its operands are there."""
    ready, clock, starts = {}, 0, []
    free = dict.fromkeys(PIPES, 0)
    for turn in range(4):
        starts.append(clock)
        for instruction in instructions:
            wrote, read = written_and_read(instruction)
            kind = instruction.kind
            clock = max([clock + 1, *(ready.get(name, 0) for name in read), free.get(kind, 0)])
            if kind in PIPES:
                free[kind] = clock + PIPES[kind]
            for name in wrote:
                ready[name] = clock + LATENCY[kind]
    return starts[-1] - starts[-2]

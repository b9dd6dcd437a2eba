"""Reads the machine code of a kernel: its loop, and what a turn of it costs.

A kernel of eq is one loop. A turn takes a step of every sample of the warp, and, when enough of its threads are idle,
first hands over samples (the *service*). Both are regions of the same loop in SASS:

    loop:  VOTE                      who is idle?
           @few BRA step
           STG, ATOMG, SHFL, LDG     service: everything that a block with one of the first three dominates
    step:  @none EXIT
           FFMA, DFMA, ..            step: the longest way from here to the jump back
           BRA loop

Loops inside are counted as often as they turn, which trips.py finds out. Where a block has tiles of samples, the
service has loops over places that change hands: they are told apart, for how often they turn depends on the samples.

Left out are blocks that are hardly ever reached: subroutines (the slow path of a division), the look at the flag of
eq_cancel, which happens every so many turns, what reads the table for sines and cosines of large numbers, and, with
tiles, loops that a warp enters if a ballot says so: norms of numbers whose squares are not finite.
"""

import dataclasses
import re

from . import trips

INSTRUCTION = re.compile(r"/\*([0-9a-f]{4,})\*/\s+(@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)\s*(.*?)\s*;")
LABEL = re.compile(r"^\s*(\.L\S*|\$\S+|[A-Za-z_]\S*):\s*$")
REGISTER = re.compile(r"\b(U?R\d+|U?P\d)\b|(%[a-z]+\d+)")

# Cycles for which a warp's instruction has its pipe, of a quarter of a multiprocessor of sm_90: it has 32 lanes for
# f32, 16 for f64, 16 for integers and comparisons, 4 for reciprocals, roots and conversions, and a quarter of the port
# to memory.
PIPES = {"fp32": 1, "fp64": 2, "integer": 2, "special": 8, "memory": 4, "shared": 4}
# Of "shared", for each wavefront: 128 bytes, or as much as no two lanes want of the same bank. The same address in all
# lanes is one wavefront, whatever its width: assumed, and not measured.
BROADCAST = 1
# Cycles until a result can be used. Assumed, from what is published for this and earlier chips.
LATENCY = {"fp32": 4, "fp64": 8, "integer": 5, "special": 20, "memory": 500, "shared": 30, "other": 6}
# Cycles of work that may wait before the port of shared memory until a warp that wants more has to. Assumed
QUEUE = 64
BARRIER = 30  # cycles from the last warp at a barrier until all go on. Assumed


@dataclasses.dataclass
class Instruction:
    address: int
    guard: str
    opcode: str
    operands: str
    wavefronts: int = 1  # of an access of shared memory

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
        if base in ("LDS", "STS", "LDSM", "SHFL", "ATOMS"):
            return "shared"
        if base in ("IADD3", "LOP3", "ISETP", "FSETP", "SEL", "FSEL", "FMNMX", "IMNMX", "SHF", "LEA", "PLOP3", "MOV",
                    "IABS", "FCHK", "PRMT", "VIADD", "I2FP", "VIMNMX", "VIMNMX3"):  # fmt: skip
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
    """step, service: instructions in order. notes: what was not as expected. over_places: the loops over places of a
    tile, which a service has beside: [(instructions of a turn, by how much a turn advances, or None)]. unknown: loops of
    the step that turn nobody knows how often."""

    step: list
    service: list
    notes: list
    over_places: list = dataclasses.field(default_factory=list)
    unknown: int = 0

    @property
    def places(self):
        """Of a turn of all loops over places."""
        return [i for turn, _ in self.over_places for i in turn]

    def service_of(self, places, warps):
        """What a warp executes in a service where so many places change hands: in a turn all warps have one each, or more
        if the loop advances by more."""
        found = list(self.service)
        for turn, advance in self.over_places:
            in_a_turn = advance if advance and advance % warps == 0 else warps
            found += turn * -(-places // in_a_turn)
        return found


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


def guarded_by_ballots(blocks, region, dominating, before):
    """Blocks where a warp comes only if the ballot in the block before says so: [set]."""
    found = []
    for i in region:
        last, made = blocks[i].instructions[-1], None
        guard = last.guard.lstrip("@!")
        if last.base != "BRA" or not guard or len(blocks[i].next) != 2:
            continue
        for k in blocks[i].instructions[:-1]:
            if guard in trips.written(k):
                made = k.base
        if made not in ("VOTE", "VOTEU"):
            continue
        entry = blocks[i].next[1 if "!" in last.guard else 0]
        if i in before[entry] and all(k == i or entry in dominating[k] for k in before[entry]):
            found.append({k for k in region if entry in dominating[k]})
    return found


def wavefronts(stride, width):
    """Of an access of so many bytes by each of 32 lanes, whose addresses are so far apart; None: neighbours."""
    if stride == 0:
        return BROADCAST
    stride, at_once, found = stride or width, 128 // width, 0
    for first in range(0, 32, at_once):
        banks = {}
        for lane in range(first, first + at_once):
            for word in range(width // 4):
                address = lane * stride // 4 + word
                banks.setdefault(address % 32, set()).add(address)
        found += max(map(len, banks.values()))
    return found


def with_wavefronts(blocks, region, code):
    """A copy of the blocks; accesses of shared memory in the region have their wavefronts."""
    copy = list(blocks)
    for i in region:
        instructions = list(blocks[i].instructions)
        for at, k in enumerate(instructions):
            if k.base in ("LDS", "STS", "ATOMS"):
                words = k.opcode.split(".")
                width = 16 if "128" in words else 8 if "64" in words else 4
                instructions[at] = dataclasses.replace(k, wavefronts=wavefronts(code.stride(i, at), width))
        copy[i] = Block(instructions, blocks[i].next)
    return copy


def collapse(blocks, loops, turns, cold):
    """A copy of the blocks where each loop of `turns`, {header: turns}, is one block: what it executes."""
    copy = list(blocks)
    for header in sorted(turns, key=lambda h: len(loops[h])):
        body = loops[header] - cold
        turn = longest(copy, header, body, {header})
        after = dict.fromkeys(k for i in sorted(body) for k in copy[i].next if k not in loops[header])
        for i in body:
            copy[i] = Block([])
        copy[header] = Block(turn * turns[header], list(after))
    return copy


def find_loop(blocks, threads=None):
    """The loop with the most arithmetic. None if no loop has any. threads: of a block that has tiles of samples."""
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
    inner = {h for h in loops if h != header and h in body - cold}
    if threads:
        for rare in guarded_by_ballots(blocks, body - service, dominating, before):
            if rare & inner:
                cold |= rare
                notes.append("a ballot's loops left out")
        inner -= cold
    code = trips.Code(blocks, dominating, before)
    turns = {}
    for h in inner:
        counts = [code.turns(h, loops[h], cold, thread) for thread in (0, (threads or 1) - 1)]
        if None not in counts:
            turns[h] = max(counts)
    unknown = {h for h in inner - service - set(turns)
               if any(i.kind in PIPES for k in loops[h] - cold for i in blocks[k].instructions)}  # fmt: skip
    if unknown:
        notes.append(f"{len(unknown)} inner loops, counted once")
    if threads:
        blocks = with_wavefronts(blocks, body - cold - service, code)
    over_places = []
    if threads:  # loops over places are those of the service that are unknown and in no other of them
        open_ones = {h for h in inner & service if h not in turns}
        over_places = [h for h in open_ones if not any(h in loops[g] for g in open_ones - {h})]
    places = []
    inside = {h: n for h, n in turns.items() if h not in over_places}
    blocks = collapse(blocks, loops, inside, cold)
    for h in over_places:
        places.append((longest(blocks, h, loops[h] - cold, {h}), code.advance(h, loops[h])))
    blocks = collapse(blocks, loops, dict.fromkeys(over_places, 0), cold)
    step = longest(blocks, header, body - cold - service, {header})
    services = longest(blocks, entry, (service - cold) | {entry}, set(range(len(blocks))) - service) if service else []
    return Loop(step, services, notes, places, len(unknown))


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
    """{pipe: warp instructions, or wavefronts}"""
    return {pipe: sum(i.wavefronts for i in instructions if i.kind == pipe) for pipe in PIPES}


def cycles_of_many(instructions):
    """Cycles that a step takes of its quarter of a multiprocessor, when there are warps enough to hide all latency."""
    used = pipes(instructions)
    return max(len(instructions), *(used[pipe] * cost for pipe, cost in PIPES.items()))


def written_and_read(instruction):
    """Registers; those of 64-bit values by the lower one alone, which is enough for dependences."""
    names = [a or b for a, b in REGISTER.findall(instruction.operands)]
    guard = [a or b for a, b in REGISTER.findall(instruction.guard)]
    stores = instruction.base in ("STG", "STS", "STL", "BRA", "EXIT", "BSYNC", "BSSY", "RED", "BAR")
    if stores or not names:
        return [], names + guard
    wrote = names[:1]
    # ISETP P1, PT, ..: a comparison writes predicates.
    return wrote, names[1:] + guard


def cycles_of_one(instructions):
    """Cycles from one step to the next of a warp that is alone: issued in order, each when its operands are there."""
    return cycles_together(instructions, 1)


def prepared(instructions):
    """What a scheduler has to know: (kind or None, cycles of its pipe, results are late by, reads, writes)."""
    known, found = {}, []
    for i in instructions:
        if id(i) not in known:
            wrote, read = written_and_read(i)
            if i.kind == "shared":  # the lower of registers that come together is named by the others, too
                base = re.fullmatch(r"R(\d+)", wrote[0]) if wrote else None
                words = i.opcode.split(".")
                more = 4 if "128" in words else 2 if "64" in words else 1
                wrote = [f"R{int(base[1]) + k}" for k in range(more)] if base else wrote
            cost = PIPES.get(i.kind, 0) * i.wavefronts
            late = LATENCY["shared" if i.base == "LDL" else i.kind]  # spilled registers come from the cache
            known[id(i)] = (i.kind, cost, late, read, wrote, i.base == "BAR")
        found.append(known[id(i)])
    return found


def cycles_together(instructions, warps, blocks=1, turns=4):
    """Cycles from one step to the next of so many warps of a quarter of a multiprocessor, of so many blocks.

    A cycle issues one instruction, of a warp whose operands and pipe are there; each warp has its in order. Warps of a
    block wait for each other at barriers. Blocks are apart by equal parts of a step.
    """
    code = prepared(instructions)
    size = len(code)
    if not size:
        return 0
    of_block = warps // blocks
    ready = [{} for _ in range(warps)]
    at = [size * (w // of_block) // blocks for w in range(warps)]
    left = [turns * size] * warps
    earliest = [0] * warps
    free = dict.fromkeys(PIPES, 0)
    arrived, clock, ends = {}, -1, []
    waiting = set()

    def when(w):
        kind, _, _, read, _, _ = code[at[w]]
        start = max(earliest[w], free.get(kind, 0) - (QUEUE if kind == "shared" else 0))
        known = ready[w]
        for name in read:
            start = max(start, known.get(name, 0))
        return start

    done = 0
    marks = {k * size * warps for k in range(1, turns + 1)}
    while done < turns * size * warps:
        w = min((w for w in range(warps) if w not in waiting and left[w]), key=lambda w: (when(w), earliest[w]))
        clock = max(clock + 1, when(w))
        kind, cost, late, _, wrote, waits = code[at[w]]
        begins = clock
        if cost:
            begins = max(clock, free[kind])
            free[kind] = begins + cost
        for name in wrote:
            ready[w][name] = begins + late
        earliest[w] = clock + 1
        at[w] = (at[w] + 1) % size
        left[w] -= 1
        done += 1
        if waits:
            block = w // of_block
            here = arrived.setdefault(block, [])
            here.append(w)
            waiting.add(w)
            if len(here) == of_block:
                for other in here:
                    earliest[other] = clock + BARRIER
                waiting -= set(here)
                arrived[block] = []
        if done in marks:
            ends.append(clock)
    return ends[-1] - ends[-2] if warps == 1 else (ends[-1] - ends[0]) / (turns - 1)

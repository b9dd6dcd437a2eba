"""Makes a program that fails smaller while it fails in the same way.

    smaller = reduce(program, fails, seconds)

`fails(programs)` says of each program whether it still fails. Changes are tried in rounds, large ones first: states and
inputs go, results of operations become other values of their type, branches and turns become what they yield, sizes
become smaller, samples are left out. What nothing uses any more is dropped.
"""

import copy
import time

from program import Constant, Data, Op, Solve, Value


def blocks_of(block):
    """A block and all blocks inside it."""
    yield block
    for op in block.ops:
        for inner in op.blocks:
            yield from blocks_of(inner)


def drop_unused(program):
    """Drops operations whose results nothing uses, and operands of the function."""
    while True:
        used = set()
        for block in blocks_of(program.function):
            used.update(id(v) for v in block.yields)
            for op in block.ops:
                used.update(id(v) for v in op.uses())
        changed = False
        for block in blocks_of(program.function):
            kept = [op for op in block.ops if any(id(v) in used for v in op.results)]
            changed |= len(kept) < len(block.ops)
            block.ops = kept
        kept = [v for v in program.function.args if id(v) in used]
        changed |= len(kept) < len(program.function.args)
        program.function.args = kept
        if not changed:
            return program


def replace(program, old, new):
    for block in blocks_of(program.function):
        block.yields = [new if v is old else v for v in block.yields]
        for op in block.ops:
            op.replace(old, new)


def constant_for(value, block, position=0):
    op = Constant(Value(value.type), number=1 if value.type.element != "index" else 0)
    block.ops.insert(position, op)
    return op.results[0]


class Change:
    """One way to make a copy of the program smaller; `apply` gives false where it does not fit."""

    def __init__(self, what, apply):
        self.what, self.apply = what, apply

    def of(self, program):
        changed = copy.deepcopy(program)
        if self.apply(changed) is False:
            return None
        return drop_unused(changed)


def outer(program):
    return next(op for op in program.function.ops if isinstance(op, Solve))


def solves(program):
    return [op for block in blocks_of(program.function) for op in block.ops if isinstance(op, Solve)]


def drop_argument(solve, part, i):
    """Takes an operand of init, ins or shared from a solve; its arguments become constants."""
    getattr(solve, part).pop(i)
    before = {"init": 0, "ins": len(solve.init) + (part == "init"), "shared": len(solve.init) + len(solve.ins)}[part]
    place = before + i
    for block in solve.blocks:
        leading = 1 if solve.kind in ("ode", "loop") and block is solve.body else 0
        if solve.kind == "ode" and block is not solve.body:
            leading = 1
        if block is solve.start:
            leading = 0
        if block is solve.finish:
            leading = 2
        gone = block.args.pop(leading + place)
        stand_in = constant_for(gone, block)
        for inner in blocks_of(block):
            inner.yields = [stand_in if v is gone else v for v in inner.yields]
            for op in inner.ops:
                op.replace(gone, stand_in)


def drop_state(program, number, i):
    solve = solves(program)[number]
    if len(solve.init) < 2:
        return False
    around = next(b for b in blocks_of(program.function) if solve in b.ops)
    drop_argument(solve, "init", i)
    if solve.scale:
        solve.scale.pop(i)
    first = 1 if solve.kind == "loop" else 0
    solve.body.yields.pop(first + i)
    if solve.start:
        solve.start.yields.pop(1 + i)
    if solve.finish:
        solve.finish.yields.pop(i)
    for event in solve.events:
        if event.apply:
            event.apply.yields.pop(1 + i)
    gone = [solve.states.pop(i)] + ([solve.saved.pop(i)] if solve.saved else [])
    for value in gone:
        if around is program.function:
            around.yields = [v for v in around.yields if v is not value]
        else:
            stand_in = constant_for(value, around, around.ops.index(solve))
            replace(program, value, stand_in)
    return True


def drop_operand(program, number, part, i):
    drop_argument(solves(program)[number], part, i)


def drop_extra(program, number, what):
    """An option of a solve."""
    solve = solves(program)[number]
    function = program.function

    def forget(values):
        function.yields = [v for v in function.yields if v not in values]

    if what == "events" and solve.events:
        forget(solve.event_times)
        solve.events, solve.event_times = [], []
    elif what == "save" and solve.save:
        forget(solve.saved)
        solve.save, solve.saved = None, []
    elif what == "trace" and solve.trace:
        forget(solve.rest[-1:])
        solve.trace, solve.rest = 0, solve.rest[:-1]
    elif what == "scale" and solve.scale:
        solve.scale = []
    elif what == "norm" and solve.norm:
        solve.norm = ""
    elif what in ("start", "finish") and getattr(solve, what):
        setattr(solve, what, None)
    elif what == "sum" and solve.sum:
        forget(solve.rest[-1:])
        solve.sum, solve.rest = [], solve.rest[:-1]
        solve.body.yields.pop()
    elif what == "record" and solve.record:
        forget(solve.rest[1:2])
        record = solve.body.args.pop()
        place = len(solve.body.yields) - 1 - len(solve.sum)
        solve.body.yields.pop(place)
        solve.body.ops = [op for op in solve.body.ops if record not in op.uses()]
        solve.rest.pop(1)
        solve.record = []
    else:
        knobs = [(group, name) for group, found in solve.knobs.items() for name, _ in found]
        chosen = next(((g, n) for g, n in knobs if n == what and n != "max"), None)
        if not chosen:
            return False
        group, name = chosen
        solve.knobs[group] = [(n, v) for n, v in solve.knobs[group] if n != name]
        if not solve.knobs[group]:
            del solve.knobs[group]
    return True


def same_number(program, i):
    """A knob or input of the function becomes one number for all."""
    value = program.function.args[i]
    if value.data.kind == "number" and not value.data.batched:
        return False
    knob = value.data.kind in ("tolerance", "max", "damping", "scale", "end", "gain")
    if not knob:
        return False
    number = {"tolerance": 0.001, "max": min(value.data.number or 20, 20), "damping": 0.75, "scale": 1.0, "end": 2.0, "gain": 0.25}[value.data.kind]
    is_knob = value.data.kind != "gain"
    data = Data(value.data.seed, "number", value.data.batched and not is_knob, number)
    new = Value(type(value.type)(value.type.element, value.type.shape[1:] or None) if value.data.batched and is_knob else value.type, data)
    program.function.args[i] = new
    replace(program, value, new)
    return True


def short_circuit(program, number, result, choice):
    """A result of an operation becomes an earlier value of its type, or a constant."""
    places = [(b, op) for b in blocks_of(program.function) for op in b.ops if not (isinstance(op, Solve) and b is program.function)]
    if number >= len(places):
        return False
    block, op = places[number]
    if isinstance(op, Constant) or result >= len(op.results):
        return False
    value = op.results[result]
    if choice == "constant":
        new = constant_for(value, block, block.ops.index(op))
    else:
        earlier = [v for v in op.uses() if v.type == value.type]
        if isinstance(op, Op) and op.blocks:  # what a branch yields from outside of it
            inside = {id(v) for b in op.blocks for inner in blocks_of(b) for o in inner.ops for v in o.results}
            inside |= {id(v) for b in op.blocks for v in b.args}
            earlier += [v for b in op.blocks for v in b.yields if v.type == value.type and id(v) not in inside]
        place = block.ops.index(op)
        earlier += [v for o in reversed(block.ops[:place]) for v in o.results if v.type == value.type and not isinstance(o, Constant)]
        earlier += [v for v in block.args if v.type == value.type]
        if choice >= len(earlier):
            return False
        new = earlier[choice]
    replace(program, value, new)
    return True


def inline_branch(program, number, side):
    """An scf.if becomes one of its sides."""
    places = [(b, op) for b in blocks_of(program.function) for op in b.ops]
    if number >= len(places):
        return False
    block, op = places[number]
    if not isinstance(op, Op) or op.ends[:1] != ["scf.yield"] or len(op.blocks) != 2:
        return False
    chosen = op.blocks[side]
    place = block.ops.index(op)
    block.ops[place : place + 1] = chosen.ops
    for old, new in zip(op.results, chosen.yields):
        replace(program, old, new)
    return True


def smaller_size(program, name, size):
    if program.dims[name] <= size:
        return False
    program.dims[name] = size
    return True


def fewer_samples(program, count):
    if program.samples <= count:
        return False
    program.samples = count
    return True


def drop_result(program, i):
    if len(program.function.yields) < 2:
        return False
    program.function.yields.pop(i)
    return True


def changes(program):
    """All changes to try, large ones first."""
    found = []

    def add(what, function, *arguments):
        found.append(Change(what, lambda p: function(p, *arguments)))

    for count in (1, 2, 5, 10, 20, 40):
        add(f"{count} samples", fewer_samples, count)
    for number, solve in reversed(list(enumerate(solves(program)))):
        for i in reversed(range(len(solve.init))):
            add("drop a state", drop_state, number, i)
        for part in ("ins", "shared"):
            for i in reversed(range(len(getattr(solve, part)))):
                add(f"drop {part}", drop_operand, number, part, i)
        for what in ("events", "save", "trace", "scale", "norm", "start", "finish", "sum", "record", "abs", "rel", "bound", "damping", "first_step"):
            add(f"drop {what}", drop_extra, number, what)
    places = [(b, op) for b in blocks_of(program.function) for op in b.ops if not (isinstance(op, Solve) and b is program.function)]
    for number in reversed(range(len(places))):
        op = places[number][1]
        if isinstance(op, Constant):
            continue
        for result in range(len(op.results)):
            for choice in ("constant", 0, 1, 2):
                add("short circuit", short_circuit, number, result, choice)
    every = [(b, op) for b in blocks_of(program.function) for op in b.ops]
    for number, (_, op) in enumerate(every):
        if isinstance(op, Op) and op.ends[:1] == ["scf.yield"] and len(op.blocks) == 2:
            add("inline a branch", inline_branch, number, 0)
            add("inline a branch", inline_branch, number, 1)
    for i in reversed(range(len(program.function.yields))):
        add("drop a result", drop_result, i)
    for i in range(len(program.function.args)):
        add("one number", same_number, i)
    for name in program.dims:
        for size in (1, 2, 3):
            add(f"{name} = {size}", smaller_size, name, size)
    return found


def reduce(program, fails, seconds=120, width=8, log=lambda line: None):
    """The smallest program found within the time."""
    deadline = time.monotonic() + seconds
    program = drop_unused(copy.deepcopy(program))
    progress = True
    while progress and time.monotonic() < deadline:
        progress = False
        todo = changes(program)
        position = 0
        while position < len(todo) and time.monotonic() < deadline:
            batch = todo[position : position + width]
            position += len(batch)
            before = program.print()
            tried = []
            for change in batch:
                try:
                    smaller = change.of(program)
                    if smaller and smaller.print() != before or smaller and smaller.samples != program.samples:
                        tried.append((change, smaller))
                except (IndexError, ValueError, ZeroDivisionError, KeyError):
                    continue  # the change does not fit any more
            if not tried:
                continue
            for (change, smaller), still in zip(tried, fails([s for _, s in tried])):
                if still:
                    program, progress = smaller, True
                    log(change.what)
                    # Places have moved: the list starts anew behind what was tried.
                    todo = changes(program)
                    position = max(0, min(position - len(batch), len(todo)))
                    break
    return program

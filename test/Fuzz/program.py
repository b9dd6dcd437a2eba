"""A program as a structure that can be printed, and changed piece by piece.

    function = Block(args=[x], ops=[Solve(...)], yields=[z, residual, iterations, status])

Sizes are expressions in named dimensions ("a", "a*b"), so that a reducer can make a shape smaller without touching the
operations. An operation is a template that names its operands, results and regions: every operand may be replaced by any
other value of its type.
"""

import re
from dataclasses import dataclass, field

import numpy as np

REALS = ("f32", "f64")
WIDTHS = {"f32": 32, "f64": 64, "i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "index": 64}
DTYPES = {"f32": np.float32, "f64": np.float64, "i1": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64}


@dataclass(frozen=True)
class Type:
    element: str
    shape: tuple = None  # None: a scalar; else expressions, "?" for the batch

    @property
    def is_scalar(self):
        return self.shape is None

    @property
    def is_real(self):
        return self.element in REALS

    def with_element(self, element):
        return Type(element, self.shape)

    def batched(self):
        return Type(self.element, ("?", *(self.shape or ())))


class Value:
    """What an operation or a block defines."""

    def __init__(self, type, data=None):
        self.type = type
        self.data = data  # of an argument of the function: how its numbers are made


class Block:
    def __init__(self, args=(), ops=(), yields=()):
        self.args, self.ops, self.yields = list(args), list(ops), list(yields)


class Op:
    """`template` is for str.format: {o[0]} and {ot[0]} operands and their types, {rt[0]} types of results, {b[0]}
    blocks; <<a+1>> is a size."""

    def __init__(self, template, operands, results, blocks=(), ends=()):
        self.template, self.operands, self.results = template, list(operands), list(results)
        self.blocks, self.ends = list(blocks), list(ends)

    def uses(self):
        return list(self.operands)

    def replace(self, old, new):
        self.operands = [new if value is old else value for value in self.operands]

    def render(self, printer):
        return self.template.format(
            o=[printer.name(v) for v in self.operands],
            ot=[printer.type(v.type) for v in self.operands],
            rt=[printer.type(v.type) for v in self.results],
            b=[printer.region(block, end) for block, end in zip(self.blocks, self.ends)],
        )


class Constant(Op):
    """A number, or a tensor of one number, or of numbers made from a seed."""

    def __init__(self, result, number=None, seed=None):
        super().__init__("", [], [result])
        self.number, self.seed = number, seed

    def render(self, printer):
        type = self.results[0].type
        if type.is_scalar:
            return f"arith.constant {literal(self.number, type.element)} : {printer.type(type)}" if type.element != "i1" else \
                f"arith.constant {'true' if self.number else 'false'}"
        if self.seed is None:
            return f"arith.constant dense<{literal(self.number, type.element)}> : {printer.type(type)}"
        shape = printer.shape(type)
        random = np.random.default_rng(self.seed)
        if type.is_real:
            numbers = np.round(random.uniform(-1.5, 1.5, shape), 3)
        else:
            numbers = random.integers(-4, 9, shape) if type.element != "i1" else random.integers(0, 2, shape)

        def lists(array):
            if array.ndim == 0:
                return literal(array.item(), type.element)
            return "[" + ", ".join(lists(row) for row in array) + "]"

        return f"arith.constant dense<{lists(numbers)}> : {printer.type(type)}"


def literal(number, element):
    if element in REALS:
        if not np.isfinite(number):
            bits = np.array(number, DTYPES[element]).view(np.uint32 if element == "f32" else np.uint64)
            return f"0x{int(bits):0{WIDTHS[element] // 4}X}"
        return repr(float(number)) if "." in repr(float(number)) else f"{float(number):.6e}"
    if element == "i1":
        return "true" if number else "false"
    return str(int(number))


@dataclass(eq=False)
class Event:
    direction: str
    keep: int
    body: Block
    apply: Block = None


@dataclass(eq=False)
class Solve:
    """A problem op; of the function (with a batch) or in a body."""

    kind: str
    init: list
    ins: list
    shared: list
    body: Block
    knobs: dict = field(default_factory=dict)  # group: [(name, value)]
    norm: str = ""
    method: str = ""
    tail: str = ""
    trace: int = 0
    scale: list = field(default_factory=list)
    span: list = field(default_factory=list)  # from and to
    save: Value = None
    events: list = field(default_factory=list)
    start: Block = None
    finish: Block = None
    record: list = field(default_factory=list)
    sum: list = field(default_factory=list)
    states: list = field(default_factory=list)  # results, in order:
    saved: list = field(default_factory=list)
    event_times: list = field(default_factory=list)
    rest: list = field(default_factory=list)

    @property
    def results(self):
        return [*self.states, *self.saved, *self.event_times, *self.rest]

    @property
    def blocks(self):
        blocks = [self.start, self.body, self.finish]
        for event in self.events:
            blocks += [event.body, event.apply]
        return [block for block in blocks if block]

    def uses(self):
        knobs = [value for group in self.knobs.values() for _, value in group]
        return [*self.init, *self.ins, *self.shared, *self.scale, *self.span, *([self.save] if self.save else []),
                *self.record, *self.sum, *knobs]

    def replace(self, old, new):
        for name in ("init", "ins", "shared", "scale", "span", "record", "sum"):
            setattr(self, name, [new if value is old else value for value in getattr(self, name)])
        self.save = new if self.save is old else self.save
        for group, knobs in self.knobs.items():
            self.knobs[group] = [(name, new if value is old else value) for name, value in knobs]

    def render(self, printer):
        def listed(word, values):
            if not values:
                return ""
            names, types = ", ".join(map(printer.name, values)), ", ".join(printer.type(v.type) for v in values)
            return f" {word}({names} : {types})"

        def knobs(word):
            found = self.knobs.get(word)
            if not found:
                return ""
            return f" {word}(" + ", ".join(f"{n} = {printer.name(v)} : {printer.type(v.type)}" for n, v in found) + ")"

        def region(block, end):
            return "{\n" + printer.region(block, end) + printer.indent + "}"

        if self.kind == "loop":
            maximum = self.knobs["max"][0][1]
            text = "eq.loop" + listed("init", self.init) + listed("ins", self.ins) + listed("shared", self.shared)
            text += listed("record", self.record) + listed("sum", self.sum)
            text += f" max({printer.name(maximum)} : {printer.type(maximum.type)})"
            if self.start:
                text += " start " + region(self.start, "next")
            text += " step " + region(self.body, ("next", len(self.record), len(self.sum)))
            if self.finish:
                text += " finish " + region(self.finish, "eq.yield")
            return text
        text = f"eq.{self.kind}" + listed("init", self.init) + listed("ins", self.ins) + listed("shared", self.shared)
        text += listed("scale", self.scale)
        if self.kind == "ode":
            text += "".join(f" {word}({printer.name(v)} : {printer.type(v.type)})" for word, v in zip(("from", "to"), self.span))
            text += listed("save", [self.save] if self.save else [])
            text += knobs("within") + knobs("until")
        else:
            text += knobs("until") + (f" norm({self.norm})" if self.norm else "")
        text += f" method({self.method})" + knobs("with")
        if self.trace:
            text += f" trace({self.trace})"
        text += f" {self.tail} " + region(self.body, "eq.yield")
        for event in self.events:
            keep = f", keep = {event.keep}" if event.keep else ""
            text += f" event({event.direction}{keep}) " + region(event.body, "eq.yield")
            if event.apply:
                text += " apply " + region(event.apply, "eq.yield")
        return text


class Printer:
    def __init__(self, dims):
        self.dims, self.names, self.indent = dims, {}, ""

    def name(self, value):
        if id(value) not in self.names:
            self.names[id(value)] = f"%v{len(self.names)}"
        return self.names[id(value)]

    def size(self, expression):
        return "?" if expression == "?" else str(eval(str(expression), {}, self.dims))

    def shape(self, type):
        return tuple(int(self.size(e)) for e in type.shape or () if e != "?")

    def type(self, type):
        if type.is_scalar:
            return type.element
        return "tensor<" + "".join(self.size(e) + "x" for e in type.shape) + type.element + ">"

    def region(self, block, end):
        """A block's text; `end` is what its terminator is called."""
        before = self.indent
        self.indent += "  "
        lines = []
        if block.args and end != "scf.yield":
            args = ", ".join(f"{self.name(a)}: {self.type(a.type)}" for a in block.args)
            lines.append(f"{before}^bb0({args}):")
        for op in block.ops:
            results = ", ".join(map(self.name, op.results))
            text = re.sub("<<(.*?)>>", lambda m: self.size(m[1]), op.render(self))
            lines.append(f"{self.indent}{results}{' = ' if results else ''}{text}")
        lines.append(self.indent + self.terminator(block, end))
        self.indent = before
        return "\n".join(lines) + "\n"

    def terminator(self, block, end):
        def listed(values):
            return ", ".join(map(self.name, values)), ", ".join(self.type(v.type) for v in values)

        if end[0] == "next" or end == "next":
            records, sums = end[1:] if end[0] == "next" else (0, 0)
            again, *values = block.yields
            states = values[: len(values) - records - sums]
            names, types = listed(states)
            text = f"eq.next {self.name(again)}, {names} : {types}"
            for word, part in (("record", values[len(states) : len(states) + records]), ("sum", values[len(states) + records :])):
                if part:
                    names, types = listed(part)
                    text += f" {word}({names} : {types})"
            return text
        if not block.yields:
            return end
        names, types = listed(block.yields)
        return f"{end} {names} : {types}"


@dataclass
class Data:
    """How the numbers of an argument of the function are made: an array of `Program.samples` if `batched`."""

    seed: int
    kind: str  # normal, gain, tolerance, ..
    batched: bool
    number: float = 0.0


@dataclass(eq=False)
class Program:
    seed: int
    dims: dict
    function: Block
    samples: int = 70

    def print(self, name="solve"):
        printer = Printer(self.dims)
        args = []
        for i, value in enumerate(self.function.args):
            args.append(f'    {printer.name(value)}: {printer.type(value.type)} {{eq.name = "{self.input_name(i)}"}}')
        results = [f'    {printer.type(v.type)} {{eq.name = "{self.result_name(i)}"}}' for i, v in enumerate(self.function.yields)]
        text = f"func.func @{name}(\n" + ",\n".join(args) + "\n) -> (\n" + ",\n".join(results) + "\n) {\n"
        block = Block([], self.function.ops, self.function.yields)
        return text + printer.region(block, "return") + "}\n"

    def input_name(self, i):
        return ("batch" if self.function.args[i].type.shape and self.function.args[i].type.shape[0] == "?" else "all") + str(i)

    def result_name(self, i):
        shape = self.function.yields[i].type.shape
        return ("batch" if shape and shape[0] == "?" else "all") + str(i)

    def inputs(self):
        """The arrays by name."""
        printer = Printer(self.dims)
        made = {}
        for i, value in enumerate(self.function.args):
            shape = printer.shape(value.type)
            made[self.input_name(i)] = numbers(value.data, value.type.element, shape, self.samples)
        return made


def numbers(data, element, shape, samples):
    random = np.random.default_rng(data.seed)
    whole = (samples, *shape) if data.batched else shape
    dtype = DTYPES[element]
    if data.kind == "number":
        return np.full(whole, data.number).astype(dtype)
    if data.kind == "max":
        return np.where(random.random(whole) < 0.15, random.integers(-1, 3, whole), random.integers(5, int(data.number) + 1, whole)).astype(dtype)
    if data.kind == "tolerance":  # seldom one that is refused
        array = 10.0 ** random.uniform(-6, -1, whole)
        return np.where(random.random(whole) < 0.03, random.choice([0.0, -1.0, np.nan, np.inf], whole), array).astype(dtype)
    if data.kind == "damping":
        return np.where(random.random(whole) < 0.04, random.choice([0.0, 1.5, np.nan], whole), random.uniform(0.3, 1.0, whole)).astype(dtype)
    if data.kind == "scale":
        return np.where(random.random(whole) < 0.02, random.choice([0.0, -1.0, np.inf], whole), random.uniform(0.2, 3.0, whole)).astype(dtype)
    if data.kind == "end":
        return np.where(random.random(whole) < 0.05, random.choice([0.0, -1.0, np.nan], whole), random.uniform(1.0, 2.5, whole)).astype(dtype)
    if data.kind == "times":
        return np.sort(random.uniform(0.0, 1.0, whole), axis=-1).astype(dtype)
    if data.kind == "gain":
        array = 10.0 ** random.uniform(-4, -0.4, whole)
        special = random.random(whole)
        array = np.where(special < 0.08, random.choice([3.0, 40.0, -1.0, 1e30], whole), array)
        return np.where(special > 0.97, random.choice([np.nan, np.inf, 0.0], whole), array).astype(dtype)
    if dtype == np.bool_:
        return random.random(whole) < 0.5
    if np.issubdtype(dtype, np.integer):
        array = random.integers(-6, 20, whole)
        if data.batched:
            info = np.iinfo(dtype)
            array = np.where(random.random(whole) < 0.04, random.choice([info.min, info.max, -1, 0], whole), array)
        return array.astype(dtype)
    array = random.normal(0.0, 1.0, whole)
    if data.batched and samples:
        # A few samples hold what real data should not.
        huge = 1e30 if element == "f32" else 1e300
        special = [np.nan, np.inf, -np.inf, huge, -huge, 1e-42, 0.0, -0.0, 1e4]
        chosen = random.random(whole) * np.where(random.random(samples) < 0.12, 1.0, 9.0).reshape(samples, *[1] * len(shape)) < 0.4
        array = np.where(chosen, random.choice(special, whole), array)
    with np.errstate(over="ignore"):
        return array.astype(dtype)

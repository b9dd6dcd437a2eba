"""Random programs: one solve on a batch, whose body uses whatever bodies may use.

    program = generate(seed)

A body is grown forwards, operation by operation, from its arguments; what it yields depends on most of what was made.
Maps are squashed and multiplied by a gain of the sample, so that most samples converge, and some do not.
"""

import random

from program import REALS, WIDTHS, Block, Constant, Data, Event, Op, Printer, Program, Solve, Type, Value

BINARY_REAL = {
    "arith.addf": 9, "arith.subf": 9, "arith.mulf": 9, "arith.divf": 4, "arith.remf": 2, "arith.maximumf": 2, "arith.minimumf": 2,
    "arith.maxnumf": 2, "arith.minnumf": 2, "math.powf": 1, "math.atan2": 1, "math.copysign": 1,
}  # fmt: skip
UNARY_REAL = {
    "arith.negf": 3, "math.absf": 3, "math.sqrt": 2, "math.rsqrt": 1, "math.cbrt": 1, "math.exp": 2, "math.exp2": 1,
    "math.expm1": 1, "math.log": 1, "math.log2": 1, "math.log10": 1, "math.log1p": 1, "math.sin": 2, "math.cos": 2, "math.tan": 1,
    "math.asin": 1, "math.acos": 1, "math.atan": 1, "math.sinh": 1, "math.cosh": 1, "math.tanh": 3, "math.asinh": 1, "math.acosh": 1,
    "math.atanh": 1, "math.erf": 1, "math.erfc": 1, "math.floor": 1, "math.ceil": 1, "math.trunc": 1, "math.round": 1, "math.roundeven": 1,
}  # fmt: skip
# Outside its domain a function gives NaN, and most samples would end at once.
DOMAIN = {"math.sqrt": "math.absf", "math.rsqrt": "math.absf", "math.log": "math.absf", "math.log2": "math.absf", "math.log10": "math.absf",
          "math.log1p": "math.absf", "math.asin": "math.sin", "math.acos": "math.sin", "math.atanh": "math.sin", "math.acosh": "math.cosh",
          "math.exp": "math.sin", "math.exp2": "math.tanh", "math.sinh": "math.sin", "math.cosh": "math.tanh"}  # fmt: skip
BINARY_INTEGER = {
    "arith.addi": 4, "arith.subi": 3, "arith.muli": 3, "arith.divsi": 2, "arith.divui": 1, "arith.remsi": 2, "arith.remui": 1,
    "arith.ceildivsi": 1, "arith.ceildivui": 1, "arith.floordivsi": 1, "arith.andi": 2, "arith.ori": 2, "arith.xori": 2,
    "arith.shli": 1, "arith.shrsi": 1, "arith.shrui": 1, "arith.maxsi": 1, "arith.maxui": 1, "arith.minsi": 1, "arith.minui": 1, "math.ipowi": 1,
}  # fmt: skip
UNARY_INTEGER = ["math.absi", "math.ctlz", "math.cttz", "math.ctpop"]
TWO_RESULTS = ["arith.addui_extended", "arith.mulsi_extended", "arith.mului_extended"]
COMPARE_REAL = ["oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une", "uno"]
COMPARE_INTEGER = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]
CLASSES = ["math.isnan", "math.isinf", "math.isfinite", "math.isnormal"]
FAST = ["contract", "contract", "contract", "fast", "reassoc", "nnan,ninf", "arcp", "afn", "nsz"]
ADAPTIVE = ["heun", "midpoint", "ralston", "bs3", "dp5", "tsit5", "vern7", "dop853"]
FIXED = ["euler", "rk4"]
LARGE = ["dp5", "tsit5", "vern7", "dop853"]
SHAPES = [("a",), ("b",), ("a",), ("a", "b"), ("b", "a"), ("a", "a"), ("c", "a", "b")]
INDEX = Type("index")
BOOL = Type("i1")


class Generator:
    def __init__(self, seed, size):
        self.random = random.Random(seed)
        r = self.random
        self.dims = {"a": r.randint(2, 5), "b": r.randint(2, 5), "c": r.randint(2, 3)}
        # Enough rows that several are the elements of a vector, and some are left over.
        if r.random() < 0.15:
            self.dims[r.choice("ab")] = r.randint(8, 19)
        self.real = r.choice(REALS)
        self.budget = size
        self.scopes = []  # of lists of values
        self.blocks = []
        self.used = set()
        self.nesting = 0
        self.next_data = seed * 1000

    # Values.

    def emit(self, op):
        self.blocks[-1].ops.append(op)
        for value in op.uses():
            self.used.add(id(value))
        self.scopes[-1].extend(op.results)
        self.budget -= 1
        return op.results[0] if op.results else None

    def op(self, template, operands, *types):
        return self.emit(Op(template, operands, [Value(type) for type in types]))

    def visible(self, test):
        return [value for scope in self.scopes for value in scope if test(value.type)]

    def constant(self, type):
        r = self.random
        value = Value(type)
        if not type.is_scalar and r.random() < 0.6:
            return self.emit(Constant(value, seed=r.randrange(10**6)))
        if type.is_real:
            number = r.choice([0.0, 1.0, 0.5, -1.0, 2.0, -0.0, round(r.uniform(-2, 2), 3), round(r.uniform(-2, 2), 3)])
            if r.random() < 0.02:
                number = r.choice([float("nan"), float("inf"), 1e30])
        elif type.element == "i1":
            number = r.random() < 0.5
        elif type.element == "index":
            number = r.randint(0, 3)
        else:
            number = r.choice([0, 1, 2, 3, -1, 7, r.randint(-20, 20)])
        return self.emit(Constant(value, number=number))

    def need(self, type):
        """A value of a type: one that is there, or a new one made from one of another type."""
        r = self.random
        there = self.visible(lambda t: t == type)
        if there and r.random() < 0.88:
            fresh = [v for v in there if id(v) not in self.used]
            return r.choice(fresh) if fresh and r.random() < 0.6 else r.choice(there[-8:])
        near = self.visible(lambda t: t != type and (t.shape == type.shape or t.is_scalar or type.is_scalar))
        if near and r.random() < 0.7:
            return self.convert(r.choice(near[-10:]), type)
        return self.constant(type)

    def convert(self, value, type):
        """Something of this type that depends on the value."""
        r = self.random
        if value.type.shape != type.shape:
            if value.type.is_scalar:
                if type.element == "index" or value.type.element == "index":
                    return self.convert(self.element(value, "i64"), type)
                splat = type.with_element(value.type.element)
                value = self.op("tensor.splat {o[0]} : {rt[0]}", [value], splat)
            elif type.is_scalar and value.type.is_real and r.random() < 0.4:
                value = self.total(value)
            else:
                value = self.extract(value)
                return self.convert(value, type)
        return self.element(value, type.element)

    def element(self, value, element):
        """The same value with elements of another type."""
        have = value.type.element
        if have == element:
            return value
        type = value.type.with_element(element)
        if element == "i1":
            zero = self.emit(Constant(Value(value.type), number=0))
            if have in REALS:
                return self.op(f"arith.cmpf {self.random.choice(COMPARE_REAL)}, {{o[0]}}, {{o[1]}} : {{ot[0]}}", [value, zero], type)
            return self.op(f"arith.cmpi {self.random.choice(COMPARE_INTEGER)}, {{o[0]}}, {{o[1]}} : {{ot[0]}}", [value, zero], type)
        if "index" in (have, element):
            other = element if have == "index" else have
            if other in REALS or other == "i1":
                return self.element(self.element(value, "i32"), element)
            word = self.random.choice(["index_cast", "index_castui"]) if other != "i1" else "index_castui"
            return self.op(f"arith.{word} {{o[0]}} : {{ot[0]}} to {{rt[0]}}", [value], type)
        if have in REALS and element in REALS:
            word = "extf" if element == "f64" else "truncf"
        elif have in REALS:
            word = self.random.choice(["fptosi", "fptosi", "fptoui"])
        elif element in REALS:
            word = self.random.choice(["sitofp", "sitofp", "uitofp"]) if have != "i1" else "uitofp"
        elif WIDTHS[have] > WIDTHS[element]:
            word = "trunci"
        else:
            word = self.random.choice(["extsi", "extui"])
        return self.op(f"arith.{word} {{o[0]}} : {{ot[0]}} to {{rt[0]}}", [value], type)

    def bounded(self, value):
        """A real value held within [-1, 1]; a NaN stays one, mostly."""
        r = self.random
        type = value.type
        if r.random() < 0.6:
            other = self.emit(Constant(Value(type), number=0.25))
            flag = type.with_element("i1")
            sound = self.op("arith.cmpf oeq, {o[0]}, {o[1]} : {ot[0]}", [value, value], flag)
            value = self.select(sound, value, other)
        kind = r.choice(["math.tanh", "math.tanh", "math.sin", "math.erf", "softsign", "clamp"])
        if kind == "softsign":
            one = self.emit(Constant(Value(type), number=1.0))
            size = self.op("math.absf {o[0]} : {ot[0]}", [value], type)
            more = self.op("arith.addf {o[0]}, {o[1]} : {ot[0]}", [size, one], type)
            return self.op("arith.divf {o[0]}, {o[1]} : {ot[0]}", [value, more], type)
        if kind == "clamp":
            one = self.emit(Constant(Value(type), number=1.0))
            minus = self.emit(Constant(Value(type), number=-1.0))
            if r.random() < 0.5:
                return self.op("math.clampf {o[0]} to [{o[1]}, {o[2]}] : {ot[0]}", [value, minus, one], type)
            low = self.op("arith.maximumf {o[0]}, {o[1]} : {ot[0]}", [value, minus], type)
            return self.op("arith.minimumf {o[0]}, {o[1]} : {ot[0]}", [low, one], type)
        return self.op(f"{kind} {{o[0]}} : {{ot[0]}}", [value], type)

    def select(self, flag, a, b):
        whole = not flag.type.is_scalar
        text = "arith.select {o[0]}, {o[1]}, {o[2]} : " + ("{ot[0]}, {ot[1]}" if whole else "{ot[1]}")
        return self.op(text, [flag, a, b], a.type)

    # Types.

    def any_element(self):
        r = self.random
        other = "f32" if self.real == "f64" else "f64"
        return r.choices([self.real, other, "i32", "i64", "i1", "i8", "i16"], [12, 2, 4, 2, 1, 0.3, 0.3])[0]

    def real_type(self):
        r = self.random
        return Type(self.any_real(), r.choice([None, None, *SHAPES[:6]]))

    def any_real(self):
        return self.real if self.random.random() < 0.85 else self.random.choice(REALS)

    def integer_type(self):
        r = self.random
        return Type(r.choices(["i32", "i64", "i8", "i16"], [6, 3, 0.5, 0.5])[0], r.choice([None, None, None, ("a",), ("b",)]))

    def tensor(self, ranks=(1, 2, 3)):
        """A tensor of reals or integers that is there, or a new one."""
        r = self.random
        there = self.visible(lambda t: not t.is_scalar and len(t.shape) in ranks and t.element != "i1")
        if there and r.random() < 0.8:
            return r.choice(there[-6:])
        shape = r.choice([s for s in SHAPES if len(s) in ranks])
        return self.need(Type(r.choice([self.real, self.real, self.real, "i32"]), shape))

    def index(self, extent, exact=False):
        """A position in a dimension: constant, or from data and then perhaps out of range."""
        r = self.random
        if r.random() < 0.45 or exact:
            return self.emit(Constant(Value(INDEX), number=r.choice([0, 1])))
        return self.need(INDEX)

    # Operations, one method each: `grow` picks one.

    def real_binary(self):
        r = self.random
        name = r.choices(list(BINARY_REAL), BINARY_REAL.values())[0]
        type = self.real_type()
        a, b = self.need(type), self.need(type)
        if name == "math.copysign":  # the sign of a NaN is not defined
            one = self.emit(Constant(Value(type), number=1.0))
            flag = self.op("arith.cmpf ord, {o[0]}, {o[1]} : {ot[0]}", [b, b], type.with_element("i1"))
            b = self.select(flag, b, one)
        fast = f" fastmath<{r.choice(FAST)}>" if r.random() < 0.3 else ""
        if "fast" in fast and "contract" not in fast and r.random() < 0.7:
            fast = ""
        return self.op(f"{name} {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [a, b], type)

    def real_unary(self):
        r = self.random
        name = r.choices(list(UNARY_REAL), UNARY_REAL.values())[0]
        value = self.need(self.real_type())
        if name in DOMAIN and r.random() < 0.85:
            value = self.op(f"{DOMAIN[name]} {{o[0]}} : {{ot[0]}}", [value], value.type)
        return self.op(f"{name} {{o[0]}} : {{ot[0]}}", [value], value.type)

    def real_other(self):
        r = self.random
        type = self.real_type()
        kind = r.choice(["fma", "fma", "fpowi", "class", "compare", "sincos"])
        if kind == "fma":
            return self.op("math.fma {o[0]}, {o[1]}, {o[2]} : {ot[0]}", [self.need(type) for _ in range(3)], type)
        if kind == "fpowi":
            power = self.emit(Constant(Value(type.with_element("i32")), number=r.randint(-2, 3)))
            if r.random() < 0.4:
                power = self.need(type.with_element("i32"))
            return self.op("math.fpowi {o[0]}, {o[1]} : {ot[0]}, {ot[1]}", [self.need(type), power], type)
        if kind == "class":
            return self.op(f"{r.choice(CLASSES)} {{o[0]}} : {{ot[0]}}", [self.need(type)], type.with_element("i1"))
        if kind == "sincos":
            return self.op("math.sincos {o[0]} : {ot[0]}", [self.need(type)], type, type)
        text = f"arith.cmpf {r.choice(COMPARE_REAL)}, {{o[0]}}, {{o[1]}} : {{ot[0]}}"
        return self.op(text, [self.need(type), self.need(type)], type.with_element("i1"))

    def integer_binary(self):
        r = self.random
        name = r.choices(list(BINARY_INTEGER), BINARY_INTEGER.values())[0]
        type = self.integer_type()
        if name == "math.ipowi" and r.random() < 0.5:
            type = Type(type.element)
        b = self.need(type)
        if name == "math.ipowi":  # a power of data may take very long
            mask = self.emit(Constant(Value(type), number=7))
            b = self.op("arith.andi {o[0]}, {o[1]} : {ot[0]}", [b, mask], type)
        return self.op(f"{name} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [self.need(type), b], type)

    def integer_other(self):
        r = self.random
        type = self.integer_type()
        kind = r.choice(["unary", "compare", "two", "logic"])
        if kind == "unary":
            name = r.choice(UNARY_INTEGER)
            extra = "" if name not in ("math.ctlz",) else ""
            return self.op(f"{name} {{o[0]}}{extra} : {{ot[0]}}", [self.need(type)], type)
        if kind == "compare":
            text = f"arith.cmpi {r.choice(COMPARE_INTEGER)}, {{o[0]}}, {{o[1]}} : {{ot[0]}}"
            return self.op(text, [self.need(type), self.need(type)], type.with_element("i1"))
        if kind == "two":
            name = r.choice(TWO_RESULTS)
            second = type.with_element("i1") if name == "arith.addui_extended" else type
            text = f"{name} {{o[0]}}, {{o[1]}} : {{ot[0]}}" + (", {rt[1]}" if name == "arith.addui_extended" else "")
            return self.op(text, [self.need(type), self.need(type)], type, second)
        return self.op(f"arith.{r.choice(['andi', 'ori', 'xori'])} {{o[0]}}, {{o[1]}} : i1", [self.need(BOOL), self.need(BOOL)], BOOL)

    def bits(self):
        """The bits of a real number that is not a NaN, as an integer."""
        type = Type(self.any_real())
        value = self.need(type)
        flag = self.op("arith.cmpf ord, {o[0]}, {o[1]} : {ot[0]}", [value, value], BOOL)
        zero = self.emit(Constant(Value(type), number=0.0))
        value = self.select(flag, value, zero)
        return self.op("arith.bitcast {o[0]} : {ot[0]} to {rt[0]}", [value], Type("i32" if type.element == "f32" else "i64"))

    def choose(self):
        r = self.random
        element = self.any_element()
        type = Type(element, r.choice([None, None, ("a",), ("b",), ("a", "b")]) if element not in ("i1",) else None)
        flag = self.need(BOOL if r.random() < 0.6 else type.with_element("i1"))
        return self.select(flag, self.need(type), self.need(type))

    def extract(self, value=None):
        value = value or self.tensor()
        places = [self.index(e) for e in value.type.shape]
        indices = ", ".join(f"{{o[{i + 1}]}}" for i in range(len(places)))
        return self.op(f"tensor.extract {{o[0]}}[{indices}] : {{ot[0]}}", [value, *places], Type(value.type.element))

    def insert(self):
        whole = self.tensor()
        places = [self.index(e) for e in whole.type.shape]
        scalar = self.need(Type(whole.type.element))
        indices = ", ".join(f"{{o[{i + 2}]}}" for i in range(len(places)))
        return self.op(f"tensor.insert {{o[0]}} into {{o[1]}}[{indices}] : {{ot[1]}}", [scalar, whole, *places], whole.type)

    def slices(self):
        r = self.random
        whole = self.tensor((1, 2))
        shape = whole.type.shape
        kind = r.choice(["tail", "tail", "row", "data"])
        if int(Printer(self.dims).size(shape[0])) < 2:
            return self.reshape()
        if len(shape) == 1:
            part = Type(whole.type.element, (f"{shape[0]}-1",))
            if kind == "data":
                offset, operand = "{o[1]}", [self.need(INDEX)]
            else:
                offset, operand = r.choice(["0", "1"]), []
            position = f"[{offset}] [<<{shape[0]}-1>>] [1]"
        else:
            operand = [self.need(INDEX)] if kind == "data" else []
            offset = "{o[1]}" if operand else r.choice(["0", "1"])
            part = Type(whole.type.element, (shape[1],))
            position = f"[{offset}, 0] [1, <<{shape[1]}>>] [1, 1]"
        if r.random() < 0.6:
            return self.op(f"tensor.extract_slice {{o[0]}}{position} : {{ot[0]}} to {{rt[0]}}", [whole, *operand], part)
        source = self.need(part)
        text = f"tensor.insert_slice {{o[0]}} into {{o[{1}]}}" + position.replace("{o[1]}", "{o[2]}") + " : {ot[0]} into {ot[1]}"
        return self.op(text, [source, whole, *operand], whole.type)

    def reshape(self):
        r = self.random
        value = self.tensor((1, 2))
        element, shape = value.type.element, value.type.shape
        if len(shape) == 2:
            flat = Type(element, (f"({shape[0]})*({shape[1]})",))
            return self.op("tensor.collapse_shape {o[0]} [[0, 1]] : {ot[0]} into {rt[0]}", [value], flat)
        long = Type(element, (1, shape[0])) if r.random() < 0.5 else Type(element, (shape[0], 1))
        sizes = ", ".join(f"<<{e}>>" for e in long.shape)
        return self.op(f"tensor.expand_shape {{o[0]}} [[0, 1]] output_shape [{sizes}] : {{ot[0]}} into {{rt[0]}}", [value], long)

    def gather_up(self):
        """from_elements, splat, concat, pad, generate, cast, fill."""
        r = self.random
        kind = r.choice(["elements", "splat", "concat", "pad", "generate", "dim", "fill"])
        element = r.choice([self.real, self.real, "i32"])
        if kind == "elements":
            count = r.randint(1, 3)
            names = ", ".join(f"{{o[{i}]}}" for i in range(count))
            return self.op(f"tensor.from_elements {names} : {{rt[0]}}", [self.need(Type(element)) for _ in range(count)], Type(element, (count,)))
        if kind == "splat":
            return self.op("tensor.splat {o[0]} : {rt[0]}", [self.need(Type(element))], Type(element, r.choice(SHAPES)))
        if kind == "dim":
            zero = self.emit(Constant(Value(INDEX), number=0))
            return self.op("tensor.dim {o[0]}, {o[1]} : {ot[0]}", [self.tensor(), zero], INDEX)
        if kind == "fill":
            type = Type(element, r.choice(SHAPES))
            empty = self.op("tensor.empty() : {rt[0]}", [], type)
            self.scopes[-1].remove(empty)  # its elements have no value
            text = "linalg.fill ins({o[0]} : {ot[0]}) outs({o[1]} : {ot[1]}) -> {rt[0]}"
            return self.op(text, [self.need(Type(element)), empty], type)
        if kind == "concat":
            a, b = self.need(Type(element, ("a",))), self.need(Type(element, (r.choice("ab"),)))
            return self.op("tensor.concat dim(0) {o[0]}, {o[1]} : ({ot[0]}, {ot[1]}) -> {rt[0]}", [a, b], Type(element, (f"({a.type.shape[0]})+({b.type.shape[0]})",)))
        if kind == "pad":
            value = self.need(Type(element, ("a", "b") if r.random() < 0.4 else ("a",)))
            filler = self.need(Type(element))
            shape = value.type.shape
            low, high = [r.randint(0, 1) for _ in shape], [r.randint(0, 1) for _ in shape]
            type = Type(element, tuple(f"({e})+{a + b}" if a + b else e for e, a, b in zip(shape, low, high)))
            positions = ", ".join(f"%p{i}: index" for i in range(len(shape)))
            text = (f"tensor.pad {{o[0]}} low[{', '.join(map(str, low))}] high[{', '.join(map(str, high))}] {{{{ ^bb0({positions}): "
                    "tensor.yield {o[1]} : {ot[1]} }} : {ot[0]} to {rt[0]}")
            return self.op(text, [value, filler], type)
        index, inner = Value(INDEX), Block()
        inner.args = [index]
        type = Type(element, ("a",))
        self.nested(inner, 2, lambda: [self.need(Type(element))])
        return self.emit(Op("tensor.generate {{\n{b[0]}}} : {rt[0]}", [], [Value(type)], [inner], ["tensor.yield"]))

    def empty_like(self, type):
        empty = self.op("tensor.empty() : {rt[0]}", [], type)
        self.scopes[-1].remove(empty)
        return empty

    def products(self):
        r = self.random
        element = r.choices([self.real, "i32"], [7, 1])[0]
        vector, other = Type(element, ("a",)), Type(element, ("b",))
        matrix, back, square = Type(element, ("b", "a")), Type(element, ("a", "b")), Type(element, ("a", "a"))
        kind = r.choice(["dot", "matvec", "matvec", "vecmat", "matmul", "transpose", "broadcast", "named", "batch", "conv"])
        if kind == "dot":
            zero = self.emit(Constant(Value(Type(element, ())), number=0))
            dot = self.op("linalg.dot ins({o[0]}, {o[1]} : {ot[0]}, {ot[1]}) outs({o[2]} : {ot[2]}) -> {rt[0]}",
                          [self.need(vector), self.need(vector), zero], zero.type)
            return self.op("tensor.extract {o[0]}[] : {ot[0]}", [dot], Type(element))
        shapes = {"matvec": (matrix, vector, other), "vecmat": (other, matrix, vector), "matmul": (back, matrix, square)}
        if kind in shapes:
            left, right, result = shapes[kind]
            text = f"linalg.{kind} ins({{o[0]}}, {{o[1]}} : {{ot[0]}}, {{ot[1]}}) outs({{o[2]}} : {{ot[2]}}) -> {{rt[0]}}"
            return self.op(text, [self.need(left), self.need(right), self.need(result)], result)
        if kind == "transpose":
            text = "linalg.transpose ins({o[0]} : {ot[0]}) outs({o[1]} : {ot[1]}) permutation = [1, 0]"
            return self.op(text, [self.need(matrix), self.empty_like(back)], back)
        if kind == "broadcast":
            d = r.choice([0, 1])
            result = matrix if d == 0 else back
            text = f"linalg.broadcast ins({{o[0]}} : {{ot[0]}}) outs({{o[1]}} : {{ot[1]}}) dimensions = [{d}]"
            return self.op(text, [self.need(vector), self.empty_like(result)], result)
        if kind == "named":
            name = r.choice(["add", "sub", "mul", "max", "min"] + (["div"] if element in REALS else []))
            text = f"linalg.{name} ins({{o[0]}}, {{o[1]}} : {{ot[0]}}, {{ot[1]}}) outs({{o[2]}} : {{ot[2]}}) -> {{rt[0]}}"
            return self.op(text, [self.need(vector), self.need(vector), self.empty_like(vector)], vector)
        if kind == "conv":
            long, filter = Type(element, ("(a)+1",)), Type(element, (2,))
            text = "linalg.conv_1d ins({o[0]}, {o[1]} : {ot[0]}, {ot[1]}) outs({o[2]} : {ot[2]}) -> {rt[0]}"
            return self.op(text, [self.need(long), self.need(filter), self.need(vector)], vector)
        left, right, result = Type(element, ("c", "a", "b")), Type(element, ("c", "b", "a")), Type(element, ("c", "a", "a"))
        text = "linalg.batch_matmul ins({o[0]}, {o[1]} : {ot[0]}, {ot[1]}) outs({o[2]} : {ot[2]}) -> {rt[0]}"
        return self.op(text, [self.need(left), self.need(right), self.need(result)], result)

    def combine(self, element):
        r = self.random
        if element in REALS:
            return r.choice(["arith.addf", "arith.addf", "arith.mulf", "arith.maximumf", "arith.minimumf", "arith.maxnumf"])
        return r.choice(["arith.addi", "arith.xori", "arith.maxsi", "arith.muli"])

    def total(self, value, dimension=None):
        """A reduction over all dimensions, as a scalar, or over one."""
        element, shape = value.type.element, value.type.shape
        name = self.combine(element)
        left = tuple(e for i, e in enumerate(shape) if dimension is not None and i != dimension)
        start = self.emit(Constant(Value(Type(element, left)), number=self.random.choice([0, 1])))
        dims = range(len(shape)) if dimension is None else [dimension]
        text = (f"linalg.reduce ins({{o[0]}} : {{ot[0]}}) outs({{o[1]}} : {{ot[1]}}) dimensions = [{', '.join(map(str, dims))}] "
                f"(%e: {element}, %s: {element}) {{{{ %m = {name} %s, %e : {element} linalg.yield %m : {element} }}}}")
        result = self.op(text, [value, start], start.type)
        if dimension is not None:
            return result
        return self.op("tensor.extract {o[0]}[] : {ot[0]}", [result], Type(element))

    def reduce(self):
        value = self.tensor((1, 2))
        if len(value.type.shape) == 2 and self.random.random() < 0.5:
            return self.total(value, self.random.choice([0, 1]))
        return self.total(value)

    def map(self):
        value = self.need(Type(self.real, ("a",)))
        other = self.need(Type(self.real, ("a",)))
        inner = Block()
        inner.args = [Value(Type(self.real)), Value(Type(self.real))]
        self.nested(inner, 2, lambda: [self.need(Type(self.real))], only_inside=True)
        result = Value(value.type)
        empty = self.empty_like(value.type)
        op = Map([value, other, empty], [result], inner)
        return self.emit(op)

    def generic(self):
        """A linalg.generic with linalg.index, transposed inputs, a reduction, or two results."""
        r = self.random
        element = self.real
        kind = r.choice(["map", "transposed", "reduction", "two"])
        rows, columns = "a", "b"
        scalar = Type(element)
        inner = Block()
        parallel = '"parallel", "parallel"'
        identity, swapped = "affine_map<(i, j) -> (i, j)>", "affine_map<(i, j) -> (j, i)>"
        row, column = "affine_map<(i, j) -> (i)>", "affine_map<(i, j) -> (j)>"
        whole = Type(element, (rows, columns))
        if kind == "reduction":
            inputs = [self.need(whole), self.need(Type(element, (columns,)))]
            maps, iterators, outputs = [identity, column, row], '"parallel", "reduction"', [self.need(Type(element, (rows,)))]
        elif kind == "transposed":
            inputs = [self.need(Type(element, (columns, rows))), self.need(Type(element, (rows,)))]
            maps, iterators, outputs = [swapped, row, identity], parallel, [self.empty_like(whole)]
        elif kind == "two":
            inputs = [self.need(whole)]
            maps, iterators, outputs = [identity] * 3, parallel, [self.empty_like(whole), self.need(whole)]
        else:
            inputs = [self.need(whole), self.need(Type(element, (columns,)))]
            maps, iterators, outputs = [identity, column, identity], parallel, [self.empty_like(whole)]
        inner.args = [Value(scalar) for _ in (*inputs, *outputs)]
        readable = [v for v, o in zip(inner.args[len(inputs):], outputs) if not is_empty(self, o)]

        def body():
            if r.random() < 0.5:
                place = self.op(f"linalg.index {r.choice([0, 1])} : index", [], INDEX)
                self.element(self.element(place, "i64"), element)
            yields = []
            for output in inner.args[len(inputs):]:
                value = self.need(scalar)
                if output in readable and r.random() < 0.8:
                    value = self.op(f"{self.combine(element)} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [output, value], scalar)
                yields.append(value)
            return yields

        hidden = [v for v in inner.args[len(inputs):] if v not in readable]
        self.nested(inner, r.randint(1, 3), body, hidden=hidden)
        return self.emit(Generic([*inputs, *outputs], [Value(o.type) for o in outputs], inner, len(inputs), maps, iterators))

    def nested(self, block, size, finish, hidden=(), only_inside=False):
        """Fills a block with scalar operations; finish gives its yields."""
        saved, self.budget = self.budget, size
        outer = self.scopes
        self.scopes = [[]] if only_inside else [*outer]
        self.scopes.append([v for v in block.args if v not in hidden])
        self.blocks.append(block)
        while self.budget > 0:
            self.random.choice([self.scalar_real, self.scalar_real, self.scalar_integer])()
        block.yields = finish()
        for value in block.yields:
            self.used.add(id(value))
        self.blocks.pop()
        self.scopes = outer
        self.budget = saved - 1

    def scalar_real(self):
        r = self.random
        type = Type(self.real)
        if r.random() < 0.6:
            name = r.choice(["arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.maximumf"])
            return self.op(f"{name} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [self.need(type), self.need(type)], type)
        name = r.choice(["math.tanh", "math.sin", "math.absf", "math.exp", "arith.negf"])
        return self.op(f"{name} {{o[0]}} : {{ot[0]}}", [self.need(type)], type)

    def scalar_integer(self):
        type = Type("i32")
        name = self.random.choice(["arith.addi", "arith.muli", "arith.remsi", "arith.divsi", "arith.xori"])
        return self.op(f"{name} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [self.need(type), self.need(type)], type)

    # Control flow.

    def inside(self, block, size, finish):
        """Fills a block with operations of all kinds."""
        saved, self.budget = self.budget, size
        self.scopes.append(list(block.args))
        self.blocks.append(block)
        self.nesting += 1
        while self.budget > 0:
            self.grow_one()
        block.yields = finish()
        for value in block.yields:
            self.used.add(id(value))
        self.nesting -= 1
        self.blocks.pop()
        self.scopes.pop()
        self.budget = saved - size

    def some_types(self):
        r = self.random
        return [Type(self.any_element(), r.choice([None, None, ("a",), ("a", "b")])) for _ in range(r.choice([1, 1, 2]))]

    def branch(self):
        if self.nesting >= 2:
            return self.choose()
        types = [t if t.element != "i1" or t.is_scalar else Type("i1") for t in self.some_types()]
        flag = self.need(BOOL)
        blocks = [Block(), Block()]
        for block in blocks:
            self.inside(block, self.random.randint(1, 3), lambda: [self.need(t) for t in types])
        return self.emit(Op("scf.if {o[0]} -> (" + ", ".join(f"{{rt[{i}]}}" for i in range(len(types))) + ") {{\n{b[0]}}} else {{\n{b[1]}}}",
                            [flag], [Value(t) for t in types], blocks, ["scf.yield", "scf.yield"]))

    def repeat(self):
        if self.nesting >= 2:
            return self.real_binary()
        r = self.random
        types = [t if t.element != "i1" or t.is_scalar else Type("i1") for t in self.some_types()]
        low = self.emit(Constant(Value(INDEX), number=r.randint(0, 1)))
        step = self.emit(Constant(Value(INDEX), number=r.randint(1, 2)))
        high = self.emit(Constant(Value(INDEX), number=r.randint(0, 4)))
        if r.random() < 0.3:  # as many turns as the data say, at most six
            six = self.emit(Constant(Value(INDEX), number=6))
            high = self.op("arith.minsi {o[0]}, {o[1]} : {ot[0]}", [self.need(INDEX), six], INDEX)
        inits = [self.need(t) for t in types]
        body = Block([Value(INDEX), *[Value(t) for t in types]])
        self.inside(body, r.randint(1, 3), lambda: [self.need(t) for t in types])
        return self.emit(For([low, high, step, *inits], [Value(t) for t in types], body))

    # Solves.

    def inner_solve(self):
        if self.nesting >= 2:
            return self.real_other()
        r = self.random
        kind = r.choice(["fixed_point", "fixed_point", "fixed_point", "root", "loop", "loop", "ode" if self.nesting == 1 else "loop"])
        solve = self.solve(kind, outer=False)
        self.emit_solve(solve)
        return solve.states[0]

    def emit_solve(self, solve):
        self.blocks[-1].ops.append(solve)
        for value in solve.uses():
            self.used.add(id(value))
        self.scopes[-1].extend(solve.results)
        self.budget -= 1

    def argument(self, type, kind="normal", batched=False, number=0.0):
        """An operand: an argument of the function around an outer solve, any value around an inner one."""
        self.next_data += 1
        value = Value(type.batched() if batched else type, Data(self.next_data, kind, batched, number))
        self.function.args.append(value)
        return value

    def knob(self, type, outer, kind, number=0.0, batched=0.4):
        """A knob: of an outer solve a number or one per sample, of an inner solve a constant, or of data."""
        if outer:
            batched = self.random.random() < batched
            if not batched:
                if kind == "max":
                    number = self.random.randint(3, int(number))
                if kind == "tolerance":
                    number = 10.0 ** self.random.uniform(-5, -2)
                if kind in ("damping", "scale", "end"):
                    number = {"damping": 0.75, "scale": 1.5, "end": 2.0}[kind]
            return self.argument(type, kind if batched else "number", batched, number)
        if kind == "max":
            number = self.random.randint(1, 8)
            if self.random.random() < 0.15:
                # Of data, but not so many that a correct program takes for ever.
                bound = self.emit(Constant(Value(type), number=50))
                return self.op("arith.minsi {o[0]}, {o[1]} : {ot[0]}", [self.need(type), bound], type)
        if kind == "tolerance":
            number = 0.01
        if kind in ("damping", "scale", "end"):
            number = 0.75
        return self.emit(Constant(Value(type), number=number))

    def solve(self, kind, outer):
        r = self.random
        count = 1 if kind == "root" else r.choices([1, 2, 3], [6, 3, 1])[0]
        types = []
        for i in range(count):
            if kind == "root":
                types.append(Type(self.real))
            else:
                only_real = kind == "ode" or i == 0
                element = self.real if only_real else self.any_element()
                shape = r.choice([None, None, ("a",), ("a",), ("b",), ("a", "b")])
                types.append(Type(element, shape if element != "i1" or r.random() < 0.2 else None))
        if kind == "fixed_point" and r.random() < 0.06:
            types = [Type("i32", r.choice([None, ("a",)]))]
        widest = "f64" if any(t.element == "f64" for t in types) or not any(t.is_real for t in types) else "f32"
        knob_type = Type(widest)
        limit = Type("i32")
        ins_types = [Type(self.real), *[Type(self.any_element(), r.choice([None, ("a",), ("b",)])) for _ in range(r.randint(0, 2))]]
        ins_types = [t if t.element != "i1" else Type("i1") for t in ins_types]
        shared_types = [Type(self.real if r.random() < 0.8 else "i32", r.choice([None, ("a",), ("b", "a"), ("a", "b"), ("c", "a", "b")]))
                        for _ in range(r.randint(0, 3))]
        if outer:
            init = [self.argument(t, batched=True) for t in types]
            ins = [self.argument(t, "gain" if i == 0 else "normal", batched=True) for i, t in enumerate(ins_types)]
            shared = [self.argument(t) for t in shared_types]
        else:
            init, ins, shared = ([self.need(t) for t in part] for part in (types, ins_types[:2], shared_types))
            ins_types = ins_types[:2]
        solve = Solve(kind, init, ins, shared, None)
        time = Type(r.choice([widest, widest, "f64"]))
        states = [Value(t) for t in types]
        arguments = [*states, *[Value(t) for t in ins_types], *[Value(t) for t in shared_types]]
        tail = [] if kind == "ode" else None
        batch = Type.batched if outer else (lambda t: t)
        if kind == "ode":
            arguments = [Value(time), *arguments]
            self.options_of_ode(solve, types, time, knob_type, limit, outer)
            tail = [Value(batch(t)) for t in (time, knob_type, limit, limit, limit)]
        elif kind == "loop":
            solve.knobs["max"] = [("max", self.knob(limit, outer, "max", 12))]
            arguments = [Value(limit), *arguments]
            tail = [Value(batch(limit))]
        else:
            until = [("max", self.knob(limit, outer, "max", 60 if outer else 8))]
            if r.random() < 0.9:
                until.append(("abs", self.knob(knob_type, outer, "tolerance")))
            if kind == "root":
                low = self.argument(knob_type, "number", False, -6.0) if outer else self.emit(Constant(Value(knob_type), number=-6.0))
                high = self.argument(knob_type, "number", False, 6.0) if outer else self.emit(Constant(Value(knob_type), number=6.0))
                solve.knobs["with"] = [("low", low), ("high", high)]
                solve.method = "#eq.brent"
            else:
                if r.random() < 0.4:
                    until.append(("rel", self.knob(knob_type, outer, "tolerance")))
                if r.random() < 0.2:
                    bound = self.argument(knob_type, "number", False, 20.0) if outer else self.emit(Constant(Value(knob_type), number=20.0))
                    until.append(("bound", bound))
                if r.random() < 0.3:
                    solve.knobs["with"] = [("damping", self.knob(knob_type, outer, "damping"))]
                solve.method = "#eq.picard"
                solve.norm = r.choice(["", "", "max", "rms", "l2"])
                if all(t.is_real for t in types) and r.random() < 0.15:
                    solve.scale = [self.knob(Type(t.element), outer, "scale", batched=0.4 if t.is_scalar else 0) for t in types]
                if r.random() < 0.06:
                    solve.trace = 3
            solve.knobs["until"] = until
            if not outer:
                solve.tail = r.choice(["", "", "on_failure(fail)", "on_failure(ignore)"])
            tail = [Value(batch(knob_type)), Value(batch(limit)), Value(batch(limit))]
            if solve.trace:
                tail.append(Value(batch(Type(widest, (solve.trace,)))))
        if kind == "loop" and outer and r.random() < 0.2:
            record = self.argument(Type(self.real, (3,)), batched=True)
            solve.record = [record]
        if kind == "loop" and outer and r.random() < 0.2:
            solve.sum = [self.argument(Type(self.real))]
        solve.body = Block(arguments)
        solve.states = [Value(batch(t)) for t in types]
        # What follows the states: steps, then records and sums.
        solve.rest = tail + [Value(v.type) for v in (*solve.record, *solve.sum)]
        records = [Value(Type(v.type.element, v.type.shape[1:])) for v in solve.record]
        solve.body.args += records
        gain = arguments[(1 if kind in ("ode", "loop") else 0) + len(types)]
        hidden = records
        # Every stage of a method has the body once more.
        size = (self.budget / 2 if kind == "ode" else self.budget) if outer else r.randint(1, 3)
        self.region(solve.body, size, lambda: self.yields(kind, types, states, gain, solve, records), hidden)
        for event in solve.events:
            event.body, event.apply = self.event_blocks(solve, time, types, ins_types, shared_types)
        if kind == "loop":
            self.ends_of_loop(solve, types, ins_types, shared_types, limit)
        return solve

    def options_of_ode(self, solve, types, time, knob_type, limit, outer):
        r = self.random
        begin = self.argument(time, "number", False, 0.0) if outer else self.emit(Constant(Value(time), number=0.0))
        solve.span = [begin, self.knob(time, outer, "end")]
        if r.random() < 0.65:
            solve.method = f"#eq.runge_kutta<{self.tableau(ADAPTIVE, outer)}>"
            within = [("max", self.knob(limit, outer, "max", 80 if outer else 4)), ("abs", self.knob(knob_type, outer, "tolerance"))]
            if r.random() < 0.5:
                within.append(("rel", self.knob(knob_type, outer, "tolerance")))
            if r.random() < 0.4:
                first = self.argument(time, "number", False, 0.1) if outer else self.emit(Constant(Value(time), number=0.25))
                solve.knobs["with"] = [("first_step", first)]
        else:
            solve.method = f"#eq.runge_kutta<{self.tableau(FIXED + ADAPTIVE, outer)}>"
            step = self.argument(time, "number", False, 0.07) if outer else self.emit(Constant(Value(time), number=0.25))
            solve.knobs["with"] = [("step", step)]
            within = [("max", self.knob(limit, outer, "max", 60 if outer else 4))]
        solve.knobs["within"] = within
        if outer and r.random() < 0.15:
            batched = r.random() < 0.5
            solve.save = self.argument(Type(time.element, (3,)), "times", batched)
            solve.saved = [Value(Type(t.element, (3, *(t.shape or ()))).batched()) for t in types]
        if outer and r.random() < 0.2:
            keep = r.choice([0, 0, 2])
            solve.events = [Event(r.choice(["rising", "falling", "any"]), keep, None)]
            solve.event_times = [Value(Type(time.element, (keep,)).batched())] if keep else []

    def tableau(self, names, outer):
        """A method; those of many stages seldom, because they take long to compile."""
        r = self.random
        return r.choice(names if outer and r.random() < 0.15 else [n for n in names if n not in LARGE])

    def event_blocks(self, solve, time, types, ins_types, shared_types):
        r = self.random

        def block():
            return Block([Value(time), *[Value(t) for t in (*types, *ins_types, *shared_types)]])

        condition = block()

        def crossing():
            value = self.convert(condition.args[1], Type(types[0].element))
            level = self.emit(Constant(Value(value.type), number=round(r.uniform(-0.5, 0.5), 3)))
            return [self.op("arith.subf {o[0]}, {o[1]} : {ot[0]}", [value, level], value.type)]

        self.region(condition, 1, crossing)
        if r.random() < 0.5:
            return condition, None
        change = block()

        def changed():
            go = self.constant(BOOL) if r.random() < 0.5 else self.need(BOOL)
            states = []
            for state in change.args[1 : 1 + len(types)]:
                half = self.emit(Constant(Value(state.type), number=-0.5))
                states.append(self.op("arith.mulf {o[0]}, {o[1]} : {ot[0]}", [state, half], state.type))
            return [go, *states]

        self.region(change, 1, changed)
        return condition, change

    def ends_of_loop(self, solve, types, ins_types, shared_types, limit):
        r = self.random
        if r.random() < 0.3:
            solve.start = Block([Value(t) for t in (*types, *ins_types, *shared_types)])
            self.region(solve.start, 2, lambda: [self.constant(BOOL) if r.random() < 0.6 else self.need(BOOL), *[self.need(t) for t in types]])
        if r.random() < 0.3:
            solve.finish = Block([Value(limit), Value(BOOL), *[Value(t) for t in (*types, *ins_types, *shared_types)]])
            self.region(solve.finish, 2, lambda: [self.need(t) for t in types])

    def region(self, block, size, finish, hidden=()):
        """Fills an isolated region: it sees its arguments only."""
        outer, self.scopes = self.scopes, []
        saved, self.budget = self.budget, size
        self.scopes.append([v for v in block.args if v not in hidden])
        self.blocks.append(block)
        self.nesting += 1
        while self.budget > 0:
            self.grow_one()
        block.yields = finish()
        self.nesting -= 1
        self.blocks.pop()
        self.scopes, self.budget = outer, saved - 2

    def yields(self, kind, types, states, gain, solve, records):
        """What the body yields: maps that mostly settle and depend on what was made."""
        r = self.random
        fresh = [v for scope in self.scopes for v in scope if id(v) not in self.used and v.type.element != "index"][-5:]
        values = []
        for state in states:
            type = state.type
            mix = self.need(type)
            for value in r.sample(fresh, min(len(fresh), 3)):
                more = self.convert(value, type)
                if type.is_real:
                    mix = self.op(f"{r.choice(['arith.addf', 'arith.subf', 'arith.mulf'])} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [mix, more], type)
                elif type.element == "i1":
                    mix = self.op("arith.xori {o[0]}, {o[1]} : {ot[0]}", [mix, more], type)
                else:
                    mix = self.op("arith.addi {o[0]}, {o[1]} : {ot[0]}", [mix, more], type)
            pushes = kind == "loop" and not type.is_scalar and type.element != "i1" and r.random() < 0.4
            values.append(self.remembering(state, mix) if pushes else self.settling(kind, state, mix, gain))
        if kind != "loop":
            return values
        again = self.need(BOOL) if r.random() < 0.7 else self.emit(Constant(Value(BOOL), number=True))
        for i, record in enumerate(records):
            slot = self.convert(self.blocks[-1].args[0], INDEX)
            value = self.need(Type(record.type.element))
            when = self.need(BOOL)
            records[i] = self.op("eq.record {o[0]}, {o[1]}[{o[2]}] when {o[3]} : {ot[0]} into {ot[1]}", [value, record, slot, when], record.type)
            self.scopes[-1].remove(records[i])  # its one use is eq.next's
        return [again, *values, *records, *[self.need(Type(v.type.element)) for v in solve.sum]]

    def remembering(self, state, mix):
        """A push to the state itself, sometimes on a condition."""
        row = Type(state.type.element, state.type.shape[1:] or None)
        value = self.convert(self.bounded(mix) if mix.type.is_real else mix, row)
        pushed = self.op("eq.push {o[0]}, {o[1]} : {ot[0]} into {ot[1]}", [value, state], state.type)
        return pushed if self.random.random() < 0.8 else self.select(self.need(BOOL), state, pushed)

    def settling(self, kind, state, mix, gain):
        r = self.random
        type = state.type
        if type.element == "i1":
            return self.op("arith.ori {o[0]}, {o[1]} : {ot[0]}", [state, mix], type)
        if not type.is_real:
            if kind == "loop":
                return mix
            mask = self.emit(Constant(Value(type), number=15))
            low = self.op("arith.andi {o[0]}, {o[1]} : {ot[0]}", [mix, mask], type)
            return self.op(f"{r.choice(['arith.maxsi', 'arith.ori', 'arith.maxui'])} {{o[0]}}, {{o[1]}} : {{ot[0]}}", [state, low], type)
        raw = r.random() < 0.12
        small = mix if raw else self.bounded(mix)
        scale = self.convert(gain, type)
        fast = " fastmath<contract>" if r.random() < 0.4 else ""
        part = small if raw else self.op(f"arith.mulf {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [small, scale], type)
        if kind == "root":
            shift = self.need(type)
            left = self.op("arith.subf {o[0]}, {o[1]} : {ot[0]}", [state, shift], type) if r.random() < 0.7 else state
            return self.op("arith.addf {o[0]}, {o[1]} : {ot[0]}", [left, part], type)
        if kind == "ode":
            rate = self.emit(Constant(Value(type), number=r.choice([-0.5, -1.0, -2.0, 0.3, -200.0] if r.random() < 0.5 else [-1.0])))
            back = self.op(f"arith.mulf {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [state, rate], type)
            return self.op(f"arith.addf {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [back, part], type)
        if r.random() < 0.5:
            factor = self.emit(Constant(Value(type), number=r.choice([0.5, 0.25, -0.5, 0.9])))
            kept = self.op(f"arith.mulf {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [state, factor], type)
            part = self.op(f"arith.addf {{o[0]}}, {{o[1]}}{fast} : {{ot[0]}}", [kept, part], type)
        return part

    def push(self):
        history = self.visible(lambda t: not t.is_scalar and len(t.shape) == 1 and t.element != "i1")
        if not history:
            return self.reshape()
        history = self.random.choice(history)
        value = self.need(Type(history.type.element))
        return self.op("eq.push {o[0]}, {o[1]} : {ot[0]} into {ot[1]}", [value, history], history.type)

    WEIGHTS = {
        "real_binary": 10, "real_unary": 8, "real_other": 4, "integer_binary": 4, "integer_other": 2, "bits": 1, "choose": 2,
        "extract": 3, "insert": 2, "slices": 2, "reshape": 1, "gather_up": 3, "products": 4, "reduce": 2, "map": 1, "generic": 2, "push": 0.3,
        "branch": 2.5, "repeat": 2, "inner_solve": 0.5,
    }  # fmt: skip

    def grow_one(self):
        self.budget -= 0.2  # ends even where a rule adds nothing
        name = self.random.choices(list(self.WEIGHTS), self.WEIGHTS.values())[0]
        getattr(self, name)()

    def program(self, seed):
        r = self.random
        self.function = Block()
        self.scopes, self.blocks = [[]], [self.function]
        kind = r.choices(["fixed_point", "root", "ode", "loop"], [6, 1.5, 2, 2])[0]
        solve = self.solve(kind, outer=True)
        self.function.ops.append(solve)
        self.function.yields = list(solve.results)
        return Program(seed, self.dims, self.function)


def is_empty(generator, value):
    return not any(value in scope for scope in generator.scopes)


class For(Op):
    def __init__(self, operands, results, body):
        super().__init__("", operands, results, [body], ["scf.yield"])

    def render(self, printer):
        low, high, step, *inits = map(printer.name, self.operands)
        turn, *carried = self.blocks[0].args
        pairs = ", ".join(f"{printer.name(a)} = {b}" for a, b in zip(carried, inits))
        types = ", ".join(printer.type(v.type) for v in self.results)
        text = f"scf.for {printer.name(turn)} = {low} to {high} step {step} iter_args({pairs}) -> ({types}) {{\n"
        return text + printer.region(self.blocks[0], "scf.yield") + printer.indent + "}"


class Map(Op):
    def __init__(self, operands, results, body):
        super().__init__("", operands, results, [body], ["linalg.yield"])

    def render(self, printer):
        *inputs, output = self.operands
        names, types = ", ".join(map(printer.name, inputs)), ", ".join(printer.type(v.type) for v in inputs)
        body = printer.region(self.blocks[0], "linalg.yield").split("\n", 1)[1]
        args = ", ".join(f"{printer.name(a)}: {printer.type(a.type)}" for a in [*self.blocks[0].args, Value(self.blocks[0].args[0].type)])
        return (f"linalg.map ins({names} : {types}) outs({printer.name(output)} : {printer.type(output.type)})\n"
                f"{printer.indent}  ({args}) {{\n{body}{printer.indent}}}")


class Generic(Op):
    def __init__(self, operands, results, body, inputs, maps, iterators):
        super().__init__("", operands, results, [body], ["linalg.yield"])
        self.inputs, self.maps, self.iterators = inputs, maps, iterators

    def render(self, printer):
        def listed(values):
            return ", ".join(map(printer.name, values)) + " : " + ", ".join(printer.type(v.type) for v in values)

        ins, outs = self.operands[: self.inputs], self.operands[self.inputs :]
        types = ", ".join(printer.type(v.type) for v in self.results)
        types = f"({types})" if len(outs) > 1 else types
        return (f"linalg.generic {{indexing_maps = [{', '.join(self.maps)}], iterator_types = [{self.iterators}]}}\n"
                f"{printer.indent}    ins({listed(ins)}) outs({listed(outs)}) {{\n{printer.region(self.blocks[0], 'linalg.yield')}{printer.indent}}} -> {types}")


def generate(seed, size=None):
    picker = random.Random(seed + 1)
    generator = Generator(seed, size or picker.choice([3, 4, 5, 7, 10, 14]))
    return generator.program(seed)

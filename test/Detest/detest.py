"""DETEST: the non-stiff problems of T. E. Hull, W. H. Enright, B. M. Fellen, A. E. Sedgwick, Comparing numerical methods
for ordinary differential equations, SIAM J. Numer. Anal. 9, 1972, at t = 20.

References come from arithmetic with 33 digits, by two tolerances. A right-hand side is a Python function of the time and
the states, whose operators write MLIR.
"""

import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
TOLERANCES = [1e-4, 1e-7, 1e-10]


class Expression:
    """A value of the program; operators append operations to `lines`."""

    lines = []

    def __init__(self, name):
        self.name = name

    @classmethod
    def make(cls, text):
        name = f"%v{len(cls.lines)}"
        cls.lines.append(f"    {name} = {text} : f64")
        return cls(name)

    @classmethod
    def of(cls, value):
        return value if isinstance(value, cls) else cls.make(f"arith.constant {float(value)!r}")

    def binary(self, op, a, b):
        a, b = self.of(a), self.of(b)
        return self.make(f"arith.{op} {a.name}, {b.name}")

    def __add__(self, other):
        return self.binary("addf", self, other)

    def __radd__(self, other):
        return self.binary("addf", other, self)

    def __sub__(self, other):
        return self.binary("subf", self, other)

    def __rsub__(self, other):
        return self.binary("subf", other, self)

    def __mul__(self, other):
        return self.binary("mulf", self, other)

    def __rmul__(self, other):
        return self.binary("mulf", other, self)

    def __truediv__(self, other):
        return self.binary("divf", self, other)

    def __rtruediv__(self, other):
        return self.binary("divf", other, self)

    def __neg__(self):
        return self.make(f"arith.negf {self.name}")


def call(function, x):
    return Expression.make(f"math.{function} {x.name}")


def b4(t, x, y, z):
    r = call("sqrt", x * x + y * y)
    return -y - x * z / r, x - y * z / r, x / r


def c1(t, *y):
    return (-y[0], *(y[i - 1] - y[i] for i in range(1, 9)), y[8] * 1.0)


def c2(t, *y):
    return (-y[0], *(i * y[i - 1] - (i + 1) * y[i] for i in range(1, 9)), 9 * y[8])


def chain(t, *y):
    """C3 with 10 and C4 with 51 components."""
    last = len(y) - 1
    inner = [y[i - 1] - 2 * y[i] + y[i + 1] for i in range(1, last)]
    return (-2 * y[0] + y[1], *inner, y[last - 1] - 2 * y[last])


# The Sun (with the inner planets), Jupiter, Saturn, Uranus, Neptune and Pluto.
GRAVITY = 2.95912208286
MASSES = [1.00000597682, 9.54786104043e-4, 2.85583733151e-4, 4.37273164546e-5, 5.17759138449e-5, 2.77777777778e-6]


def planets(t, *y):
    """x of all planets, then y, then z; then their velocities."""

    def cube(point):
        rr = point[0] * point[0] + point[1] * point[1] + point[2] * point[2]
        return rr * call("sqrt", rr)

    places = [[y[axis * 5 + i] for axis in range(3)] for i in range(5)]
    sun = [cube(place) for place in places]
    pair = {}
    for i in range(5):
        for j in range(i):
            pair[i, j] = pair[j, i] = cube([a - b for a, b in zip(places[i], places[j])])
    forces = []
    for axis in range(3):
        for i in range(5):
            force = -(MASSES[0] + MASSES[i + 1]) * places[i][axis] / sun[i]
            for j in range(5):
                if j != i:
                    pull = (places[j][axis] - places[i][axis]) / pair[i, j] - places[j][axis] / sun[j]
                    force = force + MASSES[j + 1] * pull
            forces.append(GRAVITY * force)
    return (*(velocity * 1.0 for velocity in y[15:]), *forces)


PLANETS = [
    *[3.42947415189, 6.64145542550, 11.2630437207, -30.1552268759, -21.1238353380],
    *[3.35386959711, 5.97156957878, 14.6952576794, 1.65699966404, 28.4465098142],
    *[1.35494901715, 2.18231499728, 6.27960525067, 1.43785752721, 15.3882659679],
    *[-0.557160570446, -0.415570776342, -0.325325669158, -0.0240476254170, -0.176860753121],
    *[0.505696783289, 0.365682722812, 0.189706021964, -0.287659532608, -0.216393453025],
    *[0.230578543901, 0.169143213293, 0.0877265322780, -0.117219543175, -0.0148647893090],
]


def kepler(t, x, y, u, v):
    rr = x * x + y * y
    cube = rr * call("sqrt", rr)
    return u * 1.0, v * 1.0, -x / cube, -y / cube


def e1(t, y, u):
    s = t + 1
    return u * 1.0, -(u / s + (1 - 0.25 / (s * s)) * y)


def orbit(e):
    return [1 - e, 0.0, 0.0, math.sqrt((1 + e) / (1 - e))]


UNIT = [1.0] + [0.0] * 9

# The right-hand side, the initial state, and the state at t = 20 as far as it is known.
PROBLEMS = {
    "A1": (lambda t, y: (-y,), [1.0], [2.0611536224385578280e-9]),
    "A2": (lambda t, y: (-0.5 * y * y * y,), [1.0], [0.21821789023599238127]),
    "A3": (lambda t, y: (y * call("cos", t),), [1.0], [2.4916502718504145235]),
    "A4": (lambda t, y: (0.25 * y * (1 - y / 20),), [1.0], [17.730166481314839849]),
    "A5": (lambda t, y: ((y - t) / (y + t),), [4.0], [-0.78878266889640142373]),
    "B1": (lambda t, x, y: (2 * (x - x * y), -(y - x * y)), [1.0, 3.0], [0.67618760085766066073, 0.18608160996400298008]),
    "B2": (
        lambda t, x, y, z: (y - x, x - 2 * y + z, y - z),
        [2.0, 0.0, 1.0],
        [1.0000000010305768112, 1.0, 0.99999999896942318878],
    ),
    "B3": (
        lambda t, x, y, z: (-x, x - y * y, y * y),
        [1.0, 0.0, 0.0],
        [2.0611536224385578280e-9, 0.052572280220485125289, 0.94742771771836125227],
    ),
    "B4": (b4, [3.0, 0.0, 0.0], [0.98269509280065304993, 2.1984470816949297022, 0.91294525072762765438]),
    "B5": (
        lambda t, x, y, z: (y * z, -(x * z), -0.51 * x * y),
        [0.0, 1.0, 1.0],
        [-0.93965707987292039619, -0.34211777540007490653, 0.74141265961999530078],
    ),
    "C1": (c1, UNIT, [20.0**i * math.exp(-20) / math.factorial(i) for i in range(9)] + [0.99791274095086498120]),
    "C2": (c2, UNIT, [2.0611536224385578280e-9] + [None] * 8 + [0.99999998144961755099]),
    "C3": (
        chain,
        UNIT,
        [2.9481192110226994126e-3, 5.6353801548452959208e-3, 7.8290725159270382936e-3, 9.3482579085955970833e-3]
        + [0.010079436103019804750] + [None] * 5,
    ),
    "C4": (
        chain,
        UNIT + [0.0] * 41,
        [3.1241114537221030374e-3, 6.0154168421513227225e-3, 8.4700218348436107038e-3, 0.010336829317333923304]
        + [0.011532495728739203680] + [None] * 46,
    ),
    "C5": (
        planets,
        PLANETS,
        [-4.7927302243236349039, -4.2173104040352133935, 4.0355594432622705619, -29.987593263248442240]
        + [-24.421253025184827742, -2.4205507254490220624, 7.3562029474989699722, 17.198655286705549634]
        + [-4.1073109375509295648, 23.814590457465544460, -0.92125093060151186795, 3.2237859854212117716]
        + [7.4789107942337027610, -0.92770083217544082989, 14.920963069513588083] + [None] * 15,
    ),
    "D1": (kepler, orbit(0.1), [0.21988353520083966128, 0.94270768463418130852, -0.97876598410581765146, 0.32879779909620360826]),
    "D2": (kepler, orbit(0.3), [-0.17770273571404116933, 0.94677847199058925804, -1.0302941631929695740, 0.12110748900539521633]),
    "D3": (kepler, orbit(0.5), [-0.57804329530353612328, 0.86338400091941928013, -0.95950837303807273563, -0.065049151267120901677]),
    "D4": (kepler, orbit(0.7), [-0.95389902934163943974, 0.69074090242194315170, -0.82126742708774330945, -0.15395742591258247080]),
    "D5": (kepler, orbit(0.9), [-1.2952662509875743677, 0.40039389637923215273, -0.67753909247075658875, -0.12708381542786861877]),
    "E1": (e1, [0.6713967071418030, 0.09540051444747446], [0.14567236007282465250, -0.098835001955745781083]),
    "E2": (lambda t, y, u: (u * 1.0, (1 - y * y) * u - y), [2.0, 0.0], [2.0081497621749485920, -0.042508875273202146986]),
    "E3": (
        lambda t, y, u: (u * 1.0, y * y * y / 6 - y + 2 * call("sin", 2.78535 * t)),
        [0.0, 0.0],
        [-0.10041788586472407104, 0.24114001320959555824],
    ),
    "E4": (lambda t, y, u: (u * 1.0, 0.032 - 0.4 * u * u), [30.0, 0.0], [33.950914446465563998, 0.27678226596728677902]),
    "E5": (lambda t, y, u: (u * 1.0, call("sqrt", 1 + u * u) / (25 - t)), [0.0, 0.0], [14.117973905426254683, 2.4]),
}


def program(name, method):
    """A function of the tolerance, for a batch of tolerances; one scalar state per component."""
    right, initial, _ = PROBLEMS[name]
    n = len(initial)
    Expression.lines = []
    slopes = right(Expression("%t"), *(Expression(f"%y{i}") for i in range(n)))
    body = "\n".join(Expression.lines)

    def joined(form, separator=", "):
        return separator.join(form.format(i=i) for i in range(n))

    return f"""
func.func @solve({joined('%a{i}: tensor<?xf64> {{eq.name = "a{i}"}}')}, %tol: tensor<?xf64> {{eq.name = "tol"}})
    -> ({joined('tensor<?xf64> {{eq.name = "y{i}"}}')}, tensor<?xi32> {{eq.name = "status"}}) {{
  %t0 = arith.constant 0.0 : f64
  %t1 = arith.constant 20.0 : f64
  %max = arith.constant 1000000 : i32
  {joined('%b{i}')}, %time, %error, %steps, %rejected, %status = eq.ode
      init({joined('%a{i}')} : {joined('tensor<?xf64>')}) from(%t0 : f64) to(%t1 : f64)
      within(abs = %tol : tensor<?xf64>, rel = %tol : tensor<?xf64>, max = %max : i32)
      method(#eq.runge_kutta<{method}>) {{
  ^bb0(%t: f64, {joined('%y{i}: f64')}):
{body}
    eq.yield {', '.join(slope.name for slope in slopes)} : {joined('f64')}
  }}
  return {joined('%b{i}')}, %status : {joined('tensor<?xf64>')}, tensor<?xi32>
}}
"""


def errors(name, method):
    """The largest error of a known component, of max(1, its size), for each tolerance."""
    _, initial, final = PROBLEMS[name]
    eq_run = Path(os.environ.get("EQ_BUILD_DIR", ROOT / "build/release")) / "bin/eq-run"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "run.mlir").write_text(program(name, method))
        starts = {f"a{i}": np.full(len(TOLERANCES), value) for i, value in enumerate(initial)}
        np.savez(folder / "in.npz", tol=np.array(TOLERANCES), **starts)
        command = [eq_run, folder / "run.mlir", f"--in={folder / 'in.npz'}", f"--out={folder / 'out.npz'}", "--fail-on=any"]
        subprocess.run(command, check=True, capture_output=True, text=True)
        out = np.load(folder / "out.npz")
        known = [(out[f"y{i}"], value) for i, value in enumerate(final) if value is not None]
        return np.max([np.abs(got - value) / max(1.0, abs(value)) for got, value in known], axis=0)


METHODS = ["dp5", "tsit5", "vern7", "dop853"]


def table():
    rows = []
    for name in PROBLEMS:
        columns = [" ".join(f"{error:.0e}" for error in errors(name, method)) for method in METHODS]
        rows.append(f"| {name} | " + " | ".join(columns) + " |")
    return (
        "# DETEST\n\n"
        "<!-- Written by test/Detest/detest.py --write. -->\n\n"
        "The non-stiff problems of Hull, Enright, Fellen and Sedgwick (1972) at t = 20: the largest error of a component, over\n"
        "max(1, its size), with `abs` and `rel` of 1e-4, 1e-7 and 1e-10 (three samples of one batch). A tolerance is for one step;\n"
        "the orbits C5 and D1 to D5 multiply it by some hundred, whatever the method. `utils/test` checks the same numbers\n"
        "against bounds.\n\n"
        "| problem | " + " | ".join(f"`{method}`" for method in METHODS) + " |\n"
        "| --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


if __name__ == "__main__":
    if "--write" in sys.argv:
        (ROOT / "docs" / "Detest.md").write_text(table())
    else:
        print(table())

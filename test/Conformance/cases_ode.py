"""The conformance cases of classic initial value problems, and of how integrations end.

The saved states of a problem are compared, which the method interpolates, and those that other samples end at. What
an oracle says of a whole orbit (its period, an invariant, an equilibrium) is checked by further samples.
"""

import numpy as np

from harness import case, check, exact, oracle, partly

CONVERGED, DIVERGED, STEP_UNDERFLOW = 0, 3, 9

partly(
    "ode.robertson",
    "the times after 40: the rate of the fast reaction grows with the third state, and an explicit method needs some "
    "thousand steps for a unit of time",
)


def f64(values):
    return np.array(values, dtype=np.float64)


def within(problem):
    tolerance = problem["tolerance"]["f64"]
    return tolerance["rtol"], tolerance["atol"]


def padded(times, ends, count):
    """A row of `count` times for every end: the given ones, and the end in place of those after it."""
    times = f64(list(times) + [np.inf] * (count - len(times)))
    return np.minimum(times, f64(ends)[:, None])


def planar(run, problem, parameters, slots, orbits, tol):
    """Runs `solve` of a problem with the states x and y: to each time, then each of the orbits (start, end).

    Yields the checks of the times, and returns the ends of the orbits.
    """
    inputs, reference = problem["inputs"], problem["reference"]
    rtol, atol = within(problem)
    times = f64(inputs["times"])
    starts = f64([inputs["y0"]] * len(times) + [start for start, _ in orbits])
    ends = f64(list(times) + [end for _, end in orbits])
    result = run(
        "solve",
        inputs={"x0": starts[:, 0], "y0": starts[:, 1], "end": ends, "times": padded(times, ends, slots)},
        args={name: float(inputs[name]) for name in parameters} | {"tol": tol, "max": 10**7},
    ).values
    yield exact("status", result["status"], np.full(len(ends), CONVERGED, dtype=np.int32))
    yield exact("t", result["t"], ends)
    states = np.stack([result["x"], result["y"]], axis=-1)
    saved = np.stack([result["xs"], result["ys"]], axis=-1)
    yield check("y", states[: len(times)], reference["y"], rtol, atol)
    yield check("saved y", saved[len(times) - 1, : len(times)], reference["y"], rtol, atol)
    return states


def lotka_volterra(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    rtol, atol = within(problem)
    states = yield from planar(run, problem, "abcd", 4, [(inputs["y0"], reference["period"])], tol=1e-13)
    yield check("after a period", states[-1], inputs["y0"], rtol, atol)
    x, y = states[:, 0], states[:, 1]
    invariant = inputs["d"] * x - inputs["c"] * np.log(x) + inputs["b"] * y - inputs["a"] * np.log(y)
    yield check("invariant", invariant, np.full(len(x), reference["invariant"]), rtol, atol)


@case("ode.lotka_volterra", file="ode/lotka_volterra.mlir")
def lotka_volterra_large(run):
    yield from lotka_volterra(run, oracle("ode.lotka_volterra"))


@case("ode.lotka_volterra_small", file="ode/lotka_volterra.mlir")
def lotka_volterra_small(run):
    yield from lotka_volterra(run, oracle("ode.lotka_volterra_small"))


def van_der_pol(run, problem):
    reference = problem["reference"]
    cycle = [reference["limit_cycle_amplitude_at_zero_velocity"], 0.0]
    states = yield from planar(run, problem, ["mu"], 3, [(cycle, reference["limit_cycle_period"])], tol=1e-13)
    yield check("after a period of the limit cycle", states[-1], cycle, *within(problem))


@case("ode.van_der_pol_1", file="ode/van_der_pol.mlir")
def van_der_pol_1(run):
    yield from van_der_pol(run, oracle("ode.van_der_pol_1"))


@case("ode.van_der_pol_5", file="ode/van_der_pol.mlir")
def van_der_pol_5(run):
    yield from van_der_pol(run, oracle("ode.van_der_pol_5"))


@case("ode.van_der_pol_stiff_1e-3", file="ode/van_der_pol.mlir")
def van_der_pol_stiff(run):
    problem = oracle("ode.van_der_pol_stiff_1e-3")
    inputs = problem["inputs"]
    x0, y0 = inputs["y0"]
    result = run(
        "stiff",
        inputs={"times": f64(inputs["times"])},
        args={"x0": x0, "y0": y0, "end": inputs["times"][-1], "eps": inputs["eps"], "tol": 1e-10, "max": 10**7},
    ).values
    yield exact("status", result["status"], CONVERGED)
    saved = np.stack([result["xs"], result["ys"]], axis=-1)
    yield check("saved y", saved, problem["reference"]["y"], *within(problem))


@case("ode.brusselator_1_3", file="ode/brusselator.mlir")
def brusselator_unstable(run):
    problem = oracle("ode.brusselator_1_3")
    reference = problem["reference"]
    cycle = reference["limit_cycle_point_x_equals_A_rising"]
    rest = reference["steady_state"]
    orbits = [(cycle, reference["limit_cycle_period"]), (rest, 20.0)]
    states = yield from planar(run, problem, "AB", 4, orbits, tol=1e-13)
    yield check("after a period of the limit cycle", states[-2], cycle, *within(problem))
    yield exact("at rest", states[-1], rest)


@case("ode.brusselator_1_15", file="ode/brusselator.mlir")
def brusselator_stable(run):
    problem = oracle("ode.brusselator_1_15")
    # The distance from the steady state shrinks like e^(-t/4).
    states = yield from planar(run, problem, "AB", 4, [(problem["inputs"]["y0"], 200.0)], tol=1e-13)
    yield check("at rest", states[-1], problem["reference"]["steady_state"], *within(problem))


@case("ode.lorenz", file="ode/lorenz.mlir")
def lorenz(run):
    problem = oracle("ode.lorenz")
    inputs = problem["inputs"]
    times, want = f64(inputs["times"]), f64(problem["reference"]["y"])
    result = run(
        "solve",
        inputs={"start": f64(inputs["y0"]), "times": times},
        args={name: float(inputs[name]) for name in "srb"} | {"end": times[-1], "tol": 1e-14, "max": 10**7},
    ).values
    yield exact("status", result["status"], CONVERGED)
    yield exact("the last saved state is the final one", result["saved"][-1], result["last"])
    # The oracle's tolerance grows with the time, as errors do.
    for first, last, tolerance in ((0, 5, 1e-9), (5, 10, 1e-6), (10, 20, 1e-2)):
        some = (times > first) & (times <= last)
        yield check(f"saved y to t = {last}", result["saved"][some], want[some], tolerance, tolerance)


@case("ode.arenstorf", file="ode/arenstorf.mlir")
def arenstorf(run):
    problem = oracle("ode.arenstorf")
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = within(problem)
    period = inputs["T"]
    names = ("x", "y", "dx", "dy")
    result = run(
        "solve",
        inputs={"times": period * f64([0.25, 0.5, 0.75, 1])},
        args={f"{name}0": value for name, value in zip(names, inputs["y0"])}
        | {"mu": inputs["mu"], "T": period, "tol": 1e-14, "max": 10**7},
    ).values
    yield exact("status", result["status"], CONVERGED)
    saved = np.stack([result[name] for name in names], axis=-1)
    last = np.stack([result[f"{name}_T"] for name in names])
    yield check("saved y", saved, reference["y"], *tolerance)
    yield check("after a period", last, inputs["y0"], *tolerance)
    x, y, vx, vy = saved.T
    earth, moon = 1 - inputs["mu"], inputs["mu"]
    potential = x**2 + y**2 + 2 * earth / np.hypot(x + moon, y) + 2 * moon / np.hypot(x - earth, y)
    yield check("Jacobi integral", potential - vx**2 - vy**2, np.full(4, reference["jacobi_integral"]), *tolerance)


@case("ode.robertson", file="ode/robertson.mlir")
def robertson(run):
    problem = oracle("ode.robertson")
    inputs = problem["inputs"]
    times = f64(inputs["times"][:2])
    # The second state is some 1e-5, and accurate to 1e-6 of that.
    result = run(
        "solve",
        inputs={"start": f64(inputs["y0"]), "times": times, "scale": f64([1, 1e-5, 1])},
        args={"end": times[-1], "tol": 1e-9, "max": 10**7},
    ).values
    yield exact("status", result["status"], CONVERGED)
    yield check("saved y", result["saved"], problem["reference"]["y"][:2], *within(problem))
    yield check("sum", result["saved"].sum(axis=-1), np.ones(2), *within(problem))


@case("ode.prothero_robinson", file="ode/prothero_robinson.mlir")
def prothero_robinson(run):
    problem = oracle("ode.prothero_robinson")
    inputs, rows = problem["inputs"], problem["reference"]["rows"]
    result = run(
        "solve",
        inputs={"y0": f64([row["y0"] for row in rows]), "times": f64(inputs["times"])},
        args={"lambda": inputs["lambda"], "end": inputs["times"][-1], "tol": 1e-8, "max": 10**7},
    ).values
    yield exact("status", result["status"], np.full(len(rows), CONVERGED, dtype=np.int32))
    yield check("saved y", result["ys"], [row["y"] for row in rows], *within(problem))


@case("ode.stiff_linear", file="ode/stiff_linear.mlir")
def stiff_linear(run):
    problem = oracle("ode.stiff_linear")
    times, want = f64(problem["inputs"]["times"]), problem["reference"]["y"]
    result = run(
        "solve",
        inputs={"start": f64([1, 0]), "A": f64([[998, 1998], [-999, -1999]]), "times": times},
        args={"end": times[-1], "tol": 1e-10, "max": 10**7},
    ).values
    yield exact("status", result["status"], CONVERGED)
    yield check("saved y", result["saved"], want, *within(problem))
    yield check("y", result["last"], want[-1], *within(problem))


@case("ode.pendulum", file="ode/pendulum.mlir")
def pendulum(run):
    problem = oracle("ode.pendulum")
    rows = problem["reference"]["rows"]
    tolerance = within(problem)
    theta0, period = f64([row["theta0"] for row in rows]), f64([row["period"] for row in rows])
    count = len(rows)
    # To the time 1, a quarter of a period (the lowest point), half of one, a whole one.
    ends = np.concatenate([np.ones(count), period / 4, period / 2, period])
    result = run(
        "solve",
        inputs={"theta0": np.tile(theta0, 4), "speed0": np.zeros(4 * count), "end": ends},
        args={"tol": 1e-13, "max": 10**7},
    ).values
    yield exact("status", result["status"], np.full(4 * count, CONVERGED, dtype=np.int32))
    yield exact("t", result["t"], ends)
    theta, speed = result["theta"].reshape(4, count), result["speed"].reshape(4, count)
    yield check("theta at 1", theta[0], [row["theta_at_t1"] for row in rows], *tolerance)
    yield check("after a quarter of a period", theta[1], np.zeros(count), *tolerance)
    yield check("speed after a quarter", speed[1], -2 * np.sin(theta0 / 2), *tolerance)
    yield check("after half a period", theta[2], -theta0, *tolerance)
    yield check("after a period", theta[3], theta0, *tolerance)


@case("ode.bouncing_ball", file="ode/bouncing_ball.mlir")
def bouncing_ball(run):
    problem = oracle("ode.bouncing_ball")
    inputs, reference = problem["inputs"], problem["reference"]
    rtol, atol = within(problem)
    # From four times the height everything takes twice as long.
    times = f64([reference["impact_times"], 2 * f64(reference["impact_times"])])
    end = 18.0
    result = run(
        "solve",
        inputs={"height": inputs["h0"] * f64([1, 4]), "velocity": np.zeros(2)},
        args={"g": inputs["g"], "restitution": inputs["restitution"], "end": end, "tol": 1e-12, "max": 100000},
    ).values
    yield exact("status", result["status"], np.full(2, CONVERGED, dtype=np.int32))
    reached = times <= end
    yield check("impacts", result["impacts"][reached], times[reached], rtol, atol)
    yield exact("impacts after the end", np.isnan(result["impacts"]), ~reached)


@case("status.ode", file="status/ode.mlir")
def status_ode(run):
    problem = oracle("status.ode")
    rtol, atol = within(problem)
    cases = {row["name"]: row for row in problem["reference"]["cases"]}
    max_steps = 10**6

    # Each once with the bound 1e12, which it passes, and once without: then the step collapses.
    rows = [cases["blow-up"], cases["tangent"]]
    known = [row["y_at"] + [row["y_at"][-1]] * (3 - len(row["y_at"])) for row in rows]
    result = run(
        "blow_up",
        inputs={
            "y0": f64([1, 0, 1, 0]),
            "a": f64([0, 1, 0, 1]),
            "times": f64([[t for t, _ in row] for row in known] * 2),
            "bound": f64([1e12, 1e12, np.inf, np.inf]),
        },
        args={"end": rows[0]["t_end"], "tol": 1e-12, "max": max_steps},
    ).values
    ended = np.array([DIVERGED] * 2 + [STEP_UNDERFLOW] * 2, dtype=np.int32)
    yield exact("blow-up and tangent: status", result["status"], ended)
    yield check("blow-up and tangent: saved y", result["ys"], [[y for _, y in row] for row in known] * 2, rtol, atol)
    yield check("blow-up and tangent: t", result["t"], [row["blow_up_time"] for row in rows] * 2, rtol, atol)
    yield exact("blow-up and tangent: y is finite", np.isfinite(result["y"]), np.full(4, True))

    # Each to its end, and ten steps.
    rows = [cases["explicit Euler instability"], cases["explicit Euler stability limit"]]
    steps = f64([0.05, 0.02] * 2)
    ends = np.concatenate([f64([row["t_end"] for row in rows]), 10 * steps[2:]])
    result = run(
        "decay",
        inputs={"y0": np.ones(4), "step": steps, "end": ends},
        args={"lambda": -100.0, "bound": 1e12, "max": max_steps},
    ).values
    ended = np.array([DIVERGED, CONVERGED, CONVERGED, CONVERGED], dtype=np.int32)
    yield exact("Euler: status", result["status"], ended)
    yield exact("Euler: steps", result["accepted"][1:], np.array([500, 10, 10], dtype=np.int32))
    yield check("Euler: y after 10 steps", result["y"][2:], [row["y_after_10_steps"] for row in rows], rtol, atol)
    yield check("Euler: y at the stability limit", abs(result["y"][1]), 1.0, rtol, atol)

    # Nothing leaves 0 where y' = sqrt(|y|); where y' = -sqrt(max(y, 0)), y arrives there.
    flat, extinct = cases["non-unique"], cases["finite extinction"]
    known = [[flat["t_end"], flat["y_end_of_any_explicit_scheme"]]] + extinct["y_at"]
    result = run(
        "root",
        inputs={
            "y0": f64([0, 1, 1, 1]),
            "sign": f64([1, -1, -1, -1]),
            "both": np.array([True, False, False, False]),
            "end": f64([t for t, _ in known]),
        },
        args={"tol": 1e-12, "max": max_steps},
    ).values
    yield exact("roots: status", result["status"], np.full(4, CONVERGED, dtype=np.int32))
    yield check("roots: y", result["y"], [y for _, y in known], rtol, atol)

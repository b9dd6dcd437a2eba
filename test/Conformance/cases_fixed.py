"""The conformance cases of classic fixed points: equations, games, chains, grids and whole numbers.

Where an oracle gives counts for several tolerances, these and one more, tight enough for the answers, run as one
batch: every tolerance is a sample.
"""

import numpy as np

from harness import array, case, check, counts, exact, oracle

CONVERGED, MAX_ITERATIONS, DIVERGED = 0, 1, 3


def f64(values):
    return np.array(values, dtype=np.float64)


def i32(values):
    return np.array(values, dtype=np.int32)


def within(problem, type="f64"):
    tolerance = problem["tolerance"][type]
    return tolerance["rtol"], tolerance["atol"]


def column(rows, name):
    return f64([row[name] for row in rows])


def as_counted(name, got, rows):
    """Compares iterations with rows of {tol, iterations, step_over_tol, previous_step_over_tol}."""
    return counts(
        name,
        got,
        i32([row["iterations"] for row in rows]),
        column(rows, "step_over_tol"),
        column(rows, "previous_step_over_tol"),
    )


def tolerances(rows, tight):
    return f64([row["tol"] for row in rows] + [tight])


@case("fixed.kepler", file="fixed/kepler.mlir")
def kepler(run):
    problem = oracle("fixed.kepler")
    table = f64(problem["reference"]["rows"])
    columns = problem["reference"]["columns"]
    rows = [(case, row) for case in problem["reference"]["picard_counts"] for row in case["picard"]]
    # Where the map turns errors round (cos E < 0, as for M above 1) they are smaller than the last step, but rounding
    # feeds a cycle of up to 2^-52 / (1 - 0.9965) = 6e-14. Elsewhere they are up to 0.933 / (1 - 0.933) = 14 steps.
    tight = np.where(table[:, columns.index("M")] > 1, 1e-12, 1e-14)
    result = run(
        "solve",
        inputs={
            "start": np.concatenate([np.zeros(len(table)), [c["E_start"] for c, _ in rows]]),
            "e": np.concatenate([table[:, 0], [c["e"] for c, _ in rows]]),
            "M": np.concatenate([table[:, 1], [c["M"] for c, _ in rows]]),
            "tol": np.concatenate([tight, [row["tol"] for _, row in rows]]),
        },
        args={"max": 10000},
    ).values
    everywhere = np.full(len(table) + len(rows), CONVERGED)
    yield exact("status", result["status"], everywhere)
    yield exact("status of the derivatives", result["derivative_status"], everywhere)
    for name in ("E", "true_anomaly", "dE_dM", "dE_de"):
        yield check(name, result[name][: len(table)], table[:, columns.index(name)], *within(problem))
    yield as_counted("iterations", result["iterations"][len(table) :], [row for _, row in rows])


# The function of fixed/scalar.mlir for each of the oracle's formulas.
SCALAR_MAPS = {
    "cos(x)": "dottie",
    "exp(-x)": "omega",
    "1+1/x": "golden_ratio",
    "(x+2/x)/2": "heron",
    "5*(1-exp(-x))": "wien",
    "tanh(1.5*x)": "curie_weiss",
    "pow(sqrt(2.0),x)": "power_tower",
    "-2*log10(1e-4/3.7+2.51*x/1e5)": "colebrook",
}


@case("fixed.scalar", file="fixed/scalar.mlir")
def scalar(run):
    problem = oracle("fixed.scalar")
    for row in problem["reference"]["rows"]:
        name = row["name"]
        if name == "AGM(1, sqrt 2)":
            result = run("agm", args={"a0": row["start"], "b0": np.sqrt(2.0), "tol": 1e-14, "max": 100}).values
            yield exact(f"{name}: status", result["status"], CONVERGED)
            yield check(name, [result["a"], result["b"]], [row["value"]] * 2, *within(problem))
            continue
        # Slopes are up to 0.70: a last step of 1e-14 leaves an error of at most 2.3e-14.
        tol = tolerances(row["picard"], 1e-14)
        result = run(
            SCALAR_MAPS[row["F"]], inputs={"start": np.full(len(tol), row["start"]), "tol": tol}, args={"max": 200}
        ).values
        yield exact(f"{name}: status", result["status"], np.full(len(tol), CONVERGED))
        yield check(name, result["x"][-1], row["value"], *within(problem))
        yield as_counted(f"{name}: iterations", result["iterations"][:-1], row["picard"])
        if row["F"] == "tanh(1.5*x)":
            # The oracle's note: three fixed points, 0 and +-m.
            starts, ends = f64([-row["start"], 0.0]), f64([-row["value"], 0.0])
            result = run("curie_weiss", inputs={"start": starts, "tol": np.full(2, 1e-14)}, args={"max": 200}).values
            yield check(f"{name}: the other fixed points", result["x"], ends, *within(problem))


def chandrasekhar(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    n, c, size = inputs["N"], inputs["c"], 100
    if isinstance(inputs["nodes"], dict):
        mu, w = f64(inputs["nodes"]["mu"]), f64(inputs["nodes"]["w"])
    else:  # the midpoint rule, as the oracle says in words
        mu, w = (np.arange(n) + 0.5) / n, np.full(n, 1 / n)

    def solve(mu, w, tol):
        filling = size - len(mu)
        result = run(
            "solve",
            inputs={
                "mu": np.concatenate([mu, np.full(filling, 2.0**-1000)]),
                "w": np.concatenate([w, np.zeros(filling)]),
                "start": np.ones((len(tol), size)),
                "tol": tol,
            },
            args={"c": c, "max": 1000},
        ).values
        return result, exact("status", result["status"], np.full(len(tol), CONVERGED))

    # The slope at the solution is at most 0.82 (c = 0.99): a last step of 1e-14 leaves an error below 5e-14.
    result, status = solve(mu, w, tolerances(reference["picard"], 1e-14))
    yield status
    h = result["H"][-1, :n]
    yield check("H", h, reference["H"], *within(problem))
    yield check("weighted sum", w @ h, reference["weighted_sum"], *within(problem))
    yield as_counted("iterations", result["iterations"][:-1], reference["picard"])

    # The integral equation itself. H has a slope like log mu at 0: Gauss nodes in x, mu = x^4, leave 1e-14.
    continuum = reference["continuum"]
    at = np.maximum(continuum["mu"], 2.0**-1000)
    x, v = np.polynomial.legendre.leggauss(size - len(at))
    x, v = (x + 1) / 2, v / 2
    nodes, weights = np.concatenate([x**4, at]), np.concatenate([4 * x**3 * v, np.zeros(len(at))])
    result, status = solve(nodes, weights, f64([1e-14]))
    yield status
    yield check("continuum", result["H"][0, size - len(at) :], continuum["H"], *within(problem))


@case("fixed.chandrasekhar_c05", file="fixed/chandrasekhar.mlir")
def chandrasekhar_c05(run):
    yield from chandrasekhar(run, oracle("fixed.chandrasekhar_c05"))


@case("fixed.chandrasekhar_c09_mid100", file="fixed/chandrasekhar.mlir")
def chandrasekhar_c09_mid100(run):
    yield from chandrasekhar(run, oracle("fixed.chandrasekhar_c09_mid100"))


@case("fixed.chandrasekhar_c099", file="fixed/chandrasekhar.mlir")
def chandrasekhar_c099(run):
    yield from chandrasekhar(run, oracle("fixed.chandrasekhar_c099"))


def bratu(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    n, lam, size = inputs["N"], inputs["lambda"], 63

    result = run(
        "continuum",
        inputs={"lambda": f64([lam]), "low": f64([1.0]), "high": f64([12.0])},
        args={"y0": 1.0, "tol": 1e-14, "max": 1000},
    ).values
    yield exact(
        "continuum: status",
        [result["status_lower"][0], result["status_upper"][0], result["status"]],
        np.full(3, CONVERGED),
    )
    theta = {"lower": result["theta_lower"][0], "upper": result["theta_upper"][0]}
    for branch, t in theta.items():
        want = reference[branch]
        yield check(f"{branch}: theta", t, want["theta"], *within(problem))
        yield check(f"{branch}: u(1/2)", 2 * np.log(np.cosh(t / 4)), want["u_half"], *within(problem))
        yield check(f"{branch}: u'(0)", t * np.tanh(t / 4), want["du_0"], *within(problem))
    y = result["y"]
    yield check("critical lambda", 8 * (y / np.cosh(y)) ** 2, reference["critical_lambda"], *within(problem))

    # Slopes are up to 0.52 (lambda = 3).
    tol = tolerances(reference["picard"], 1e-14)
    result = run(
        "picard",
        inputs={"start": np.zeros((len(tol), size)), "tol": tol},
        args={"n": n, "lambda": lam, "bound": 1e12, "max": 1000},
    ).values
    yield exact("picard: status", result["status"], np.full(len(tol), CONVERGED))
    yield check("lower: discrete u", result["u"][-1, :n], reference["lower"]["discrete_u"], *within(problem))
    yield as_counted("picard: iterations", result["iterations"][:-1], reference["picard"])

    # From the continuum's upper solution, as the oracle says; its inaccuracy is no concern of Newton's map.
    t, start = theta["upper"], np.zeros((1, size))
    x = np.arange(1, n + 1) / (n + 1)
    start[0, :n] = -2 * np.log(np.cosh((x - 0.5) * t / 2) / np.cosh(t / 4))
    result = run("newton", inputs={"start": start}, args={"n": n, "lambda": lam, "tol": 1e-12, "max": 50}).values
    yield exact("newton: status", result["status"], [CONVERGED])
    yield check("upper: discrete u", result["u"][0, :n], reference["upper"]["discrete_u"], *within(problem))

    # The oracle's note: no solution above the critical lambda.
    result = run(
        "picard",
        inputs={"start": np.zeros((1, size)), "tol": f64([1e-10])},
        args={"n": n, "lambda": 4.0, "bound": 1e12, "max": 1000},
    ).values
    yield exact("lambda = 4: no solution", np.isin(result["status"], [DIVERGED, MAX_ITERATIONS]), [True])


@case("fixed.bratu_1", file="fixed/bratu.mlir")
def bratu_1(run):
    yield from bratu(run, oracle("fixed.bratu_1"))


@case("fixed.bratu_3", file="fixed/bratu.mlir")
def bratu_3(run):
    yield from bratu(run, oracle("fixed.bratu_3"))


def zero_sum(run, problem):
    a, reference = f64(problem["inputs"]["A"]), problem["reference"]
    turn = abs(a[0, 0] - a[0, 1] - a[1, 0] + a[1, 1])
    # From the four pairs of pure strategies, which the clip has to leave.
    result = run(
        "solve",
        inputs={"A": a, "p0": f64([0, 0, 1, 1]), "q0": f64([0, 1, 0, 1])},
        args={"eta": 1 / (turn * np.sqrt(2)), "tol": 1e-14, "max": 1000},
    ).values
    p, q = result["p"], result["q"]
    value = np.einsum("ik,ij,jk->k", [p, 1 - p], a, [q, 1 - q])
    yield exact("status", result["status"], np.full(4, CONVERGED))
    for name, got in (("p", p), ("q", q), ("value", value)):
        yield check(name, got, np.full(4, reference[name]), *within(problem))


@case("fixed.matching_pennies", file="fixed/zero_sum.mlir")
def matching_pennies(run):
    yield from zero_sum(run, oracle("fixed.matching_pennies"))


@case("fixed.zero_sum_asym", file="fixed/zero_sum.mlir")
def zero_sum_asym(run):
    yield from zero_sum(run, oracle("fixed.zero_sum_asym"))


@case("fixed.qre", file="fixed/qre.mlir")
def qre(run):
    problem = oracle("fixed.qre")
    rows = problem["reference"]["rows"]
    a, b = f64(problem["inputs"]["A"]), f64(problem["inputs"]["B"])
    lam, half = column(rows, "lambda"), np.full(len(rows), 0.5)
    rho = column(rows, "undamped_spectral_radius")

    def solve(damping):
        return run(
            "solve",
            inputs={"lambda": lam, "A": a, "B": b, "p0": half, "q0": half, "damping": damping},
            args={"tol": 1e-14, "max": 5000},
        ).values

    result = solve(1 / (1 + rho**2))
    p, q = result["p"], result["q"]
    yield exact("damped: status", result["status"], np.full(len(rows), CONVERGED))
    yield check("damped: p", p, column(rows, "p"), *within(problem))
    yield check("damped: q", q, column(rows, "q"), *within(problem))
    # The slopes of both responses at the equilibrium that was found.
    by_q = lam * (a[0, 0] - a[1, 0] - a[0, 1] + a[1, 1]) * p * (1 - p)
    by_p = lam * (b[0, 0] - b[0, 1] - b[1, 0] + b[1, 1]) * q * (1 - q)
    yield check("undamped spectral radius", np.sqrt(np.abs(by_q * by_p)), rho, *within(problem))

    words = {"converged": CONVERGED, "max_iterations": MAX_ITERATIONS}
    result = solve(np.ones(len(rows)))
    yield exact("undamped: status", result["status"], i32([words[row["undamped_status"]] for row in rows]))
    settled = rho < 1
    yield check("undamped: p", result["p"][settled], column(rows, "p")[settled], *within(problem))
    yield check("undamped: q", result["q"][settled], column(rows, "q")[settled], *within(problem))


def cournot(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    n, a, b = len(inputs["costs"]), float(inputs["a"]), float(inputs["b"])
    market = {"n": n, "a": a, "b": b}
    costs = np.concatenate([inputs["costs"], np.zeros(4 - n)])

    def simultaneous(tol, limits):
        return run(
            "simultaneous",
            inputs={"start": np.zeros((len(tol), 4)), "c": costs, "tol": f64(tol), "max": i32(limits)},
            args={**market, "bound": 1e12},
        ).values

    # A limit of k gives iterate k.
    want = f64(reference["first_iterates_from_zero"])
    result = simultaneous([0.0] * len(want), range(1, len(want) + 1))
    yield exact("simultaneous: limited status", result["status"], np.full(len(want), MAX_ITERATIONS))
    yield check("simultaneous: first iterates", result["q"][:, :n], want, *within(problem))
    # The sums of the steps are multiplied by -(n - 1) / 2.
    steps = np.diff(result["q"].sum(axis=1))
    radius = reference["iteration_matrix_spectral_radius"]
    yield check("spectral radius", np.abs(steps[1:] / steps[:-1]), np.full(len(steps) - 1, radius), *within(problem))

    words = {"converged": CONVERGED, "max_iterations": MAX_ITERATIONS, "diverged": DIVERGED}
    rows = reference.get("picard", [])
    tol = tolerances(rows, 1e-13)
    result = simultaneous(tol, [10000] * len(tol))
    status = words[reference["simultaneous_best_response_status"]]
    yield exact("simultaneous: status", result["status"], np.full(len(tol), status))
    if rows:
        yield check("simultaneous: q", result["q"][-1, :n], reference["q"], *within(problem))
        yield as_counted("simultaneous: iterations", result["iterations"][:-1], rows)

    rows = reference["sequential_best_response"]
    tol = tolerances(rows, 1e-13)
    result = run(
        "sequential",
        inputs={"start": np.zeros((len(tol), 4)), "c": costs, "tol": tol},
        args={**market, "max": 1000},
    ).values
    q = result["q"][-1, :n]
    yield exact("sequential: status", result["status"], np.full(len(tol), CONVERGED))
    yield check("sequential: q", q, reference["q"], *within(problem))
    yield check("price", a - b * q.sum(), reference["price"], *within(problem))
    yield as_counted("sequential: iterations", result["iterations"][:-1], rows)


@case("fixed.cournot2", file="fixed/cournot.mlir")
def cournot2(run):
    yield from cournot(run, oracle("fixed.cournot2"))


@case("fixed.cournot3", file="fixed/cournot.mlir")
def cournot3(run):
    yield from cournot(run, oracle("fixed.cournot3"))


@case("fixed.cournot4", file="fixed/cournot.mlir")
def cournot4(run):
    yield from cournot(run, oracle("fixed.cournot4"))


@case("fixed.congestion", file="fixed/congestion.mlir")
def congestion(run):
    problem = oracle("fixed.congestion")
    inputs, reference, tolerance = problem["inputs"], problem["reference"], within(problem)
    t0, capacity, demand = f64(inputs["t0"]), f64(inputs["capacity"]), inputs["demand"]
    links = {"t0": t0, "capacity": capacity}

    # The start is above all t0 and below both times.
    result = run(
        "equal_times",
        inputs={**links, "rise": f64([0.15, 0.75]), "t_start": np.full(2, 15.1), "f_start": np.zeros((2, 3))},
        args={"demand": demand, "tol": 1e-12, "max": 200},
    ).values
    flows = result["flows"]
    total = (flows * t0 * (1 + 0.15 * (flows / capacity) ** 4)).sum(axis=1)
    wardrop, optimum = reference["wardrop"], reference["system_optimum"]
    yield exact("equal times: status", result["status"], [CONVERGED] * 2)
    yield check("wardrop: flows", flows[0], wardrop["flows"], *tolerance)
    yield check("wardrop: time", result["time"][0], wardrop["time"], *tolerance)
    yield check("wardrop: total time", total[0], wardrop["total_time"], *tolerance)
    yield check("optimum: flows", flows[1], optimum["flows"], *tolerance)
    yield check("optimum: total time", total[1], optimum["total_time"], *tolerance)
    yield check("price of anarchy", total[0] / total[1], reference["price_of_anarchy"], *tolerance)

    # The eigenvalues of the undamped map are negative, down to about -23 theta.
    rows = reference["logit"]
    result = run(
        "logit",
        inputs={**links, "theta": column(rows, "theta"), "start": np.full((len(rows), 3), demand / 3),
                "damping": 1 / (1 + 15 * column(rows, "theta"))},
        args={"demand": demand, "tol": 1e-13, "max": 5000},
    ).values
    yield exact("logit: status", result["status"], [CONVERGED] * len(rows))
    yield check("logit: flows", result["flows"], [row["flows"] for row in rows], *tolerance)

    result = run(
        "pigou",
        inputs={"start": np.full(2, 0.1), "marginal": f64([1.0, 2.0])},
        args={"eta": 0.25, "tol": 1e-13, "max": 1000},
    ).values
    x, want = result["x"], reference["pigou"]
    yield exact("pigou: status", result["status"], [CONVERGED] * 2)
    yield check("pigou: flows", x, [want["equilibrium_flow_on_variable_link"], want["optimal_flow"]], *tolerance)
    yield check("pigou: costs", x * x + (1 - x), [want["equilibrium_cost"], want["optimal_cost"]], *tolerance)

    result = run(
        "braess",
        inputs={"start": f64([[0.9, 0.1, 0.0], [0.5, 0.3, 0.2]]), "routes": i32([2, 3])},
        args={"eta": 0.5, "tol": 1e-13, "max": 1000},
    ).values
    want = reference["braess"]
    costs = [want["cost_without_link"], want["cost_with_link"]]
    yield exact("braess: status", result["status"], [CONVERGED] * 2)
    yield check("braess: mean cost", (result["h"] * result["costs"]).sum(axis=1), costs, *tolerance)
    yield check("braess: equal costs", result["costs"][:, :2], [[cost] * 2 for cost in costs], *tolerance)


@case("fixed.pagerank", file="fixed/pagerank.mlir")
def pagerank(run):
    problem = oracle("fixed.pagerank")
    inputs, reference = problem["inputs"], problem["reference"]
    n = inputs["n"]
    p = np.zeros((n, n))
    for source, target in inputs["edges"]:
        p[target, source] = 1
    dangling = p.sum(axis=0) == 0
    p[:, dangling] = 1
    p /= p.sum(axis=0)
    tol = tolerances(reference["picard"], 1e-15)
    result = run(
        "solve",
        inputs={"start": np.full((len(tol), n), 1 / n), "P": p, "tol": tol},
        args={"d": inputs["d"], "n": float(n), "max": 500},
    ).values
    yield exact("status", result["status"], [CONVERGED] * len(tol))
    yield check("x", result["x"][-1], reference["x"], *within(problem))
    yield as_counted("iterations", result["iterations"][:-1], reference["picard"])


@case("fixed.sinkhorn", file="fixed/sinkhorn.mlir")
def sinkhorn(run):
    problem = oracle("fixed.sinkhorn")
    inputs, reference = problem["inputs"], problem["reference"]
    m, n, cost = inputs["m"], inputs["n"], array(inputs["C"])
    tol = tolerances(reference["picard"], 1e-14)
    result = run(
        "solve",
        inputs={"C": cost, "a": 2 * (np.arange(m) + 1) / (m * (m + 1)), "b": np.full(n, 1 / n), "tol": tol},
        args={"eps": inputs["eps"], "max": 500},
    ).values
    plan = result["plan"][-1]
    yield exact("status", result["status"], [CONVERGED] * len(tol))
    yield check("plan", plan, reference["plan"], *within(problem))
    yield check("transport cost", (plan * cost).sum(), reference["transport_cost"], *within(problem))
    yield as_counted("iterations", result["iterations"][:-1], reference["picard"])


@case("fixed.power_iteration", file="fixed/power_iteration.mlir")
def power_iteration(run):
    problem = oracle("fixed.power_iteration")
    inputs, reference = problem["inputs"], problem["reference"]
    n, b = inputs["n"], array(inputs["B"])
    a = (b + b.T) / 2
    a[0, 0] += 2 * n
    tol = tolerances(reference["picard"], 1e-15)

    def solve(matrix, tol):
        start = np.full((len(tol), n), 1 / np.sqrt(n))
        return run("solve", inputs={"A": matrix, "start": start, "tol": tol}, args={"max": 5000}).values

    result = solve(a, tol)
    x = result["x"][-1]
    first = x @ a @ x / (x @ x)
    yield exact("status", result["status"], [CONVERGED] * len(tol))
    yield check("eigenvalue", first, reference["eigenvalue"], *within(problem))
    yield check("eigenvector", x * np.sign(x[0]), reference["eigenvector"], *within(problem))
    yield as_counted("iterations", result["iterations"][:-1], reference["picard"])

    # The second eigenvalue: of what is left without the first, squared, so that no sign alternates.
    rest = a - first * np.outer(x, x)
    result = solve(rest @ rest, f64([1e-13]))
    y = result["x"][0]
    second = np.sqrt(y @ rest @ rest @ y / (y @ y))
    yield exact("second: status", result["status"], [CONVERGED])
    yield check("ratio", second / first, reference["ratio"], *within(problem))


@case("fixed.poisson_8", file="fixed/poisson.mlir")
def poisson_8(run):
    problem = oracle("fixed.poisson_8")
    inputs, reference = problem["inputs"], problem["reference"]
    n = inputs["N"]
    f, h = array(inputs["f"]), 1 / (n + 1)
    tolerance = within(problem)

    def solve(function, rows, **args):
        tol = tolerances(rows, 1e-15)
        return run(
            function,
            inputs={"start": np.zeros((len(tol), n, n)), "f": f, "tol": tol},
            args={"h": h, "max": 2000, **args},
        ).values

    for name, function, args in (
        ("jacobi", "jacobi", {}),
        ("gauss_seidel", "sweep", {"omega": 1.0}),
        ("sor", "sweep", {"omega": inputs["omega"]}),
    ):
        rows = reference[name]
        result = solve(function, rows, **args)
        yield exact(f"{name}: status", result["status"], [CONVERGED] * (len(rows) + 1))
        yield check(f"{name}: u", result["u"][-1], reference["u"], *tolerance)
        yield as_counted(f"{name}: iterations", result["iterations"][:-1], rows)
        if name == "jacobi":
            # The eigenvalues of largest size are a pair +-rho, so that two steps shrink by rho^2; the next are 0.853.
            # At step 220 they are down to (0.853 / 0.940)^220 = 6e-10, and steps of 1e-9 are far above rounding.
            residuals = result["trace"][-1, 220:240]
            rates = np.sqrt(residuals[2:] / residuals[:-2])
            want = np.full(len(rates), reference["jacobi_spectral_radius"])
            yield check("jacobi spectral radius", rates, want, *tolerance)


@case("fixed.value_iteration", file="fixed/value_iteration.mlir")
def value_iteration(run):
    problem = oracle("fixed.value_iteration")
    inputs, reference = problem["inputs"], problem["reference"]
    s, a, t = np.ogrid[: inputs["S"], : inputs["A"], : inputs["S"]]
    p = 1.0 + (7 * s + 3 * a + 5 * t) % 5
    p /= p.sum(axis=2, keepdims=True)
    # A last step of 1e-13 leaves an error of at most 0.9 / (1 - 0.9) = 9 times that.
    tol = tolerances(reference["picard"], 1e-13)
    result = run(
        "solve", inputs={"r": array(inputs["r"]), "P": p, "tol": tol}, args={"gamma": inputs["gamma"], "max": 1000}
    ).values
    q = result["Q"][-1]
    best = np.sort(q, axis=1)
    yield exact("status", result["status"], [CONVERGED] * len(tol))
    yield check("V", result["V"][-1], reference["V"], *within(problem))
    yield exact("policy", q.argmax(axis=1), reference["policy"])
    yield check(
        "smallest action gap", (best[:, -1] - best[:, -2]).min(), reference["smallest_action_gap"], *within(problem)
    )
    yield as_counted("iterations", result["iterations"][:-1], reference["picard"])


@case("fixed.discrete_loops", file="fixed/discrete.mlir")
def discrete_loops(run):
    problem = oracle("fixed.discrete_loops")
    inputs, reference = problem["inputs"], problem["reference"]
    n, edges = inputs["n"], inputs["edges_a_b_w"]

    none = 2**40
    w = np.full((n, n), none, dtype=np.int64)
    for a, b, weight in edges:
        w[a, b] = weight
    start = np.full(n, none, dtype=np.int64)
    start[inputs["source"]] = 0
    result = run("bellman_ford", inputs={"start": start, "w": w}, args={"none": none, "max": 100}).values
    distances = [none if d == "inf" else d for d in reference["distances"]]
    yield exact("bellman-ford: status", result["status"], CONVERGED)
    yield exact("bellman-ford: distances", result["d"], distances)
    yield exact(
        "bellman-ford: sweeps", result["iterations"], reference["bellman_ford_sweeps_including_last_unchanged"]
    )

    start = np.eye(n, dtype=bool)
    for a, b, _ in edges:
        start[a, b] = True
    result = run("closure", inputs={"start": start}, args={"max": 100}).values
    yield exact("closure: status", result["status"], CONVERGED)
    yield exact("closure: reachability", result["r"], np.array(reference["reachability"], dtype=bool))
    yield exact("closure: squarings", result["iterations"], reference["squarings_including_last_unchanged"])

    def board(size, cells):
        made = np.zeros((size, size), dtype=np.int8)
        for i, j in cells:
            made[i, j] = 1
        return made

    # Of period 1: one evaluation more than generations, that which repeats the last one.
    start = board(inputs["life_torus"], inputs["life_start_cells"])
    result, want = run("life", inputs={"start": start}, args={"max": 1000}).values, reference["life"]
    yield exact("life: status", result["status"], CONVERGED if want["period"] == 1 else MAX_ITERATIONS)
    yield exact("life: first repeated generation", result["iterations"] - 1, want["first_repeated_generation"])
    yield exact("life: live cells", result["cells"].sum(), want["live_cells_at_repeat"])

    start = board(inputs["glider_torus"], inputs["glider_cells"])
    result = run("glider", inputs={"start": start}, args={"max": 1000}).values
    yield exact("glider: is back", result["again"], False)
    yield exact("glider: cells", result["cells"], start)
    yield exact("glider: period", result["steps"], reference["glider_period_on_8x8_torus"])

    want = reference["collatz_steps"]
    result = run("collatz", inputs={"n": np.array([int(k) for k in want], dtype=np.int64)}, args={"max": 10000}).values
    yield exact("collatz: ends", result["end"], np.ones(len(want)))
    yield exact("collatz: steps", result["steps"], i32(list(want.values())))

    # One evaluation more than steps: that which leaves 6174 as it is.
    want = reference["kaprekar_steps"]
    result = run("kaprekar", inputs={"n": i32([int(k) for k in want])}, args={"max": 100}).values
    yield exact("kaprekar: status", result["status"], [CONVERGED] * len(want))
    yield exact("kaprekar: ends", result["end"], [6174] * len(want))
    yield exact("kaprekar: steps", result["iterations"] - 1, i32(list(want.values())))

    rows = reference["euclid"]
    numbers = {name: np.array([row[name] for row in rows], dtype=np.int64) for name in ("a", "b")}
    result = run("euclid", inputs=numbers, args={"max": 1000}).values
    yield exact("euclid: gcd", result["gcd"], [row["gcd"] for row in rows])
    yield exact("euclid: rest", result["rest"], [0] * len(rows))
    yield exact("euclid: steps", result["steps"], [row["steps"] for row in rows])


@case("fixed.bit_exact", file="fixed/bit_exact.mlir")
def bit_exact(run):
    for row in oracle("fixed.bit_exact")["reference"]["rows"]:
        type = row["type"]

        def solve(name, start):
            return run(f"{name}_{type}", args={"start": start, "max": 10000}).values

        def bits(x):
            return x.view({"f64": np.uint64, "f32": np.uint32}[type])

        def number(value):
            return {"f64": np.float64, "f32": np.float32}[type](value)

        for name, start, key in (
            ("halving", 0.0, "halving"),
            ("heron", 1.0, "heron_sqrt2"),
            ("affine", 0.0, "affine_three_quarters"),
        ):
            want = row[key]
            limit = want["limit"] if "limit" in want else float.fromhex(want["value_hex"])
            result = solve(name, start)
            yield exact(f"{type} {name}: status", result["status"], CONVERGED)
            yield exact(f"{type} {name}: bits", bits(result["x"]), bits(number(limit)))
            yield exact(f"{type} {name}: iterations", result["iterations"], want["iterations_until_unchanged"])

        result = solve("half", 1.0)
        yield exact(f"{type} underflow: bits", bits(result["x"]), bits(number(0.0)))
        yield exact(f"{type} underflow: steps", result["steps"], row["underflow_to_zero_by_halving"])
        result = solve("double", 1.0)
        yield exact(f"{type} overflow: status", result["status"], DIVERGED)
        yield exact(f"{type} overflow: iterations", result["iterations"], row["overflow_to_inf_by_doubling"])

"""The conformance cases of status, edge of chaos, NTK, residual networks and decoding.

Every case names the oracle's problem, gives its data to one or more functions of
the .mlir file, and yields checks. Numbers and tolerances are the oracle's.
"""

import numpy as np

from harness import array, case, check, exact, oracle, partly

STATUS = {
    "converged": 0,
    "max_iterations": 1,
    "nan": 2,  # ours is called non_finite
    "diverged": 3,
}


def f64(values):
    return np.array(values, dtype=np.float64)


def i32(values):
    return np.array(values, dtype=np.int32)


def statuses(words):
    return i32([STATUS[word] for word in words])


def within(tolerance):
    return tolerance["rtol"], tolerance["atol"]


# The function of status/scalar_maps.mlir for each of the oracle's formulas, and the
# coefficients that it takes per case.
SCALAR_MAPS = {
    "2.5*z*(1-z)": ("logistic", {"r": 2.5}),
    "3.2*z*(1-z)": ("logistic", {"r": 3.2}),
    "3.5*z*(1-z)": ("logistic", {"r": 3.5}),
    "4*z*(1-z)": ("logistic", {"r": 4.0}),
    "4.5*z*(1-z)": ("logistic", {"r": 4.5}),
    "1-z": ("affine", {"a": -1.0, "b": 1.0}),
    "-1.5*z+1": ("affine", {"a": -1.5, "b": 1.0}),
    "z/2+1": ("affine", {"a": 0.5, "b": 1.0}),
    "-2*z": ("affine", {"a": -2.0, "b": 0.0}),
    "tanh(-3*z)": ("tanh", {"a": -3.0}),
    "tanh(2*z)": ("tanh", {"a": 2.0}),
    "z*z+1": ("square_plus_one", {}),
    "sqrt(z-1)": ("root_of_one_less", {}),
    "z-z*z*z": ("minus_cube", {}),
    "z+1/(1+z)": ("harmonic", {}),
    "3.0": ("constant", {"c": 3.0}),
    "z-(z*z*z-2*z+2)/(3*z*z-2)": ("newton_cubic", {}),
    "z-(z*z-2)/(2*z)": ("newton_quadratic", {}),
}


partly(
    "status.scalar_maps",
    "the roots and repelling fixed points of loops that do not converge: no loop reaches them",
)
partly(
    "status.linear_maps",
    "spectral radius and norm of A, which are no loops, and repelling fixed points",
)
partly("eoc.relu_slow", "the limit of l^2 (1 - c), which no finite l reaches")


def longest_cycle(rows):
    return max([len(row["cycle"]) for row in rows if "cycle" in row], default=1)


@case("status.scalar_maps", file="status/scalar_maps.mlir")
def scalar_maps(run):
    problem = oracle("status.scalar_maps")
    tolerance = within(problem["tolerance"]["f64"])
    groups = {}
    for row in problem["reference"]["cases"]:
        groups.setdefault(SCALAR_MAPS[row["F"]][0], []).append(row)
    for function, rows in groups.items():
        inputs = {
            name: f64([SCALAR_MAPS[row["F"]][1][name] for row in rows])
            for name in SCALAR_MAPS[rows[0]["F"]][1]
        }
        inputs["start"] = f64([row["start"][0] for row in rows])
        inputs["tol"] = f64([row["tol"] for row in rows])
        inputs["bound"] = f64([row["divergence_bound"] for row in rows])
        limits = i32([row["max_iterations"] for row in rows])

        # A limit raised by 0, 1, .. gives the members of a cycle one after another.
        ends = []
        for more in range(longest_cycle(rows)):
            result = run(function, inputs={**inputs, "max": limits + i32(more)})
            ends.append(result.values["z"])
            yield exact(
                f"{function}: status",
                result.values["status"],
                statuses(row["status"] for row in rows),
            )
            if more == 0:
                first = result
        for i, row in enumerate(rows):
            name = row["name"]
            if "iterations" in row:
                # The oracle allows one in double precision.
                yield check(
                    f"{name}: iterations",
                    first.values["iterations"][i],
                    row["iterations"],
                    0,
                    1,
                )
            else:
                yield exact(
                    f"{name}: iterations",
                    first.values["iterations"][i],
                    row["max_iterations"],
                )
            if "limit" in row:
                yield check(
                    f"{name}: limit", first.values["z"][i], row["limit"], *tolerance
                )
            if "cycle" in row:
                members = [end[i] for end in ends[: len(row["cycle"])]]
                yield check(
                    f"{name}: cycle", np.sort(members), np.sort(row["cycle"]), *tolerance
                )


@case("status.linear_maps", file="status/linear_maps.mlir")
def linear_maps(run):
    problem = oracle("status.linear_maps")
    tolerance = within(problem["tolerance"]["f64"])
    for size in (2, 4):
        rows = [r for r in problem["reference"]["cases"] if len(r["b"]) == size]
        result = run(
            f"size_{size}",
            inputs={
                "A": f64([row["A"] for row in rows]),
                "b": f64([row["b"] for row in rows]),
                "start": f64([row["start"] for row in rows]),
                "tol": f64([row["tol"] for row in rows]),
                "max": i32([row["max_iterations"] for row in rows]),
            },
            args={"bound": 1e12},
        ).values
        yield exact(
            f"size {size}: status",
            result["status"],
            statuses(row["status"] for row in rows),
        )
        for i, row in enumerate(rows):
            name = row["name"]
            if "iterations" in row:
                yield check(
                    f"{name}: iterations",
                    result["iterations"][i],
                    row["iterations"],
                    0,
                    1,
                )
            if row["status"] == "converged" and "fixed_point" in row:
                yield check(
                    f"{name}: limit", result["z"][i], row["fixed_point"], *tolerance
                )
            if "largest_iterate_norm_inf" in row:
                yield check(
                    f"{name}: largest iterate",
                    result["largest"][i],
                    row["largest_iterate_norm_inf"],
                    *tolerance,
                )
                yield exact(
                    f"{name}: index of the largest iterate",
                    result["index"][i],
                    row["largest_iterate_index"],
                )
            if name == "eigenvalue one":
                # A line of fixed points (x, 2); the start decides which.
                yield check(f"{name}: limit", result["z"][i], [3.0, 2.0], *tolerance)


@case("status.gradient_play", file="status/gradient_play.mlir")
def gradient_play(run):
    problem = oracle("status.gradient_play")
    reference = problem["reference"]
    tolerance = within(problem["tolerance"]["f64"])
    eta = problem["inputs"]["eta"]

    def play(function, limits):
        ones = np.ones(len(limits))
        return run(
            function,
            inputs={"x": ones, "y": ones, "max": i32(limits)},
            args={"eta": eta, "tol": 1e-9, "bound": 1e12},
        ).values

    # Simultaneous play passes the bound after about 2 log(1e12 / sqrt 2) /
    # log(1 + eta^2) = 3520 steps, extragradient settles after about 2700.
    for function in ("simultaneous", "extragradient"):
        rows = reference[function]["norms"]
        result = play(function, [row["k"] for row in rows] + [10000])
        yield exact(
            f"{function}: status",
            result["status"],
            statuses(["max_iterations"] * len(rows) + [reference[function]["status"]]),
        )
        yield check(
            f"{function}: norms",
            np.hypot(result["x_k"], result["y_k"])[:-1],
            [row["norm"] for row in rows],
            *tolerance,
        )

    want = reference["alternating"]
    result = play("alternating", [2000])
    x, y = result["x_k"][0], result["y_k"][0]
    yield exact("alternating: status", result["status"], statuses([want["status"]]))
    yield check("alternating: end", [x, y], want["end_point_2000"], *tolerance)
    yield check(
        "alternating: invariant", x * x + y * y - eta * x * y, want["invariant"], *tolerance
    )
    result = run(
        "alternating_largest", args={"x": 1.0, "y": 1.0, "eta": eta, "max": 2000}
    ).values
    yield check(
        "alternating: largest norm", result["largest"], want["max_norm_in_2000"], *tolerance
    )


def edge_of_chaos(run, problem, more_inputs):
    rows = problem["reference"]["rows"]
    tolerance = within(problem["tolerance"]["f64"])
    # A last change of 1e-14 leaves an error of at most L / (1 - L) times that, with
    # slopes L up to 0.961: 2.5e-13.
    result = run(
        "solve",
        inputs={
            "sw2": f64([row["sigma_w2"] for row in rows]),
            "sb2": f64([row["sigma_b2"] for row in rows]),
            "q_start": np.full(len(rows), problem["inputs"]["q_start"]),
            "c_start": np.full(len(rows), 0.5),
            **more_inputs,
        },
        args={"tol": 1e-14, "max": 5000},
    ).values
    converged = statuses(["converged"] * len(rows))
    yield exact("q: status", result["q_status"], converged)
    yield exact("c: status", result["c_status"], converged)
    for name, key in (
        ("q_star", "q_star"),
        ("chi", "chi"),
        ("c_star", "c_star"),
        ("slope", "corr_slope_at_c_star"),
    ):
        yield check(name, result[name], [row[key] for row in rows], *tolerance)
    yield exact(
        "chaotic phase", result["chi"] > 1, np.array([row["phase"] == "chaotic" for row in rows])
    )
    yield check(
        "correlation depth scale",
        -1 / np.log(result["slope"]),
        [row["correlation_depth_scale"] for row in rows],
        *tolerance,
    )


@case("eoc.tanh_fixed_points", file="eoc/tanh_fixed_points.mlir")
def tanh_fixed_points(run):
    # The trapezoidal rule with step h errs like (2 pi / h)^3 exp(-2 pi a / h), where a is
    # how far the nearest pole of tanh(sqrt(q) x) is from the real line, 1.06 at q = 2.2:
    # the cube, because tanh'^2 has a pole of order 4. With h = 1/8 that is 1e-18 (with
    # h = 1/5 it was seen as 1e-10 in chi). Beyond 8.75 the normal density is below 1e-17.
    count, step = 70, 0.125
    node = step * np.arange(-count, count + 1)
    weight = step * np.exp(-node * node / 2) / np.sqrt(2 * np.pi)
    half_weight = 2 * weight[count:]
    half_weight[0] = weight[count]
    yield from edge_of_chaos(
        run,
        oracle("eoc.tanh_fixed_points"),
        {
            "node": node,
            "weight": weight,
            "half_node": node[count:].copy(),
            "half_weight": half_weight,
        },
    )


@case("eoc.erf_fixed_points", file="eoc/erf_fixed_points.mlir")
def erf_fixed_points(run):
    yield from edge_of_chaos(run, oracle("eoc.erf_fixed_points"), {})


@case("eoc.relu_slow", file="eoc/relu_slow.mlir")
def relu_slow(run):
    problem = oracle("eoc.relu_slow")
    rows = problem["reference"]["rows"]
    tolerance = within(problem["tolerance"]["f64"])
    limits = i32([row["l"] for row in rows])
    # The last of the steps is 2 * 4.4e-7 / 10^4 = 9e-11.
    for function, start, name, key in (
        ("correlation", "c0", "c", "c"),
        ("distance", "e0", "e", "one_minus_c"),
    ):
        c0 = problem["inputs"]["c0"]
        first = c0 if function == "correlation" else 1 - c0
        result = run(
            function,
            inputs={start: np.full(len(rows), first), "l": limits},
            args={"tol": 1e-12},
        ).values
        yield exact(
            f"{function}: status",
            result["status"],
            statuses(["max_iterations"] * len(rows)),
        )
        yield exact(f"{function}: iterations", result["iterations"], limits)
        yield check(function, result[name], [row[key] for row in rows], *tolerance)
        if function == "distance":
            # l^2 is up to 10^8: only this state keeps the digits for it.
            yield check(
                "l^2 (1 - c)",
                result[name] * limits.astype(np.float64) ** 2,
                [row["l2_one_minus_c"] for row in rows],
                *tolerance,
            )


def kernels(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = within(problem["tolerance"]["f64"])
    result = run(
        "kernels",
        inputs={"X": array(inputs["X"])},
        args={
            "sigma_w2": inputs["sigma_w2"],
            "sigma_b2": inputs["sigma_b2"],
            "hidden_layers": inputs["hidden_layers"],
        },
    ).values
    yield exact("layers", result["steps"], inputs["hidden_layers"])
    yield check("nngp", result["nngp"], reference["nngp"], *tolerance)
    yield check("ntk", result["ntk"], reference["ntk"], *tolerance)
    yield check(
        "eigenvalues of ntk",
        np.linalg.eigvalsh(result["ntk"]),
        reference["ntk_eigenvalues"],
        *tolerance,
    )


@case("ntk.relu_L1", file="ntk/relu.mlir")
def ntk_relu_1(run):
    yield from kernels(run, oracle("ntk.relu_L1"))


@case("ntk.relu_L3", file="ntk/relu.mlir")
def ntk_relu_3(run):
    yield from kernels(run, oracle("ntk.relu_L3"))


@case("ntk.erf_L1", file="ntk/erf.mlir")
def ntk_erf_1(run):
    yield from kernels(run, oracle("ntk.erf_L1"))


@case("hayou.resnet_n4_L16_relu", file="hayou/resnet_n4_L16_relu.mlir")
def resnet_n4_l16_relu(run):
    problem = oracle("hayou.resnet_n4_L16_relu")
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = within(problem["tolerance"]["f64"])
    layers = inputs["L"]
    result = run(
        "solve",
        inputs={"x": array(inputs["x"]), "W": array(inputs["W"])},
        args={"scale": layers**-0.5, "L": layers},
    ).values
    yield exact("layers", result["steps"], layers)
    for name in ("Y_L", "norm_post", "grad_x"):
        yield check(name, result[name], reference[name], *tolerance)


def belief_propagation(run, problem):
    inputs, rows = problem["inputs"], problem["reference"]["rows"]
    tolerance = within(problem["tolerance"]["f64"])
    order = inputs["order"].split(",")
    generators = oracle("qec.five_qubit_table")["inputs"]["generators"]

    # -1 where the Pauli anticommutes with the generator at the qubit.
    s = np.ones((4, 5, 4))
    for m, generator in enumerate(generators):
        for n, factor in enumerate(generator):
            for w, pauli in enumerate(order):
                if factor != "I" and pauli not in ("I", factor):
                    s[m, n, w] = -1
    sign = f64([[(-1) ** bit for bit in row["syndrome"]] for row in rows])
    pr = f64([1 - inputs["p"]] + [inputs["p"] / 3] * 3)
    linked = np.array([[factor != "I" for factor in g] for g in generators])

    for kind, damping, cap in (
        ("plain", 1.0, inputs["cap_plain"]),
        ("damped_0.25", 0.25, inputs["cap_damped"]),
    ):
        want = [row[kind] for row in rows]
        result = run(
            "decode",
            inputs={"sign": sign, "s": s, "linked": linked, "pr": pr},
            args={"tol": inputs["tol"], "damping": damping, "max": cap},
        ).values
        yield exact(
            f"{kind}: status", result["status"], statuses(w["status"] for w in want)
        )
        yield exact(
            f"{kind}: iterations",
            result["iterations"],
            i32([w.get("iterations", cap) for w in want]),
        )
        settled = [i for i, w in enumerate(want) if w["status"] == "converged"]
        beliefs = result["beliefs"][settled]
        yield check(
            f"{kind}: beliefs", beliefs, [want[i]["beliefs"] for i in settled], *tolerance
        )
        decisions = beliefs.argmax(axis=-1)
        yield exact(
            f"{kind}: hard decision",
            decisions,
            np.array([[order.index(w) for w in want[i]["hard_decision"]] for i in settled]),
        )
        # The sign that each decision would give each generator.
        signs = s[:, np.arange(5), decisions].prod(axis=-1).T
        yield exact(
            f"{kind}: hard decision matches the syndrome",
            (signs == sign[settled]).all(axis=-1),
            np.array([want[i]["hard_decision_matches_syndrome"] for i in settled]),
        )

    result = run(
        "enumerate", inputs={"sign": sign, "s": s, "pr": pr}, args={"max": 4**5}
    ).values
    yield check(
        "syndrome probability",
        result["probability"],
        [row["syndrome_probability"] for row in rows],
        *tolerance,
    )
    yield check(
        "exact marginals",
        result["marginals"],
        [row["exact_marginals"] for row in rows],
        *tolerance,
    )


@case("qec.belief_propagation_p10", file="qec/belief_propagation.mlir")
def belief_propagation_p10(run):
    yield from belief_propagation(run, oracle("qec.belief_propagation_p10"))


@case("qec.belief_propagation_p01", file="qec/belief_propagation.mlir")
def belief_propagation_p01(run):
    yield from belief_propagation(run, oracle("qec.belief_propagation_p01"))

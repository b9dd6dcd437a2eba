"""The conformance cases of equilibrium layers: where iteration, damped or not, settles, and how soon.

Every tolerance that an oracle counts for, and one more that is tight enough for the answers, is a sample of one batch.
"""

import numpy as np

from harness import array, case, check, counts, exact, oracle, partly

CONVERGED = 0
STATUS = {"converged": 0, "max_iterations": 1, "diverged": 3}

NOT_YET = "derivatives, as gradients of loops are not compiled yet"
for size in ("n4", "n16", "n32", "n64_slow", "n16_hard"):
    partly(f"deq.tanh_{size}", f"{NOT_YET}; the norm of W and the spectral radius of the Jacobian, which are no loops")
for name in ("tanh_batch", "relu_n8", "monotone_n6", "monotone_n6_mild", "monotone_n10", "two_tensor_8_4", "conv_2x6x6",
             "multiscale_4_2", "nested_n4"):
    partly(f"deq.{name}", NOT_YET)
for name in ("attention_4x4", "attention_causal_5x4"):
    partly(f"deq.{name}", f"{NOT_YET}; the spectral radius of the Jacobian, which is no loop")
partly("deq.linear_n6", f"{NOT_YET}; the spectral radius and norm of A, which are no loops")
partly("deq.conv_linear_circular", "the spectral radius of the convolution, which is no loop")
partly("deq.anderson_linear", "the bounds for Anderson's and Broyden's methods, which are not compiled yet")
partly("status.deq_regimes", "the spectral radius of the Jacobian, which is no loop")


def inputs_of(problem, names, dtype=np.float64):
    return {name: array(problem["inputs"][name], dtype) for name in names}


def within(problem, dtype=np.float64):
    tolerance = problem["tolerance"]["f64" if dtype == np.float64 else "f32"]
    return tolerance["rtol"], tolerance["atol"]


def column(rows, name):
    return [row[name] for row in rows]


def countable(rows, dtype):
    """The rows whose counts are the same in this type: at 1e-6, rounding in f32 is a good part of a step."""
    return [row for row in rows if dtype == np.float64 or row["tol"] >= 1e-3]


def as_counted(name, got, rows):
    """Compares iterations with rows of {tol, iterations, step_over_tol, previous_step_over_tol}."""
    return counts(name, got, *(column(rows, key) for key in ("iterations", "step_over_tol", "previous_step_over_tol")))


def settle(run, function, rows, starts, inputs, tight, max, dtype=np.float64, samples=None):
    """Runs a function that takes a batch of tolerances: those of `rows` first, then the tight one.

    `starts` are the names and shapes of states that start from zero. Gives all values, and the checks of how the
    samples ended and how soon.
    """
    rows = countable(rows, dtype)
    samples = samples or len(rows) + 1
    tol = np.full(samples, tight, dtype)
    tol[: len(rows)] = column(rows, "tol")
    zeros = {name: np.zeros((samples, *shape), dtype) for name, shape in starts.items()}
    values = run(function, inputs={**zeros, "tol": tol, **inputs}, args={"max": max}).values
    return values, [
        exact(f"{function}: status", values["status"], np.full(samples, CONVERGED)),
        as_counted(f"{function}: iterations", values["iterations"][: len(rows)], rows),
    ]


# In f64, a last step of 1e-14 leaves an error of at most rho / (1 - rho) 1e-14 where errors shrink by rho: 3.2e-13 for
# the slowest layer below (rho = 0.97). In f32, 1e-6 is a few units in the last place of 1.
TIGHT = {np.float64: 1e-14, np.float32: 1e-6}


def tanh_layer(run, id, function, dtype=np.float64):
    problem = oracle(id)
    reference = problem["reference"]
    values, checks = settle(
        run, function, reference["picard"], {"start": (problem["inputs"]["n"],)}, inputs_of(problem, "WUbxc", dtype),
        TIGHT[dtype], max=2000, dtype=dtype, samples=5,
    )
    yield from checks
    yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem, dtype))
    yield check(f"{function}: loss", values["loss"][-1], reference["loss"], *within(problem, dtype))


@case("deq.tanh_n4", file="deq/tanh.mlir")
def tanh_n4(run):
    yield from tanh_layer(run, "deq.tanh_n4", "n4")


@case("deq.tanh_n16", file="deq/tanh.mlir")
def tanh_n16(run):
    yield from tanh_layer(run, "deq.tanh_n16", "n16")
    yield from tanh_layer(run, "deq.tanh_n16", "n16_f32", np.float32)


@case("deq.tanh_n32", file="deq/tanh.mlir")
def tanh_n32(run):
    yield from tanh_layer(run, "deq.tanh_n32", "n32")


@case("deq.tanh_n64_slow", file="deq/tanh.mlir")
def tanh_n64_slow(run):
    yield from tanh_layer(run, "deq.tanh_n64_slow", "n64_slow")


@case("deq.tanh_n16_hard", file="deq/tanh.mlir")
def tanh_n16_hard(run):
    yield from tanh_layer(run, "deq.tanh_n16_hard", "n16_hard")


@case("deq.tanh_batch", file="deq/tanh_batch.mlir")
def tanh_batch(run):
    problem = oracle("deq.tanh_batch")
    reference = problem["reference"]
    for function, dtype in (("solve", np.float64), ("solve_f32", np.float32)):
        # Rows of the oracle are samples, then tolerances; the batch is the other way round.
        rows = [countable(sample, dtype) for sample in reference["picard"]]
        tols = np.full(5, TIGHT[dtype], dtype)
        tols[: len(rows[0])] = column(rows[0], "tol")
        x = array(problem["inputs"]["X"], dtype) * np.array(problem["inputs"]["row_scale"], dtype)[:, None]
        values = run(
            function,
            inputs={
                "start": np.zeros((5, 4, 6), dtype),
                "x": np.broadcast_to(x, (5, 4, 3)),
                "tol": np.broadcast_to(tols[:, None], (5, 4)),
                **inputs_of(problem, "WUb", dtype),
            },
            args={"max": 200},
        ).values
        yield exact(f"{function}: status", values["status"], np.full((5, 4), CONVERGED))
        yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem, dtype))
        # Exact, with no allowance for rounding: every sample leaves the batch at its own time.
        wanted = np.transpose([column(sample, "iterations") for sample in rows])
        yield exact(f"{function}: iterations", values["iterations"][: len(wanted)], wanted)


@case("deq.relu_n8", file="deq/relu.mlir")
def relu_n8(run):
    problem = oracle("deq.relu_n8")
    reference = problem["reference"]
    for function, dtype in (("solve", np.float64), ("solve_f32", np.float32)):
        values, checks = settle(
            run, function, reference["picard"], {"start": (8,)}, inputs_of(problem, "WUbx", dtype), TIGHT[dtype],
            max=200, dtype=dtype,
        )
        yield from checks
        yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem, dtype))
        yield exact(f"{function}: active", values["z"][-1] > 0, np.array(reference["active"], bool))


@case("deq.linear_n6", file="deq/linear.mlir")
def linear_n6(run):
    problem = oracle("deq.linear_n6")
    reference = problem["reference"]
    for function, rows in (("simultaneous", reference["picard"]), ("sequential", reference["gauss_seidel"])):
        values, checks = settle(run, function, rows, {"start": (6,)}, inputs_of(problem, "Ab"), 1e-14, max=200)
        yield from checks
        yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem))


@case("deq.anderson_linear", file="deq/linear.mlir")
def anderson_linear(run):
    problem = oracle("deq.anderson_linear")
    # A last step of 1e-12 leaves an error of 0.98 / (1 - 0.98) = 49 such steps; the solution is up to 173.
    values, checks = settle(
        run, "slow", problem["reference"]["picard"], {"start": (5,)}, inputs_of(problem, "Ab"), 1e-12, max=3000
    )
    yield from checks
    yield check("z", values["z"][-1], problem["reference"]["z"], *within(problem))


def monotone(run, id, function):
    problem = oracle(id)
    inputs, reference = problem["inputs"], problem["reference"]
    rows = reference["forward_backward"]
    # After the samples with the oracle's alpha comes the plain iteration, which is that with alpha = 1. The oracle
    # names no bound and no limit for it; it ends in the same way with a bound of 1e3.
    values = run(
        function,
        inputs={
            "start": np.zeros((5, inputs["n"])),
            "alpha": np.array([inputs["alpha"]] * 4 + [1.0]),
            "tol": np.array(column(rows, "tol") + [1e-14, 1e-10]),
            **inputs_of(problem, "ABUbxc"),
        },
        args={"mm": inputs["mm"], "bound": 1e12, "max": 20000},
    ).values
    plain = STATUS[reference["plain_picard_status"]]
    yield exact("status", values["status"], [CONVERGED] * 4 + [plain])
    yield as_counted("iterations", values["iterations"][:3], rows)
    # Where the plain iteration settles too, it is at the same place.
    for sample in [3, 4] if plain == CONVERGED else [3]:
        yield check(f"z of sample {sample}", values["z"][sample], reference["z"], *within(problem))
        yield check(f"loss of sample {sample}", values["loss"][sample], reference["loss"], *within(problem))
    yield exact("active", values["z"][3] > 0, np.array(reference["active"], bool))


@case("deq.monotone_n6", file="deq/monotone.mlir")
def monotone_n6(run):
    yield from monotone(run, "deq.monotone_n6", "n6")


@case("deq.monotone_n6_mild", file="deq/monotone.mlir")
def monotone_n6_mild(run):
    yield from monotone(run, "deq.monotone_n6_mild", "n6")


@case("deq.monotone_n10", file="deq/monotone.mlir")
def monotone_n10(run):
    yield from monotone(run, "deq.monotone_n10", "n10")


@case("deq.two_tensor_8_4", file="deq/two_tensor.mlir")
def two_tensor(run):
    problem = oracle("deq.two_tensor_8_4")
    reference = problem["reference"]
    given = inputs_of(problem, ("W11", "W12", "W21", "W22", "U1", "U2", "b1", "b2", "x"))
    for function, rows in (
        ("jacobi", reference["picard_jacobi"]),
        ("gauss_seidel", reference["picard_gauss_seidel"]),
        ("nested", []),
    ):
        values, checks = settle(run, function, rows, {"start1": (8,), "start2": (4,)}, given, 1e-14, max=200)
        # The oracle does not count the nested iteration.
        yield from checks if rows else checks[:1]
        for name in ("z1", "z2"):
            yield check(f"{function}: {name}", values[name][-1], reference[name], *within(problem))


@case("deq.conv_2x6x6", file="deq/conv.mlir")
def conv(run):
    problem = oracle("deq.conv_2x6x6")
    reference = problem["reference"]
    for function, dtype in (("solve", np.float64), ("solve_f32", np.float32)):
        values, checks = settle(
            run, function, reference["picard"], {"start": (2, 6, 6)}, inputs_of(problem, "Kxbc", dtype), TIGHT[dtype],
            max=200, dtype=dtype, samples=5,
        )
        yield from checks
        yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem, dtype))
        yield check(f"{function}: loss", values["loss"][-1], reference["loss"], *within(problem, dtype))


@case("deq.conv_linear_circular", file="deq/conv_circular.mlir")
def conv_circular(run):
    problem = oracle("deq.conv_linear_circular")
    inputs = {"start": np.zeros((8, 8)), **inputs_of(problem, "kx")}
    values = run("solve", inputs=inputs, args={"tol": 1e-14, "max": 200}).values
    yield exact("status", values["status"], CONVERGED)
    yield check("z", values["z"], problem["reference"]["z"], *within(problem))


@case("deq.multiscale_4_2", file="deq/multiscale.mlir")
def multiscale(run):
    problem = oracle("deq.multiscale_4_2")
    reference = problem["reference"]
    values, checks = settle(
        run, "solve", reference["picard"], {"start1": (4, 4), "start2": (2, 2)},
        inputs_of(problem, ("K1", "K2", "coupling", "x")), 1e-14, max=200,
    )
    yield from checks
    for name in ("z1", "z2"):
        yield check(name, values[name][-1], reference[name], *within(problem))


def attention(run, id, function, dtype=np.float64):
    problem = oracle(id)
    reference = problem["reference"]
    shape = (problem["inputs"]["T"], problem["inputs"]["d"])
    values, checks = settle(
        run, function, reference["picard"], {"start": shape},
        inputs_of(problem, ("Wq", "Wk", "Wv", "Wo", "x", "c"), dtype), TIGHT[dtype], max=200, dtype=dtype, samples=5,
    )
    yield from checks
    yield check(f"{function}: z", values["z"][-1], reference["z"], *within(problem, dtype))
    yield check(f"{function}: loss", values["loss"][-1], reference["loss"], *within(problem, dtype))


@case("deq.attention_4x4", file="deq/attention.mlir")
def attention_full(run):
    yield from attention(run, "deq.attention_4x4", "full")
    yield from attention(run, "deq.attention_4x4", "full_f32", np.float32)


@case("deq.attention_causal_5x4", file="deq/attention.mlir")
def attention_causal(run):
    yield from attention(run, "deq.attention_causal_5x4", "causal")


@case("deq.nested_n4", file="deq/nested.mlir")
def nested(run):
    problem = oracle("deq.nested_n4")
    reference = problem["reference"]
    values = run(
        "solve",
        inputs={"start": np.zeros((2, 4)), "tol": np.array([1e-10, 1e-14]), **inputs_of(problem, "ABx")},
        args={"inner_tol": 1e-15, "max": 200},
    ).values
    yield exact("status", values["status"], np.full(2, CONVERGED))
    yield exact("iterations", values["iterations"][0], reference["outer_iterations_tol_1e-10_exact_inner"])
    for name in ("z", "y"):
        yield check(name, values[name][-1], reference[name], *within(problem))


@case("status.deq_regimes", file="status/deq_regimes.mlir")
def deq_regimes(run):
    problem = oracle("status.deq_regimes")
    tolerance = within(problem)
    cases = problem["reference"]["cases"]
    v = array(problem["inputs"]["V"])
    tol = 1e-10

    def solve(rows, damping, max):
        m = np.array([row["W_scale"] * (v if row["kind"] == "general" else v - v.T) for row in rows])
        return run(
            "solve",
            inputs={
                "start": np.zeros((len(rows), 8)),
                "M": m,
                "b": array(problem["inputs"]["b"]),
                "damping": np.full(len(rows), damping),
                "max": np.array(max, np.int32),
            },
            args={"tol": tol},
        ).values

    for name, damping, most in (("plain_status", 1.0, 20000), ("damped_status_tau_0.125", 0.125, 200000)):
        values = solve(cases, damping, [most] * len(cases))
        wanted = [STATUS[row[name]] for row in cases]
        yield exact(name, values["status"], wanted)
        for i, row in enumerate(cases):
            what = f"{row['kind']} {row['W_scale']}, damping {damping}"
            if wanted[i] == CONVERGED:
                yield check(f"{what}: equilibrium", values["z"][i], row["equilibrium"], *tolerance)
                if damping == 1 and "plain_iterations" in row:
                    yield exact(f"{what}: iterations", values["iterations"][i], row["plain_iterations"])
            else:
                yield exact(f"{what}: iterations", values["iterations"][i], most)

    # A limit raised by 0, 1, .. gives the members of a cycle one after another: the first comes again after as many
    # steps as the cycle has, and not before.
    for row in cases:
        if "cycle_period_up_to_32" not in row:
            continue
        period = row["cycle_period_up_to_32"]
        members = solve([row] * (period + 1), 1.0, 20000 + np.arange(period + 1))["z"]
        what = f"{row['kind']} {row['W_scale']}"
        yield check(f"{what}: cycle", members[period], members[0], 0, tol)
        away = [np.max(np.abs(member - members[0])) > tol for member in members[1:period]]
        yield exact(f"{what}: no shorter cycle", away, np.full(period - 1, True))

"""The conformance cases of neural ordinary differential equations, and of residual networks as their steps."""

import numpy as np

from harness import array, case, check, exact, oracle

CONVERGED = 0


def f64(values):
    return np.array(values, dtype=np.float64)


def tolerance_of(problem, kind="f64"):
    tolerance = problem["tolerance"][kind]
    return tolerance["rtol"], tolerance["atol"]


def arrays(problem, *names):
    return {name: array(problem["inputs"][name]) for name in names}


def mlp(run, problem):
    """The trajectory, its end, and the gradients, which are integrated back to the start."""
    inputs, reference = problem["inputs"], problem["reference"]
    d, hidden = inputs["d"], inputs["hidden"]
    data = arrays(problem, "h0", "W1", "b1", "W2", "b2", "c")
    a1 = array(inputs["a1"]) if "a1" in inputs else np.zeros(hidden)
    result = run(
        f"d{d}_h{hidden}",
        inputs={
            "h0": data["h0"],
            "W1": np.column_stack([data["W1"], data["b1"], a1]),
            "W2": np.column_stack([data["W2"], data["b2"]]),
            "c": data["c"],
            "times": f64(reference["times"]),
        },
        args={"q": inputs["linear_coefficient"], "T": inputs["T"], "tol": 1e-13, "max": 10**6},
    ).values
    for name in ("status", "status_back"):
        yield exact(name, result[name], CONVERGED)
    for name in ("trajectory", "h_T"):
        yield check(name, result[name], reference[name], *tolerance_of(problem))
    yield check("loss", data["c"] @ result["h_T"], reference["loss"], *tolerance_of(problem))
    grad = problem["tolerance"]["grad"]["f64"]
    yield check("back at the start", result["h_0"], data["h0"], grad["rtol"], grad["atol"])
    columns = {
        "dL_dh0": result["dL_dh0"],
        "dL_dT": result["dL_dT"],
        "dL_dW1": result["dL_dW1"][:, :d],
        "dL_db1": result["dL_dW1"][:, d],
        "dL_da1": result["dL_dW1"][:, d + 1],
        "dL_dW2": result["dL_dW2"][:, :hidden],
        "dL_db2": result["dL_dW2"][:, hidden],
    }
    for name, got in columns.items():
        if name in reference:
            yield check(name, got, reference[name], grad["rtol"], grad["atol"])


@case("node.mlp_d4_h8", file="node/mlp.mlir")
def mlp_d4_h8(run):
    yield from mlp(run, oracle("node.mlp_d4_h8"))


@case("node.mlp_d4_h8_T4", file="node/mlp.mlir")
def mlp_d4_h8_t4(run):
    yield from mlp(run, oracle("node.mlp_d4_h8_T4"))


@case("node.mlp_time_d3_h6", file="node/mlp.mlir")
def mlp_time_d3_h6(run):
    yield from mlp(run, oracle("node.mlp_time_d3_h6"))


@case("node.mlp_damped_d8_h16", file="node/mlp.mlir")
def mlp_damped_d8_h16(run):
    yield from mlp(run, oracle("node.mlp_damped_d8_h16"))


def layers(run, method, problem, counts):
    """The states after the given numbers of layers, and checks that these were the layers."""
    given = arrays(problem, "W1", "b1", "W2", "b2")
    given["h0"] = np.tile(array(problem["inputs"]["h0"]), (len(counts), 1))
    given["step"] = problem["inputs"]["T"] / f64(counts)
    result = run(method, inputs=given, args={"T": problem["inputs"]["T"], "max": 10**4}).values
    yield exact(f"{method}: status", result["status"], np.full(len(counts), CONVERGED, dtype=np.int32))
    yield exact(f"{method}: layers", result["layers"], np.array(counts, dtype=np.int32))
    return result["h"]


@case("node.resnet_order", file="node/resnet.mlir")
def resnet_order(run):
    problem = oracle("node.resnet_order")
    inputs, reference = problem["inputs"], problem["reference"]
    limit = f64(reference["h_T"])
    for method, table in reference["tables"].items():
        rows = table["rows"]
        h = yield from layers(run, method, problem, inputs["L"])
        error = np.abs(h - limit).max(axis=-1)
        want = f64([row["error_inf"] for row in rows])
        yield check(f"{method}: error", error, want, *tolerance_of(problem))
        # Smaller errors are those of rounding.
        some = want > 1e-9
        scaled = (error * f64(inputs["L"]) ** table["order"])[some]
        want = f64([row["error_times_L^p"] for row in rows])[some]
        yield check(f"{method}: error times L^{table['order']}", scaled, want, *tolerance_of(problem))
        if method == "euler":
            rows = reference["euler_outputs"]
            got = h[[inputs["L"].index(row["L"]) for row in rows]]
            yield check("euler: h", got, [row["h_L"] for row in rows], *tolerance_of(problem, "output"))

    result = run(
        "leading_error",
        inputs=arrays(problem, "h0", "W1", "b1", "W2", "b2"),
        args={"T": inputs["T"], "tol": 1e-13, "max": 10**6},
    ).values
    yield exact("leading error: status", result["status"], CONVERGED)
    yield check("h(T)", result["h_T"], limit, *tolerance_of(problem))
    yield check("leading error", result["e_T"], reference["euler_leading_error_vector"], *tolerance_of(problem))


def resnet_grad(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    d, hidden, depth = inputs["d"], inputs["hidden"], inputs["L"]
    tolerance = tolerance_of(problem)
    h = yield from layers(run, "euler", problem, [depth])
    yield check("euler: h_L", h[0], reference["h_L"], *tolerance)

    data = arrays(problem, "h0", "W1", "b1", "W2", "b2", "c")
    result = run(
        "solve",
        file="node/resnet_grad.mlir",
        inputs={
            "h0": data["h0"],
            "W1": np.column_stack([data["W1"], data["b1"]]),
            "W2": np.column_stack([data["W2"], data["b2"]]),
            "c": data["c"],
        },
        args={"step": inputs["T"] / depth, "L": depth},
    ).values
    yield exact("layers", result["steps"], depth)
    for name in ("h_L", "dL_dh0"):
        yield check(name, result[name], reference[name], *tolerance)
    yield check("dL_dW1", result["dL_dW1"][:, :d], reference["dL_dW1"], *tolerance)
    yield check("dL_db1", result["dL_dW1"][:, d], reference["dL_db1"], *tolerance)
    yield check("dL_dW2", result["dL_dW2"][:, :hidden], reference["dL_dW2"], *tolerance)
    yield check("dL_db2", result["dL_dW2"][:, hidden], reference["dL_db2"], *tolerance)


@case("node.resnet_grad_L16", file="node/resnet.mlir")
def resnet_grad_l16(run):
    yield from resnet_grad(run, oracle("node.resnet_grad_L16"))


@case("node.resnet_grad_L256", file="node/resnet.mlir")
def resnet_grad_l256(run):
    yield from resnet_grad(run, oracle("node.resnet_grad_L256"))


@case("node.cnf_d3_h8", file="node/cnf.mlir")
def cnf(run):
    problem = oracle("node.cnf_d3_h8")
    given = arrays(problem, "h0", "W1", "b1", "W2", "b2") | {"unit": np.eye(3)}
    result = run("solve", inputs=given, args={"T": problem["inputs"]["T"], "tol": 1e-13, "max": 10**6}).values
    yield exact("status", result["status"], CONVERGED)
    for name in ("h_T", "log_det", "flow_jacobian"):
        yield check(name, result[name], problem["reference"][name], *tolerance_of(problem))
    before = -1.5 * np.log(2 * np.pi) - given["h0"] @ given["h0"] / 2
    density = before - result["log_det"]
    yield check("log density", density, problem["reference"]["log_density_at_h_T"], *tolerance_of(problem))
    log_det = np.log(np.linalg.det(result["flow_jacobian"]))
    yield check("log det of the flow", log_det, problem["reference"]["log_det"], *tolerance_of(problem))


@case("node.linear_d4", file="node/linear.mlir")
def linear(run):
    problem = oracle("node.linear_d4")
    inputs, reference = problem["inputs"], problem["reference"]
    given = arrays(problem, "h0", "A", "c")
    given["A"] = given["A"] + inputs["A_shift"] * np.eye(inputs["d"])
    result = run("solve", inputs=given, args={"T": inputs["T"], "tol": 1e-13, "max": 10**6}).values
    for name in ("status", "status_back"):
        yield exact(name, result[name], CONVERGED)
    yield check("h_T", result["h_T"], reference["h_T"], *tolerance_of(problem))
    grad = problem["tolerance"]["grad"]["f64"]
    yield check("back at the start", result["h_0"], given["h0"], grad["rtol"], grad["atol"])
    for name in ("dL_dh0", "dL_dA"):
        yield check(name, result[name], reference[name], grad["rtol"], grad["atol"])


@case("node.steady_state", file="node/steady_state.mlir")
def steady_state(run):
    problem = oracle("node.steady_state")
    reference = problem["reference"]
    given = arrays(problem, "W", "U", "b", "x") | {"times": f64(reference["times"])}
    # The distance shrinks like e^(-t (1 - r)), r < 0.5 the spectral radius of W.
    result = run("solve", inputs=given, args={"end": 100.0, "tol": 1e-13, "max": 10**6}).values
    yield exact("status", result["status"], CONVERGED)
    yield check("trajectory", result["trajectory"], reference["trajectory"], *tolerance_of(problem))
    yield check("equilibrium", result["z"], reference["equilibrium"], *tolerance_of(problem))

    # |z'| <= 1e-11 leaves a distance of at most 1e-11 / (1 - r).
    del given["times"]
    result = run("settle", inputs=given, args={"end": 1e6, "tol": 1e-13, "still": 1e-11, "max": 10**6}).values
    yield exact("settled: status", result["status"], CONVERGED)
    yield exact("settled: before t = 100", result["t"] < 100, np.array(True))
    yield check("settled: equilibrium", result["z"], reference["equilibrium"], *tolerance_of(problem))

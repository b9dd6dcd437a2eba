"""The conformance cases of flows of kernels, means and particles: tangent kernels, infinitely deep residual networks
and a mean field game.
"""

import numpy as np

from harness import array, case, check, exact, oracle, partly

CONVERGED = 0

for id in ("ntk.flow_relu_L2", "ntk.flow_erf_L3"):
    partly(id, "the eigenvalues of K")


def f64(values):
    return np.array(values, dtype=np.float64)


def tolerance_of(problem):
    tolerance = problem["tolerance"]["f64"]
    return tolerance["rtol"], tolerance["atol"]


def all_converged(name, got):
    return exact(name, got, np.full(np.shape(got), CONVERGED, dtype=np.int32))


def ntk_flow(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = tolerance_of(problem)
    y, f0 = array(inputs["y"]), array(inputs["f0"])
    data = {"X": np.concatenate([array(inputs["X"]), array(inputs["X_test"])]), "y": y}
    network = {name: inputs[name] for name in ("sigma_w2", "sigma_b2", "hidden_layers")}
    times = f64(inputs["t"])
    # The slowest part shrinks like e^(-0.3 t).
    result = run(
        "flow",
        inputs=data | {"f0": f0, "f0_test": array(inputs["f0_test"]), "times": times},
        args=network | {"end": 200.0, "tol": 1e-13, "max": 10**6},
    ).values
    yield all_converged("status", result["status"])
    for name in ("K", "K_test_train"):
        yield check(name, result[name], reference[name], *tolerance)
    rows = reference["trajectory"]
    for name in ("f_train", "f_test"):
        yield check(name, result[name], [row[name] for row in rows], *tolerance)
    loss = ((result["f_train"] - y) ** 2).sum(axis=-1) / 2
    yield check("loss", loss, [row["loss"] for row in rows], *tolerance)
    # Small eigenvalues: the oracle's notes ask for 1e-7 here.
    yield check("f_test at the end", result["f_test_end"], reference["f_test_infinity"], 1e-7, tolerance[1])

    rows = reference["gradient_descent"]
    eta = f64([row["eta"] for row in rows])
    steps = np.array([row["steps"] for row in rows], dtype=np.int32)
    result = run(
        "descent",
        inputs=data | {"f0": np.tile(f0, (len(rows), 1)), "eta": eta, "end": eta * steps},
        args=network | {"max": 10**6},
    ).values
    yield all_converged("descent: status", result["status"])
    yield exact("descent: steps", result["accepted"], steps)
    yield check("descent: f_train", result["f"], [row["f_train"] for row in rows], *tolerance)


@case("ntk.flow_relu_L2", file="ntk/flow_relu.mlir")
def ntk_flow_relu(run):
    yield from ntk_flow(run, oracle("ntk.flow_relu_L2"))


@case("ntk.flow_erf_L3", file="ntk/flow_erf.mlir")
def ntk_flow_erf(run):
    yield from ntk_flow(run, oracle("ntk.flow_erf_L3"))


@case("hayou.kernel_flow_erf", file="hayou/kernel_flow_erf.mlir")
def kernel_flow_erf(run):
    problem = oracle("hayou.kernel_flow_erf")
    inputs = problem["inputs"]
    result = run(
        "solve",
        args={"q0": inputs["q"], "r0": inputs["q2"], "k0": inputs["K"], "end": inputs["t"], "tol": 1e-13, "max": 10**6},
    ).values
    yield all_converged("status", result["status"])
    for name in ("q", "q2", "K"):
        yield check(name, result[name], problem["reference"][name], *tolerance_of(problem))


@case("hayou.mckean_vlasov_relu", file="hayou/mckean_vlasov_relu.mlir")
def mckean_vlasov_relu(run):
    problem = oracle("hayou.mckean_vlasov_relu")
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = tolerance_of(problem)
    c0, t = f64(inputs["c0"]), inputs["t"]
    result = run(
        "flow",
        inputs={"q0": np.full(len(c0), inputs["q0"]), "c0": c0},
        args={"end": t, "tol": 1e-13, "max": 10**6},
    ).values
    yield all_converged("status", result["status"])
    yield check("variance", result["q"], np.full(len(c0), reference["variance"]), *tolerance)
    yield check("correlation", result["c"], reference["correlation"], *tolerance)
    growth = np.log(result["q"] / inputs["q0"]) / 2
    yield check("growth of the norm", growth, np.full(len(c0), reference["log_growth_postactivation"]), *tolerance)

    rows = reference["finite_depth"]
    layers = np.repeat(np.array([row["L"] for row in rows], dtype=np.int32), len(c0))
    result = run(
        "layers",
        inputs={
            "q0": np.full(len(layers), inputs["q0"]),
            "c0": np.tile(c0, len(rows)),
            "factor": 1 / (1 + t / (2 * layers)),
            "step": t / layers,
        },
        args={"end": t, "max": 10**6},
    ).values
    yield all_converged("layers: status", result["status"])
    yield exact("layers: steps", result["accepted"], layers)
    variance = np.repeat([row["variance"] for row in rows], len(c0))
    yield check("layers: variance", result["q"], variance, *tolerance)
    correlation = np.concatenate([row["correlation"] for row in rows])
    yield check("layers: correlation", result["c"], correlation, *tolerance)


def resnet(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    layers = inputs["L"]
    result = run(
        "solve",
        inputs={"x": array(inputs["x"]), "W": array(inputs["W"])},
        args={"scale": layers**-0.5, "L": layers},
    ).values
    yield exact("layers", result["steps"], layers)
    for name in ("Y_L", "norm_post", "grad_x"):
        yield check(name, result[name], reference[name], *tolerance_of(problem))


@case("hayou.resnet_n8_L64_tanh", file="hayou/resnet_n8_L64_tanh.mlir")
def resnet_n8_l64_tanh(run):
    yield from resnet(run, oracle("hayou.resnet_n8_L64_tanh"))


@case("hayou.resnet_n4_L256_gelu", file="hayou/resnet_n4_L256_gelu.mlir")
def resnet_n4_l256_gelu(run):
    yield from resnet(run, oracle("hayou.resnet_n4_L256_gelu"))


@case("sde.particles_gradient_flow", file="sde/particles_gradient_flow.mlir")
def particles_gradient_flow(run):
    problem = oracle("sde.particles_gradient_flow")
    inputs, reference = problem["inputs"], problem["reference"]
    a, b, end = inputs["a"], inputs["b"], inputs["T"]
    result = run(
        "solve",
        inputs={"x0": array(inputs["x0"]), "times": end * np.linspace(0, 1, 5)},
        args={"a": a, "b": b, "T": end, "tol": 1e-13, "max": 10**6},
    ).values
    yield all_converged("status", result["status"])
    yield check("x_T", result["x"], reference["x_T"], *tolerance_of(problem))
    yield check("mean_T", result["x"].mean(), reference["mean_T"], *tolerance_of(problem))
    energy = a / 2 * (result["xs"] ** 2).mean(axis=-1) + b / 2 * result["xs"].var(axis=-1)
    yield exact("the energy decreases", np.diff(energy) < 0, np.full(4, True))


def mean_field_game(run, problem):
    inputs, reference = problem["inputs"], problem["reference"]
    tolerance = tolerance_of(problem)
    times = f64(inputs["t"])
    # The shooting function is linear in m'(0); any bracket does.
    result = run(
        "solve",
        inputs={"times": times, "times_back": times[::-1].copy()},
        args={name: inputs[name] for name in ("q", "s", "g", "sigma", "m0", "var0", "T")}
        | {"low": -20.0, "high": 20.0, "tol": 1e-13, "max": 10**6},
    ).values
    for name in ("status_back", "status_root", "status"):
        yield all_converged(name, result[name])
    yield check("eta, from the end", result["eta_back"][::-1], reference["eta"], *tolerance)
    for name in ("m", "eta", "rho", "var"):
        yield check(name, result[name], reference[name], *tolerance)


@case("fixed.mfg_lq", file="fixed/mean_field_game.mlir")
def mfg_lq(run):
    yield from mean_field_game(run, oracle("fixed.mfg_lq"))


@case("fixed.mfg_lq_attraction", file="fixed/mean_field_game.mlir")
def mfg_lq_attraction(run):
    yield from mean_field_game(run, oracle("fixed.mfg_lq_attraction"))

"""The rows of other libraries. Each maker imports what it needs, so that a missing one is only its own row.

All fixed points stop on the l2 norm of the change, all integrations on a root mean square of the scaled error, except
Boost.odeint, which has its own norm and controller.
"""

import time

import numpy as np

from .native import Skipped
from .works import Row, ensemble_row, lorenz_slope, vdp_slope

# ---- Fixed points --------------------------------------------------------------------------------------------------


def weights(work):
    """The arrays of the data as a dictionary, gain as a column; what every peer's step takes."""
    d = {n: v for n, v in work.data.items() if isinstance(v, np.ndarray)}
    if "gain" in d:
        d["gain"] = d["gain"][:, None]
    return d


def injection(work, d):
    return d["x"] @ d["u"].T + (d["b"] if work.kind == "deq" else d["b1"])


def step(work, d, tanh):
    """f(z, injection), for one sample or a batch, of any array library."""
    if work.kind == "two_layer":
        return lambda z, i: tanh(z @ d["w1"].T + i) @ d["w2"].T + d["b2"]
    if "gain" in d:
        return lambda z, i: tanh(d["gain"] * (z @ d["w"].T) + i)
    return lambda z, i: tanh(z @ d["w"].T + i)


def numpy_row(work):
    """The whole batch until its last sample has converged."""
    d, last = weights(work), {}
    f = step(work, d, np.tanh)
    tolerance, most = work.data["tolerance"], work.data["max"]

    def call():
        i = injection(work, d)
        z = np.zeros_like(d["x"])
        for k in range(most):
            new = f(z, i)
            change = new - z
            z = new
            if np.sqrt(np.einsum("ij,ij->i", change, change)).max() <= tolerance:
                break
        last["z"], last["k"] = z, k + 1

    return Row("numpy", call, lambda: (last["z"], np.array([last["k"]])))


def torch_row(name):
    def make(work):
        import torch

        torch.set_num_threads(1)
        d = {n: torch.from_numpy(v.copy()) for n, v in weights(work).items()}
        f, last = step(work, d, torch.tanh), {}
        tolerance, most = work.data["tolerance"], work.data["max"]

        def one(z, i):
            new = f(z, i)
            return new, (new - z).norm(dim=1).max()

        if name == "torch-compile":
            one = torch.compile(one)

        def call():
            with torch.no_grad():
                i = injection(work, d)
                z = torch.zeros_like(d["x"])
                for k in range(most):
                    z, change = one(z, i)
                    if change.item() <= tolerance:
                        break
            last["z"], last["k"] = z, k + 1

        return Row(name, call, lambda: (last["z"].numpy(), np.array([last["k"]])))

    return make


def jax_setup(work):
    import jax

    first = next(v for v in work.data.values() if isinstance(v, np.ndarray))
    jax.config.update("jax_enable_x64", first.dtype == np.float64)
    return jax


def jax_row(name, jax, function, arguments):
    """A jitted function that returns (solution, iterations)."""
    last = {}

    def call():
        last["r"] = jax.block_until_ready(function(*arguments))

    row = Row(name, call, lambda: (np.asarray(last["r"][0]), np.asarray(last["r"][1]).reshape(-1)))
    row.keep = (function, arguments)
    return row


def jax_while(work):
    """One while_loop for the whole batch, until its last sample has converged."""
    jax = jax_setup(work)
    jnp = jax.numpy
    d = {n: jnp.asarray(v) for n, v in weights(work).items()}
    return jax_row("jax-while", jax, jax.jit(batched_solve(work, jax)), (d,))


def batched_solve(work, jax):
    jnp = jax.numpy
    tolerance, most = work.data["tolerance"], work.data["max"]

    def solve(d):
        i, f = injection(work, d), step(work, d, jnp.tanh)

        def body(s):
            new = f(s[0], i)
            return new, jnp.linalg.norm(new - s[0], axis=1).max(), s[2] + 1

        z, _, k = jax.lax.while_loop(
            lambda s: (s[1] > tolerance) & (s[2] < most), body, (jnp.zeros_like(d["x"]), jnp.float32(jnp.inf), 0)
        )
        return z, k

    return solve


PER_SAMPLE = ("x", "gain")


def each_sample(work, jax, solve):
    """solve(d) -> (z, k) with the d of one sample, mapped over the batch."""
    d = {n: jax.numpy.asarray(v) for n, v in weights(work).items()}
    axes = {n: 0 if n in PER_SAMPLE else None for n in d}
    return jax.jit(jax.vmap(solve, in_axes=(axes,))), (d,)


def jax_vmap(work):
    """A while_loop per sample, mapped: it runs until the last sample has converged, and selects."""
    jax = jax_setup(work)
    jnp = jax.numpy
    tolerance, most = work.data["tolerance"], work.data["max"]

    def solve(d):
        i, f = injection(work, d), step(work, d, jnp.tanh)

        def body(s):
            new = f(s[0], i)
            return new, jnp.linalg.norm(new - s[0]), s[2] + 1

        z, _, k = jax.lax.while_loop(
            lambda s: (s[1] > tolerance) & (s[2] < most), body, (jnp.zeros_like(d["x"]), jnp.float32(jnp.inf), 0)
        )
        return z, k

    return jax_row("jax-vmap", jax, *each_sample(work, jax, solve))


def jaxopt_row(work):
    """jaxopt.FixedPointIteration per sample, mapped."""
    jax = jax_setup(work)
    import jaxopt

    jnp = jax.numpy

    def solve(d):
        solver = jaxopt.FixedPointIteration(
            step(work, d, jnp.tanh),
            maxiter=work.data["max"],
            tol=work.data["tolerance"],
            implicit_diff=False,
            unroll=False,
        )
        found = solver.run(jnp.zeros_like(d["x"]), injection(work, d))
        return found.params, found.state.iter_num

    return jax_row("jaxopt", jax, *each_sample(work, jax, solve))


def optimistix_row(work):
    """optimistix.fixed_point per sample, mapped."""
    jax = jax_setup(work)
    import optimistix

    jnp = jax.numpy
    solver = optimistix.FixedPointIteration(rtol=0.0, atol=work.data["tolerance"], norm=optimistix.two_norm)

    def solve(d):
        i, f = injection(work, d), step(work, d, jnp.tanh)
        found = optimistix.fixed_point(
            lambda z, _: f(z, i), solver, jnp.zeros_like(d["x"]), max_steps=work.data["max"], throw=False
        )
        return found.value, found.stats["num_steps"]

    return jax_row("optimistix", jax, *each_sample(work, jax, solve))


# ---- Kepler's equation ---------------------------------------------------------------------------------------------


def newton(library, x, m, e):
    return x - (x - e * library.sin(x) - m) / (1.0 - e * library.cos(x))


def kepler_numpy(work):
    m, e, last = work.data["anomaly"], work.data["eccentricity"], {}

    def call():
        x = m
        for k in range(work.data["max"]):
            new = newton(np, x, m, e)
            change = np.abs(new - x).max()
            x = new
            if change <= work.data["tolerance"]:
                break
        last["x"], last["k"] = x, k + 1

    return Row("numpy", call, lambda: (last["x"][:, None], np.array([last["k"]])))


def kepler_scipy(work):
    """scipy.optimize.newton on arrays; it stops when all have converged."""
    from scipy.optimize import newton as solve

    m, e, last = work.data["anomaly"], work.data["eccentricity"], {}

    def call():
        last["x"] = solve(
            lambda x: x - e * np.sin(x) - m, m, fprime=lambda x: 1 - e * np.cos(x), tol=work.data["tolerance"]
        )

    return Row("scipy", call, lambda: (last["x"][:, None], None))


def kepler_torch(name):
    def make(work):
        import torch

        torch.set_num_threads(1)
        m, e = (torch.from_numpy(work.data[n].copy()) for n in ("anomaly", "eccentricity"))
        last = {}

        def one(x):
            new = newton(torch, x, m, e)
            return new, (new - x).abs().max()

        if name == "torch-compile":
            one = torch.compile(one)

        def call():
            x = m
            for k in range(work.data["max"]):
                x, change = one(x)
                if change.item() <= work.data["tolerance"]:
                    break
            last["x"], last["k"] = x, k + 1

        return Row(name, call, lambda: (last["x"].numpy()[:, None], np.array([last["k"]])))

    return make


def kepler_jax(mapped):
    def make(work):
        jax = jax_setup(work)
        jnp = jax.numpy
        m, e = (jnp.asarray(work.data[n]) for n in ("anomaly", "eccentricity"))
        tolerance, most = work.data["tolerance"], work.data["max"]

        def solve(m, e):
            def body(s):
                new = newton(jnp, s[0], m, e)
                return new, jnp.abs(new - s[0]).max(), s[2] + 1

            x, _, k = jax.lax.while_loop(
                lambda s: (s[1] > tolerance) & (s[2] < most), body, (m, jnp.float64(jnp.inf), 0)
            )
            return x[..., None], k

        function = jax.jit(jax.vmap(solve) if mapped else solve)
        return jax_row("jax-vmap" if mapped else "jax-while", jax, function, (m, e))

    return make


# ---- Ordinary differential equations -------------------------------------------------------------------------------

A = [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
E = [71 / 86400, 0, -142 / 50085, 71 / 2880, -5751 / 169600, 44 / 1575, -1 / 60]


def slope_of(work):
    return lorenz_slope if work.kind == "lorenz" else vdp_slope


def scipy_row(work):
    """solve_ivp, RK45, trajectory by trajectory: a few of them, as a share of the ensemble."""
    from scipy.integrate import solve_ivp

    d = work.data
    few = np.linspace(0, len(d["parameter"]) - 1, min(len(d["parameter"]), 20)).astype(int)
    f, last = slope_of(work), np.full((len(d["parameter"]), len(d["start"])), np.nan)
    steps = np.zeros(len(few))

    def call():
        for j, s in enumerate(few):
            found = solve_ivp(
                lambda t, y, p: f(y, p), (0.0, d["end"]), d["start"], args=(d["parameter"][s],), method="RK45",
                rtol=d["tolerance"], atol=d["tolerance"], first_step=0.01,
            )  # fmt: skip
            last[s], steps[j] = found.y[:, -1], (found.nfev - 1) // 6

    row = Row("scipy", call, lambda: (last, steps), share=len(few) / len(d["parameter"]))
    if row.share < 1:
        row.notes.append(f"{len(few)} trajectories, scaled")
    return row


def jax_ode(work):
    """Dormand-Prince 5 by hand, as in bench/limits/ode.h, in a while_loop per trajectory, mapped."""
    jax = jax_setup(work)
    jnp = jax.numpy
    d, f = work.data, slope_of(work)
    dtype = d["parameter"].dtype
    end, tolerance = dtype.type(d["end"]), dtype.type(d["tolerance"])
    near = end * dtype.type(1 - (1e-12 if dtype == np.float64 else 1e-6))

    def solve(p):
        def slope(y):
            return jnp.stack(f(y, p))

        def body(s):
            t, h, y, k1, n = s
            h = jnp.minimum(h, end - t)
            k = [k1]
            for row in A:
                w = y + h * sum(dtype.type(a) * q for a, q in zip(row, k) if a)
                k.append(slope(w))
            e = h * sum(dtype.type(a) * q for a, q in zip(E, k) if a)
            scale = tolerance + tolerance * jnp.maximum(jnp.abs(y), jnp.abs(w))
            error = jnp.sqrt(jnp.mean((e / scale) ** 2)) + dtype.type(1e-10)
            ok = error <= 1
            factor = jnp.clip(dtype.type(0.9) * error ** dtype.type(-0.2), dtype.type(0.2), dtype.type(10))
            factor = jnp.where(ok, jnp.maximum(factor, 1), factor)
            t, y, k1 = jnp.where(ok, t + h, t), jnp.where(ok, w, y), jnp.where(ok, k[-1], k1)
            return t, h * factor, y, k1, n + 1

        y0 = jnp.array(d["start"], dtype=dtype)
        s = (dtype.type(0), dtype.type(0.01), y0, slope(y0), 0)
        s = jax.lax.while_loop(lambda s: s[0] < near, body, s)
        return s[2], s[4]

    return jax_row("jax-vmap", jax, jax.jit(jax.vmap(solve)), (jnp.asarray(d["parameter"]),))


def diffrax_row(work):
    """diffeqsolve with Dopri5 and its default controller, mapped over the ensemble."""
    jax = jax_setup(work)
    import diffrax

    jnp = jax.numpy
    d, f = work.data, slope_of(work)
    dtype = d["parameter"].dtype
    term = diffrax.ODETerm(lambda t, y, p: jnp.stack(f(y, p)))
    control = diffrax.PIDController(rtol=d["tolerance"], atol=d["tolerance"])

    def solve(p):
        found = diffrax.diffeqsolve(
            term, diffrax.Dopri5(), t0=dtype.type(0), t1=dtype.type(d["end"]), dt0=dtype.type(0.01),
            y0=jnp.array(d["start"], dtype=dtype), args=p, stepsize_controller=control,
            saveat=diffrax.SaveAt(t1=True), max_steps=100_000, throw=False,
            adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return found.ys[0], found.stats["num_steps"]

    return jax_row("diffrax", jax, jax.jit(jax.vmap(solve)), (jnp.asarray(d["parameter"]),))


def odeint_row(work):
    """Compiled C++ with the same flags as the limit kernel. Counts are of accepted steps."""
    return ensemble_row(work, "boost", "odeint", "odeint")


def heyoka_row(work):
    """heyoka's Taylor method in batches of the machine's width, called from Python."""
    import heyoka

    d = work.data
    if d["parameter"].dtype != np.float64:
        raise Skipped("f64 only")
    p, size, batch = d["parameter"], len(d["start"]), heyoka.recommended_simd_size()
    names = ["x", "y", "z"][:size]
    variables = heyoka.make_vars(*names)
    system = list(zip(variables, slope_of(work)(variables, heyoka.par[0])))
    start = np.repeat(np.array(d["start"])[:, None], batch, axis=1)
    single = len(p) < batch
    if single:
        solver = heyoka.taylor_adaptive(system, d["start"], tol=d["tolerance"], pars=[p[0]])
    else:
        solver = heyoka.taylor_adaptive_batch(system, start, tol=d["tolerance"], pars=np.zeros((1, batch)))
    y, steps, end = np.empty((len(p), size)), np.empty(len(p)), [d["end"]] * batch

    def call():
        if single:
            for s in range(len(p)):
                solver.time, solver.state[:], solver.pars[0] = 0.0, d["start"], p[s]
                steps[s] = solver.propagate_until(d["end"])[3]
                y[s] = solver.state
            return
        for s in range(0, len(p), batch):
            s = min(s, len(p) - batch)
            solver.set_time([0.0] * batch)
            solver.state[:] = start
            solver.pars[0, :] = p[s : s + batch]
            solver.propagate_until(end)
            y[s : s + batch] = solver.state.T
            steps[s : s + batch] = [r[3] for r in solver.propagate_res]

    return Row("heyoka", call, lambda: (y, steps))


# ---- Compile times -------------------------------------------------------------------------------------------------


def compile_jax(work):
    """From a Python function to machine code: trace, lower and compile, in a process that has compiled before."""
    jax = jax_setup(work)
    jnp = jax.numpy
    d = {n: jnp.asarray(v) for n, v in weights(work).items()}

    def call():
        solve = batched_solve(work, jax)
        start = time.perf_counter()
        jax.jit(lambda d: solve(d)).lower(d).compile()
        return time.perf_counter() - start

    return Row("jax-while", call, timed=True)


def compile_torch(work):
    """torch.compile of one step, and its first call, without caches."""
    import torch

    torch.set_num_threads(1)
    d = {n: torch.from_numpy(v.copy()) for n, v in weights(work).items()}
    f, i = step(work, d, torch.tanh), injection(work, d)

    def call():
        torch._dynamo.reset()
        start = time.perf_counter()
        with torch.no_grad():
            torch.compile(lambda z, i: ((new := f(z, i)), (new - z).norm(dim=1).max()))(i, i)
        return time.perf_counter() - start

    return Row("torch-compile", call, timed=True, at_most=2)


FIXED_POINT = {
    "numpy": numpy_row,
    "torch-eager": torch_row("torch-eager"),
    "torch-compile": torch_row("torch-compile"),
    "jax-while": jax_while,
    "jax-vmap": jax_vmap,
    "jaxopt": jaxopt_row,
    "optimistix": optimistix_row,
}
ODE = {
    "boost": odeint_row,
    "jax-vmap": jax_ode,
    "diffrax": diffrax_row,
    "heyoka": heyoka_row,
    "scipy": scipy_row,
}
KEPLER = {
    "numpy": kepler_numpy,
    "scipy": kepler_scipy,
    "torch-eager": kepler_torch("torch-eager"),
    "torch-compile": kepler_torch("torch-compile"),
    "jax-while": kepler_jax(False),
    "jax-vmap": kepler_jax(True),
}
COMPILE = {"deq": {"jax-while": compile_jax, "torch-compile": compile_torch}, "lorenz": {}}
NAMES = sorted({*FIXED_POINT, *ODE, *KEPLER})


def make_rows(work, wanted):
    """(name, function that makes the row) of the wanted peers; `wanted` None: of all."""
    if work.base == "goal":
        table = COMPILE[work.kind]
    else:
        table = {"deq": FIXED_POINT, "two_layer": FIXED_POINT, "kepler": KEPLER}.get(work.kind, ODE)
    return [(n, lambda m=m: m(work)) for n, m in table.items() if wanted is None or n in wanted]

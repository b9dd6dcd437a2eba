"""The rows of other libraries on a GPU. A library that is not installed is only its own row.

Where bench/harness/peers.py has a row for the CPU, this is the same function on the GPU. device_ms has inputs and
results there; host_ms begins and ends with arrays of NumPy. All arithmetic is of the full precision of the type.
"""

import numpy as np

from harness import peers as cpu_peers
from harness import works as cpu_works


def plain(work, data):
    kind = {"deq_gain": "deq"}.get(work.program.kind, work.program.kind)
    return cpu_works.Work(work.name, kind, data)


def rows(work, data, gpu, median_ms):
    """[(name, function that measures)]; the function gives (record, solution, counts or None)."""
    program, found = work.program, []

    def add(name, maker):
        found.append((name, lambda: maker(work, data, gpu, median_ms)))

    if program.kind.startswith("deq"):
        add("jax-while", from_cpu(cpu_peers.jax_while))
        add("jax-vmap", from_cpu(cpu_peers.jax_vmap))
        add("torch-eager", torch_deq)
    elif program.kind == "kepler":
        add("jax-while", from_cpu(cpu_peers.kepler_jax(False)))
        add("jax-vmap", from_cpu(cpu_peers.kepler_jax(True)))
    elif program.steps:
        if program.method == "rk4":
            add("jax-while", jax_rk4)
            add("torch-eager", torch_rk4)
            add("torchdiffeq", torchdiffeq)
        else:
            add("diffrax", diffrax)
    else:
        # The method by hand is Dormand and Prince's, in rows of tsit5 too.
        add("jax-vmap", from_cpu(cpu_peers.jax_ode))
        add("diffrax", diffrax)
        add("torchdiffeq", torchdiffeq)
    return found


# ---- JAX -----------------------------------------------------------------------------------------------------------


def jax_ready(work, gpu):
    import jax

    jax.config.update("jax_default_matmul_precision", "highest")
    jax.config.update("jax_enable_x64", work.program.type == "f64")
    if gpu.type == 2 and jax.default_backend() != "gpu":
        raise ImportError(f"JAX has no GPU, but {jax.default_backend()}", name="jax with CUDA")
    return jax


def from_cpu(maker):
    def measure(work, data, gpu, median_ms):
        jax = jax_ready(work, gpu)
        function, arguments = maker(plain(work, data)).keep
        return measure_jax(jax, function, arguments, median_ms)

    return measure


def measure_jax(jax, function, arguments, median_ms):
    record = {"device_ms": median_ms(lambda: jax.block_until_ready(function(*arguments)))}
    host = jax.tree_util.tree_map(np.asarray, arguments)
    record["host_ms"] = median_ms(lambda: jax.tree_util.tree_map(np.asarray, function(*host)))
    solution, counts = function(*arguments)
    return record, np.asarray(solution), np.asarray(counts).reshape(-1)


def jax_rk4(work, data, gpu, median_ms):
    """The classical method for the whole ensemble, in a loop of fixed length."""
    jax = jax_ready(work, gpu)
    jnp, steps = jax.numpy, work.program.steps
    kind = data["parameter"].dtype.type
    h, slope = kind(data["end"] / steps), cpu_peers.slope_of(plain(work, data))

    def solve(p):
        def f(y):
            return jnp.stack(slope(y, p))

        def body(_, y):
            k1 = f(y)
            k2 = f(y + kind(0.5) * h * k1)
            k3 = f(y + kind(0.5) * h * k2)
            k4 = f(y + h * k3)
            return y + h / kind(6) * (k1 + kind(2) * (k2 + k3) + k4)

        start = jnp.array(data["start"], kind)[:, None] * jnp.ones_like(p)
        return jax.lax.fori_loop(0, steps, body, start).T, jnp.full(1, steps)

    return measure_jax(jax, jax.jit(solve), (jnp.asarray(data["parameter"]),), median_ms)


def diffrax(work, data, gpu, median_ms):
    """diffeqsolve with the method of the work, mapped over the ensemble."""
    jax = jax_ready(work, gpu)
    import diffrax

    jnp, program = jax.numpy, work.program
    kind, slope = data["parameter"].dtype.type, cpu_peers.slope_of(plain(work, data))
    term = diffrax.ODETerm(lambda t, y, p: jnp.stack(slope(y, p)))
    method = {"tsit5": diffrax.Tsit5, "dp5": diffrax.Dopri5}[program.method]()
    control, first = diffrax.ConstantStepSize(), data["end"] / max(program.steps, 1)
    if not program.steps:
        control, first = diffrax.PIDController(rtol=work.tolerance, atol=work.tolerance), 0.01

    def solve(p):
        found = diffrax.diffeqsolve(
            term, method, t0=kind(0), t1=kind(data["end"]), dt0=kind(first), y0=jnp.array(data["start"], kind), args=p,
            stepsize_controller=control, saveat=diffrax.SaveAt(t1=True), max_steps=100_000, throw=False,
            adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return found.ys[0], found.stats["num_steps"]

    return measure_jax(jax, jax.jit(jax.vmap(solve)), (jnp.asarray(data["parameter"]),), median_ms)


# ---- PyTorch -------------------------------------------------------------------------------------------------------


def torch_ready(gpu):
    import torch

    if gpu.type == 2 and not torch.cuda.is_available():
        raise ImportError("PyTorch has no GPU", name="torch with CUDA")
    torch.backends.cuda.matmul.allow_tf32 = False
    return torch, torch.device("cuda" if gpu.type == 2 else "cpu")


def measure_torch(torch, place, solve, arrays, median_ms):
    """solve: of tensors by name, gives (solution, counts or None)."""

    def wait():
        if place.type == "cuda":
            torch.cuda.synchronize()

    there = {name: torch.from_numpy(a).to(place) for name, a in arrays.items()}
    last = {}

    def on_device():
        with torch.no_grad():
            last["r"] = solve(there)
        wait()

    def from_host():
        with torch.no_grad():
            found = solve({name: torch.from_numpy(a).to(place) for name, a in arrays.items()})
        return found[0].cpu().numpy()

    record = {"device_ms": median_ms(on_device), "host_ms": median_ms(from_host)}
    solution, counts = last["r"]
    return record, solution.cpu().numpy(), counts


def torch_deq(work, data, gpu, median_ms):
    """The whole batch until its last sample has converged; the host looks after every iteration."""
    torch, place = torch_ready(gpu)
    simple = plain(work, data)

    def solve(d):
        f, i = cpu_peers.step(simple, d, torch.tanh), cpu_peers.injection(simple, d)
        z = torch.zeros_like(d["x"])
        for k in range(data["max"]):
            new = f(z, i)
            change = (new - z).norm(dim=1).max()
            z = new
            if change.item() <= data["tolerance"]:
                break
        return z, np.array([k + 1])

    return measure_torch(torch, place, solve, cpu_peers.weights(simple), median_ms)


def torch_rk4(work, data, gpu, median_ms):
    torch, place = torch_ready(gpu)
    slope, steps = cpu_peers.slope_of(plain(work, data)), work.program.steps
    h = data["end"] / steps

    def solve(d):
        start = torch.tensor(data["start"], dtype=d["p"].dtype, device=d["p"].device)
        y = start[:, None].repeat(1, len(d["p"]))

        def f(y):
            return torch.stack(slope(y, d["p"]))

        for _ in range(steps):
            k1 = f(y)
            k2 = f(y + 0.5 * h * k1)
            k3 = f(y + 0.5 * h * k2)
            k4 = f(y + h * k3)
            y = y + h / 6 * (k1 + 2 * (k2 + k3) + k4)
        return y.T, np.array([steps])

    return measure_torch(torch, place, solve, {"p": data["parameter"]}, median_ms)


def torchdiffeq(work, data, gpu, median_ms):
    """odeint of the ensemble as one system: one step size for all."""
    torch, place = torch_ready(gpu)
    import torchdiffeq as library

    slope, program = cpu_peers.slope_of(plain(work, data)), work.program
    how = {"method": "dopri5", "rtol": work.tolerance, "atol": work.tolerance}
    if program.steps:
        how = {"method": "rk4", "options": {"step_size": data["end"] / program.steps}}

    def solve(d):
        p = d["p"]
        start = torch.tensor(data["start"], dtype=p.dtype, device=p.device)[:, None].repeat(1, len(p))
        times = torch.tensor([0.0, data["end"]], dtype=p.dtype, device=p.device)
        return library.odeint(lambda t, y: torch.stack(slope(y, p)), start, times, **how)[-1].T, None

    return measure_torch(torch, place, solve, {"p": data["parameter"]}, median_ms)

"""Trains the equilibrium model on digits.npz and writes weights.npz. NumPy only, about ten seconds on one core.

    z = tanh(W z + U x + b)        the equilibrium: what eq solves
    logits = V z + c               the read-out

The gradient does not go through the steps of the iteration. At the equilibrium, with D = diag(1 - z^2) and the loss l,
    (I - W^T D) lam = dl/dz,       q = D lam,
    dl/dW = q z^T,  dl/dU = q x^T,  dl/db = q       (summed over the samples)
is one linear system per sample, solved by iteration in the same way as the equilibrium.

W is kept at a spectral norm of at most 0.9. As |tanh'| <= 1, the map then contracts for every image, so that there is
exactly one equilibrium, and both iterations reach it.

    train.py            train, write weights.npz, print the accuracies
    train.py --check    compare the gradient with central differences
"""

import os

# One thread: the products are small, and sums are then made in the same order on every run. Must precede NumPy.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 0
UNITS, PIXELS, CLASSES = 64, 64, 10
SPECTRAL_LIMIT = 0.9
# Chosen by four-fold cross-validation on the training images alone.
EPOCHS, BATCH = 120, 64
LEARNING_RATE = 1e-2
WEIGHT_DECAY = 1e-2
INPUT_NOISE = 0.2


def limit_spectral_norm(w):
    """The matrix nearest to w whose singular values are at most SPECTRAL_LIMIT."""
    left, values, right = np.linalg.svd(w)
    # The margin leaves room for rounding to float32.
    return (left * np.minimum(values, SPECTRAL_LIMIT - 1e-6)) @ right


def initial_parameters(rng):
    return {
        "w": limit_spectral_norm(rng.normal(0, 0.5 / np.sqrt(UNITS), (UNITS, UNITS))),
        "u": rng.normal(0, 1 / np.sqrt(PIXELS), (UNITS, PIXELS)),
        "b": np.zeros(UNITS),
        "v": rng.normal(0, 1 / np.sqrt(UNITS), (CLASSES, UNITS)),
        "c": np.zeros(CLASSES),
    }


def iterate(step, start, tolerance):
    """Applies `step` until no entry changes by more than `tolerance`."""
    value = start
    # A contraction by 0.9 gains a decimal digit in 22 steps; 1,000 steps are far more than float64 has digits.
    for _ in range(1000):
        value, last = step(value), value
        if np.max(np.abs(value - last)) <= tolerance:
            return value
    raise RuntimeError(f"expected the iteration to change by at most {tolerance} after 1000 steps, but it did not")


def equilibrium(p, x, tolerance):
    drive = x @ p["u"].T + p["b"]
    return iterate(lambda z: np.tanh(z @ p["w"].T + drive), np.zeros_like(drive), tolerance)


def logits_of(p, x, tolerance=1e-7):
    return equilibrium(p, x, tolerance) @ p["v"].T + p["c"]


def loss_and_gradient(p, x, labels, tolerance=1e-6):
    """The mean cross-entropy of a batch and its gradient by every parameter."""
    n = len(x)
    z = equilibrium(p, x, tolerance)
    logits = z @ p["v"].T + p["c"]
    logits -= logits.max(axis=1, keepdims=True)
    log_probability = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -log_probability[np.arange(n), labels].mean()

    by_logits = np.exp(log_probability)
    by_logits[np.arange(n), labels] -= 1
    by_logits /= n
    by_z = by_logits @ p["v"]
    d = 1 - z * z
    # Scaled by n, because the tolerance is meant for the gradient of one sample.
    lam = iterate(lambda l: n * by_z + (d * l) @ p["w"], n * by_z, tolerance) / n
    q = d * lam
    gradient = {
        "w": q.T @ z,
        "u": q.T @ x,
        "b": q.sum(axis=0),
        "v": by_logits.T @ z,
        "c": by_logits.sum(axis=0),
    }
    return loss, gradient


def train(x, labels, rng, report=None):
    """Adam with a cosine schedule, decoupled weight decay on the matrices, and the limit on W after every step."""
    p = initial_parameters(rng)
    mean = {k: np.zeros_like(a) for k, a in p.items()}
    square = {k: np.zeros_like(a) for k, a in p.items()}
    steps = EPOCHS * (len(x) // BATCH)
    step = 0
    for epoch in range(EPOCHS):
        order = rng.permutation(len(x))
        losses = []
        for first in range(0, len(x) - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            noisy = x[batch] + rng.normal(0, INPUT_NOISE, (BATCH, PIXELS))
            loss, gradient = loss_and_gradient(p, noisy, labels[batch])
            losses.append(loss)
            rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            step += 1
            for k, g in gradient.items():
                mean[k] = 0.9 * mean[k] + 0.1 * g
                square[k] = 0.999 * square[k] + 0.001 * g * g
                change = (mean[k] / (1 - 0.9**step)) / (np.sqrt(square[k] / (1 - 0.999**step)) + 1e-8)
                decay = WEIGHT_DECAY * p[k] if p[k].ndim == 2 else 0
                p[k] = p[k] - rate * (change + decay)
            p["w"] = limit_spectral_norm(p["w"])
        if report and (epoch % 20 == 19):
            report(epoch + 1, np.mean(losses))
    return p


def accuracy(p, x, labels):
    return np.mean(np.argmax(logits_of(p, x), axis=1) == labels)


def check_gradient():
    """Central differences on 20 entries of every parameter, with the equilibria solved to the last digits."""
    rng = np.random.default_rng(SEED)
    p = initial_parameters(rng)
    p["w"] = limit_spectral_norm(4 * p["w"])
    x, labels = rng.uniform(0, 1, (8, PIXELS)), rng.integers(0, CLASSES, 8)
    _, gradient = loss_and_gradient(p, x, labels, 1e-14)
    h = 1e-5
    worst = 0.0
    for name, g in gradient.items():
        entries = rng.choice(g.size, min(20, g.size), replace=False)
        numeric = np.empty(len(entries))
        for i, entry in enumerate(entries):
            at = np.unravel_index(entry, g.shape)
            losses = []
            for sign in (+1, -1):
                moved = dict(p, **{name: p[name].copy()})
                moved[name][at] += sign * h
                losses.append(loss_and_gradient(moved, x, labels, 1e-14)[0])
            numeric[i] = (losses[0] - losses[1]) / (2 * h)
        # Relative to the largest entry: differences carry rounding of 1e-16 / h and a truncation error of order h^2.
        error = np.max(np.abs(numeric - g.flat[entries])) / np.max(np.abs(numeric))
        worst = max(worst, error)
        print(f"d loss / d {name}: largest difference {error:.1e} of the largest entry, {len(entries)} entries")
    if not worst <= 1e-7:
        sys.exit(f"expected the gradient to agree with central differences within 1e-7, but got {worst:.1e}")
    print("the gradient agrees with central differences within 1e-7")


def main():
    parser = argparse.ArgumentParser(description="Trains the equilibrium model on digits.npz.")
    parser.add_argument("--check", action="store_true", help="compare the gradient with central differences and stop")
    parser.add_argument("--out", type=Path, default=HERE / "weights.npz", help="where the weights go")
    options = parser.parse_args()
    if options.check:
        check_gradient()
        return

    began = time.perf_counter()
    with np.load(HERE / "digits.npz") as data:
        x, labels, held_out = data["pixels"].astype(np.float64), data["labels"], data["held_out"]
    # The held-out images are used only for the last line.
    p = train(
        x[~held_out],
        labels[~held_out],
        np.random.default_rng(SEED),
        lambda epoch, loss: print(f"epoch {epoch:3}: loss {loss:.4f}", flush=True),
    )
    weights = {k: a.astype(np.float32) for k, a in p.items()}
    norm = np.linalg.norm(weights["w"].astype(np.float64), 2)
    if norm > SPECTRAL_LIMIT:
        sys.exit(f"expected the spectral norm of W to be at most {SPECTRAL_LIMIT}, but got {norm}")
    # Not compressed, so that the simplest reader can open it.
    np.savez(options.out, **weights)

    p = {k: a.astype(np.float64) for k, a in weights.items()}
    print(f"spectral norm of W {norm:.6f}; {time.perf_counter() - began:.0f} s")
    print(f"accuracy: trained on {100 * accuracy(p, x[~held_out], labels[~held_out]):.2f} %, "
          f"held out {100 * accuracy(p, x[held_out], labels[held_out]):.2f} %")


if __name__ == "__main__":
    main()

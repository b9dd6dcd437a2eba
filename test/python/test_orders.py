"""Every Runge-Kutta method, and its interpolant, is of the order it claims."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Orders"))

import orders  # noqa: E402


@pytest.mark.parametrize("method, order, between, problem, steps", orders.METHODS, ids=[row[0] for row in orders.METHODS])
def test_order(method, order, between, problem, steps):
    got, got_between, _, _ = orders.observe(method, problem, steps)
    assert len(steps) >= 4
    assert abs(got - order) <= 0.2
    assert abs(got_between - between) <= 0.2

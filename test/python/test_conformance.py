"""Every conformance case under every schedule, and that docs/Conformance.md is up to date."""

import sys
from pathlib import Path

import numpy as np
import pytest

CONFORMANCE = Path(__file__).resolve().parent.parent / "Conformance"
sys.path.insert(0, str(CONFORMANCE))

import conformance  # noqa: E402
import harness  # noqa: E402

ROWS = [(id, schedule) for id in sorted(harness.CASES) for schedule in harness.SCHEDULES]
OUTCOMES = {}
CLAIMED = conformance.verdicts(conformance.DOCUMENT.read_text())


def outcome_of(id, schedule):
    if (id, schedule) not in OUTCOMES:
        OUTCOMES[id, schedule] = harness.perform(id, schedule)
    return OUTCOMES[id, schedule]


@pytest.mark.parametrize("id, schedule", ROWS)
def test_case(id, schedule):
    outcome = outcome_of(id, schedule)
    assert outcome.passed, outcome.misses()


@pytest.mark.parametrize("kind", harness.AFFORDED)
@pytest.mark.parametrize("id", sorted(harness.CASES))
def test_schedules_have_the_bits_of_serial(id, kind):
    comparison = harness.compare_bits(outcome_of(id, "serial"), kind, harness.AFFORDED[kind])
    # Where the document says so, something ran in this way.
    assert comparison.verdict == CLAIMED[id, kind], "\n".join(comparison.differences)
    assert comparison.verdict in ("same", "none")


def test_another_bit_is_a_difference():
    """The comparison sees one bit, a NaN in one of both, and a type; all NaNs are one."""
    one = np.array([1.0, np.nan])
    payload = np.array([1.0, 0.0])
    payload.view(np.uint64)[1] = 0xFFF8000000000001
    assert harness.as_bits(one) == harness.as_bits(payload)
    for other in (np.nextafter(one, 2.0), np.array([1.0, 0.0]), one.astype(np.float32), one[:1]):
        assert harness.as_bits(one) != harness.as_bits(other)
    assert harness.as_bits(np.array([0.0])) != harness.as_bits(np.array([-0.0]))


def test_document_is_up_to_date():
    # What it says of bits, if it does, is held by the test above.
    stale = conformance.differences([outcome_of(*row) for row in ROWS], [])
    assert not stale, "\n".join(stale)


def test_every_problem_of_the_family_is_a_case_or_listed():
    """All fixed-point problems and initial value problems; of the other families only some, which are named here."""
    known = harness.CASES.keys() | harness.LISTED.keys()
    whole = ("fixed.", "deq.", "ode.", "node.", "ntk.flow_", "hayou.resnet_")
    wanted = {id for id in harness.problems() if id.startswith(whole)}
    wanted |= {"status.scalar_maps", "status.linear_maps", "status.gradient_play", "status.deq_regimes"}
    wanted |= {"eoc.tanh_fixed_points", "eoc.erf_fixed_points", "eoc.relu_slow"}
    wanted |= {"ntk.relu_L1", "ntk.relu_L3", "ntk.erf_L1", "hayou.kernel_flow_erf", "hayou.mckean_vlasov_relu"}
    wanted |= {"status.ode", "sde.particles_gradient_flow"}
    wanted |= {"qec.belief_propagation_p10", "qec.belief_propagation_p01"}
    assert sorted(wanted - known) == []


# The checks themselves can fail: a wrong number, a NaN, a wrong shape, nothing at all.


@pytest.mark.parametrize(
    "got, want, passes",
    [
        (1.0 + 1e-9, 1.0, True),
        (1.0 + 3e-9, 1.0, False),
        ([1.0, 2.0], [1.0, 2.1], False),
        (float("nan"), 1.0, False),
        (float("nan"), float("nan"), False),
        (float("inf"), 1.0, False),
        (float("inf"), float("inf"), True),
        (float("inf"), float("-inf"), False),
        ([1.0], 1.0, False),
        ([], [], False),
    ],
)
def test_check(got, want, passes):
    assert harness.check("x", got, want, rtol=1e-9, atol=1e-9).passed == passes


@pytest.mark.parametrize("got, want, passes", [(3, 3, True), (4, 3, False), ([3], 3, False), ([], [], False)])
def test_exact(got, want, passes):
    assert harness.exact("x", got, want).passed == passes


@pytest.mark.parametrize(
    "got, last, previous, passes",
    [
        (10, 0.5, 1.5, True),
        (11, 0.5, 1.5, False),
        (9, 0.5, 1.5, False),
        (11, 0.99, 1.5, True),
        (9, 0.99, 1.5, False),
        (12, 0.99, 1.5, False),
        (9, 0.5, 1.01, True),
        (11, 0.5, 1.01, False),
        ([9, 10, 11], 0.99, 1.01, True),
        ([8, 10, 10], 0.99, 1.01, False),
    ],
)
def test_counts(got, last, previous, passes):
    want = [10] * len(got) if isinstance(got, list) else 10
    assert harness.counts("n", got, want, last, previous).passed == passes

import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.nmf import started
from tests.clustering.consensus.ensembles import noisy, uneven


def whole(factors, rows):
    """M and Q over all samples."""
    H = np.repeat(factors.H.toarray(), rows.sizes, axis=0)
    return H @ H.T, np.repeat(factors.Q, rows.sizes, axis=0)


def test_cost_and_steps_are_those_of_all_samples():
    rows = Ensemble.of(noisy(n=90, m=5)[1]).rows
    factors = started(rows, 3)
    M, Q = whole(factors, rows)
    S = factors.S
    assert factors.cost() == pytest.approx(((M - Q @ S @ Q.T) ** 2).sum())
    Q = Q * np.sqrt(M @ Q @ S / (Q @ Q.T @ M @ Q @ S + 1e-8))
    S = S * np.sqrt(Q.T @ M @ Q / (Q.T @ Q @ S @ Q.T @ Q + 1e-8))
    stepped = factors.updated()
    np.testing.assert_allclose(whole(stepped, rows)[1], Q)
    np.testing.assert_allclose(stepped.S, S)


@pytest.mark.parametrize("ensemble", [Ensemble.of(noisy(n=90, m=5)[1]), uneven(n=90), uneven(missing=0.2)])
def test_no_step_costs_more(ensemble):
    """But for traces near the end, where the step of Q keeps it orthogonal at the cost of the fit."""
    factors = started(ensemble.rows, 4)
    costs = [factors.cost()]
    for _ in range(100):
        factors = factors.updated()
        costs.append(factors.cost())
    assert (np.diff(costs) <= 1e-4 * np.array(costs[1:])).all()
    assert costs[-1] < 0.95 * costs[0]

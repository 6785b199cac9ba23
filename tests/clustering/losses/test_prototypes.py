import math

import pytest
import torch
from torch.nn.functional import normalize

from clustering.losses.bootstrap import bootstrap
from clustering.losses.prototypes import alignment, prototypes, scattering


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def sphere(*shape, seed=0):
    return normalize(drawn(*shape, seed=seed), dim=-1)


def typed_out(own, other, present, temperature):
    """Equation 7, one cluster and one exponential at a time, over the clusters that are present."""
    there = [k for k in range(len(own)) if present[k]]
    total = 0.0
    for k in there:
        right = math.exp(float(own[k] @ other[k]) / temperature)
        wrong = sum(math.exp(float(own[k] @ own[j]) / temperature) for j in there if j != k)
        total -= math.log(right / (right + wrong))
    return total / len(there)


def test_alignment_is_twice_the_mean_cosine_and_lies_within_2():
    p, t = drawn(6, 3), drawn(6, 3, seed=1)
    cosines = [
        float(a @ b) / math.dist(a, torch.zeros(3)) / math.dist(b, torch.zeros(3))
        for a, b in zip(p, t, strict=True)
    ]
    assert alignment(p, t).item() == pytest.approx(-2 * sum(cosines) / 6)
    assert alignment(p, 3 * p).item() == pytest.approx(-2)
    assert alignment(p, -p).item() == pytest.approx(2)


def test_alignment_without_noise_is_byols_loss_less_2():
    p, t = drawn(6, 3), drawn(6, 3, seed=1)
    assert alignment(p, t).item() == pytest.approx(bootstrap(p, t).item() - 2)


def test_the_target_receives_no_gradient():
    p, t = drawn(6, 3).requires_grad_(), drawn(6, 3, seed=1).requires_grad_()
    alignment(p, t).backward()
    assert p.grad is not None and t.grad is None
    own, other = sphere(3, 4).requires_grad_(), sphere(3, 4, seed=1).requires_grad_()
    scattering(own, other, torch.ones(3, dtype=torch.bool), 0.5).backward()
    assert own.grad is not None and other.grad is None


def test_prototypes_are_directions_of_mean_directions():
    z, labels = drawn(7, 4), torch.tensor([0, 2, 0, 2, 2, 0, 4])
    found, present = prototypes(z, labels, 5)
    assert present.tolist() == [True, False, True, False, True]
    for k in range(5):
        members = [z[i] / z[i].norm() for i in range(7) if labels[i] == k]
        wanted = sum(members) / sum(members).norm() if members else torch.zeros(4, dtype=z.dtype)
        torch.testing.assert_close(found[k], wanted)


def test_prototypes_do_not_know_how_long_embeddings_are():
    z, labels = drawn(7, 4), torch.arange(7) % 3
    lengths = torch.arange(1.0, 8.0, dtype=z.dtype)[:, None]
    torch.testing.assert_close(prototypes(z * lengths, labels, 3)[0], prototypes(z, labels, 3)[0])


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("missing", [[], [1], [0, 3, 4]])
def test_scattering_is_its_equation_over_the_clusters_present(missing, temperature):
    own, other, present = sphere(5, 6), sphere(5, 6, seed=1), torch.ones(5, dtype=torch.bool)
    present[missing] = False
    wanted = typed_out(own, other, present, temperature)
    assert scattering(own, other, present, temperature).item() == pytest.approx(wanted)


def test_scattering_does_not_know_the_clusters_names():
    z, t, labels = drawn(12, 4), drawn(12, 4, seed=1), torch.arange(12) % 4
    names = torch.tensor([2, 0, 3, 1])

    def of(labels):
        own, present = prototypes(z, labels, 4)
        return scattering(own, prototypes(t, labels, 4)[0], present, 0.5)

    torch.testing.assert_close(of(names[labels]), of(labels))


@pytest.mark.parametrize("empty", [1, 3, 8])
def test_clusters_without_samples_change_nothing_and_with_the_codes_logit_next_to_nothing(empty):
    own, other = sphere(5, 6), sphere(5, 6, seed=1)
    everyone = torch.ones(5, dtype=torch.bool)
    alone = scattering(own, other, everyone, 0.5).item()
    nobody = torch.zeros(empty, 6, dtype=own.dtype)
    padded = torch.cat([own, nobody]), torch.cat([other, nobody])
    present = torch.cat([everyone, torch.zeros(empty, dtype=torch.bool)])
    assert scattering(*padded, present, 0.5).item() == pytest.approx(alone, abs=1e-12)
    code = scattering(*padded, present, 0.5, empty_logit=-10).item()
    assert 0 < code - alone < empty * math.exp(-10) / math.exp(-1 / 0.5)


@pytest.mark.parametrize(("empty_logit", "most"), [(None, 0), (-10, 4 * math.exp(-10 + 2))])
def test_a_single_cluster_has_nobody_to_stay_away_from(empty_logit, most):
    own, present = prototypes(drawn(6, 3), torch.full((6,), 2), 5)
    other, _ = prototypes(drawn(6, 3, seed=1), torch.full((6,), 2), 5)
    assert 0 <= scattering(own, other, present, 0.5, empty_logit=empty_logit).item() <= most


def test_gradients_stay_finite_where_clusters_have_no_samples_or_embeddings_no_length():
    z = torch.cat([drawn(5, 3), torch.zeros(2, 3, dtype=torch.float64)]).requires_grad_()
    labels = torch.tensor([0, 0, 3, 3, 3, 5, 5])
    own, present = prototypes(z, labels, 7)
    scattering(own, prototypes(drawn(7, 3, seed=1), labels, 7)[0], present, 0.5).backward()
    assert z.grad.isfinite().all() and z.grad.any()


def test_scattering_pushes_prototypes_of_one_view_apart():
    own = normalize(torch.tensor([[1.0, 0.2], [1.0, -0.2]]), dim=1).requires_grad_()
    scattering(own, own.detach(), torch.ones(2, dtype=torch.bool), 0.5).backward()
    further = normalize(own.detach() - 0.1 * own.grad, dim=1)
    assert further[0] @ further[1] < own[0] @ own[1]

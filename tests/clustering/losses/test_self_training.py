import numpy as np
import pytest
import torch

from clustering.losses.self_training import self_training, sharpen, student_t


@pytest.fixture
def z():
    return torch.randn(12, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.fixture
def centers():
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def typed_student_t(z, centers, alpha):
    kernel = np.array(
        [[(1 + np.sum((zi - mu) ** 2) / alpha) ** (-(alpha + 1) / 2) for mu in centers] for zi in z]
    )
    return kernel / kernel.sum(1, keepdims=True)


def typed_target(q):
    p = np.zeros_like(q)
    for i in range(q.shape[0]):
        for j in range(q.shape[1]):
            p[i, j] = q[i, j] ** 2 / sum(q[m, j] for m in range(q.shape[0]))
        p[i] /= p[i].sum()
    return p


@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
def test_student_t_is_the_papers_kernel(z, centers, alpha):
    found = student_t(z, centers, alpha)
    np.testing.assert_allclose(found.numpy(), typed_student_t(z.numpy(), centers.numpy(), alpha), rtol=1e-12)


def test_a_sample_far_from_every_center_still_has_an_assignment(centers):
    q = student_t(torch.full((1, 3), 1e18), centers.float(), 1.0)
    assert torch.isfinite(q).all()
    assert q.sum().item() == pytest.approx(1)


def test_sharpen_is_the_papers_target(z, centers):
    q = student_t(z, centers, 1.0)
    np.testing.assert_allclose(sharpen(q).numpy(), typed_target(q.numpy()), rtol=1e-12)


def test_rows_of_assignments_and_targets_sum_to_one(z, centers):
    q = student_t(z, centers, 1.0)
    for rows in (q, sharpen(q)):
        torch.testing.assert_close(rows.sum(dim=1), torch.ones(len(z), dtype=torch.float64))


def test_with_equally_full_clusters_the_target_keeps_the_winner_and_raises_it():
    row = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    q = torch.stack([row.roll(shift) for shift in range(3)])
    p = sharpen(q)
    assert torch.equal(p.argmax(1), q.argmax(1))
    assert (p.max(1).values >= q.max(1).values).all()


@pytest.mark.parametrize("q", [torch.full((4, 4), 0.25), torch.eye(4)])
def test_uniform_and_one_hot_assignments_are_their_own_target(q):
    torch.testing.assert_close(sharpen(q), q)


def test_a_cluster_without_mass_does_not_break_the_target():
    q = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    torch.testing.assert_close(sharpen(q), q)


def test_no_gradient_flows_through_the_target(z, centers):
    assert not sharpen(student_t(z.requires_grad_(), centers, 1.0)).requires_grad


def test_self_training_is_the_cross_entropy_a_sample(z, centers):
    q = student_t(z, centers, 1.0).numpy()
    p = typed_target(q)
    typed = np.mean([-sum(p[i, j] * np.log(q[i, j] + 1e-8) for j in range(4)) for i in range(12)])
    assert self_training(torch.tensor(q), torch.tensor(p)).item() == pytest.approx(typed, rel=1e-12)


def test_cross_entropy_and_kullback_leibler_forms_have_the_same_gradients(z, centers):
    z.requires_grad_(), centers.requires_grad_()
    q = student_t(z, centers, 1.0)
    p = sharpen(q)
    divergence = (p * (p.log() - (q + 1e-8).log())).sum(dim=1).mean()
    forms = [
        torch.autograd.grad(loss, (z, centers), retain_graph=True)
        for loss in (self_training(q, p), divergence)
    ]
    torch.testing.assert_close(forms[0], forms[1])


def test_the_clean_target_serves_the_augmented_view_and_both_terms_are_averaged(z, centers):
    clean, augmented = student_t(z, centers, 1.0), student_t(z + 0.3, centers, 1.0)
    p = sharpen(clean)
    both = self_training(torch.cat([clean, augmented]), p)
    torch.testing.assert_close(both, (self_training(clean, p) + self_training(augmented, p)) / 2)


def test_an_identity_augmentation_leaves_the_loss_as_it_is(z, centers):
    q = student_t(z, centers, 1.0)
    torch.testing.assert_close(self_training(torch.cat([q, q]), sharpen(q)), self_training(q, sharpen(q)))

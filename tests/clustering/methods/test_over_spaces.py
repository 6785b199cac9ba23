"""What holds of both methods that share out a rotated embedding."""

import pytest
import torch

from clustering.losses.compression import compression as dcn
from clustering.losses.spaces import departure
from clustering.methods import build
from clustering.params import parse
from clustering.partition.nrkmeans import nrkmeans
from clustering.partition.spaces import logits_of
from clustering.run import Run
from clustering.stages.placing_spaces import Starts
from clustering.stages.traversing import traversals

D = 4
LINEAR = {"net": {"type": "mlp", "hidden": []}, "embedding_dim": D}


def turned(seed=0):
    """An orthogonal matrix."""
    drawn = torch.randn(D, D, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.linalg.qr(drawn)[0]


def method(*, rotation=None, logits=None, centers=None, **spec):
    """One whose encoder and decoder are the identity."""
    made = build(parse({"method": "acedec", "n_clusters": 3} | LINEAR | spec), (D,)).eval()
    layers = [made.net.encoder[1], made.net.decoder[0]]
    with torch.no_grad():
        for layer in layers:
            layer.weight.copy_(torch.eye(D))
            layer.bias.zero_()
        made.rotation.copy_(torch.eye(D) if rotation is None else rotation)
        if logits is not None:
            made.logits.copy_(logits)
        if centers is not None:
            made.all_centers.copy_(centers)
    return made


def hard(owner):
    """Logits at which a dimension belongs to one space alone, up to rounding."""
    return torch.where(torch.arange(2)[:, None] == torch.tensor(owner), 60.0, -60.0)


def test_with_all_weight_in_the_cluster_space_the_loss_is_that_of_dcn():
    x, centers = torch.randn(20, D), torch.randn(4, D)
    made = method(logits=hard([0] * D), centers=centers)
    assigned = made.assigned(made.embed(x))
    parts = made.compressed(made.embed(x), assigned)
    torch.testing.assert_close(parts[0], dcn(x, centers[:3], assigned[0], mean="sample"))
    assert parts[1].item() == pytest.approx(0, abs=1e-12)


def test_with_hard_weights_and_an_orthogonal_rotation_the_loss_is_the_cost_of_subkmeans():
    x = torch.randn(60, D) + 5 * torch.eye(D)[torch.arange(60) % 3]
    found = nrkmeans(x, [3, 1], torch.Generator().manual_seed(0))
    owner = [0 if place in found.dimensions[0].tolist() else 1 for place in range(D)]
    rotation = found.rotation.float()
    centers = torch.cat([own.float() @ rotation for own in found.centers])
    made = method(rotation=rotation, logits=hard(owner), centers=centers)
    v = made.embed(x)
    loss = made.loss(made.compressed(v, made.assigned(v)), "cluster")
    assert float(loss) * len(x) == pytest.approx(found.cost, rel=1e-4)
    torch.testing.assert_close(made.rebuilt(v, x), torch.tensor(0.0), atol=1e-6, rtol=0)


def test_an_orthogonal_rotation_leaves_the_reconstruction_and_has_no_gradient_there():
    z, rotation = torch.randn(30, D, dtype=torch.float64), turned().requires_grad_()
    departure(z, rotation).backward()
    torch.testing.assert_close(rotation.grad, torch.zeros(D, D, dtype=torch.float64), atol=1e-9, rtol=0)
    made, x = method(rotation=turned()), torch.randn(30, D)
    torch.testing.assert_close(made.decode(made.embed(x)), made.net(x))


@pytest.mark.parametrize("power", [1, 2])
def test_a_single_clustering_has_all_the_weight(power):
    made = method(method="enrc", n_clusters=[3], weight_power=power, logits=torch.randn(1, D))
    torch.testing.assert_close(made.weights, torch.ones(1, D))
    x = torch.randn(9, D)
    assigned = made.assigned(made.embed(x))
    expected = dcn(x, made.all_centers, assigned[0], mean="sample")
    torch.testing.assert_close(made.loss(made.compressed(made.embed(x), assigned), "cluster"), expected)


@pytest.mark.parametrize("stage", ["initialize", "cluster"])
def test_enrc_can_let_every_cluster_weigh_the_same(stage):
    torch.manual_seed(0)
    x, scene = torch.randn(20, D), {"logits": torch.randn(1, D), "centers": torch.randn(3, D)}
    losses = []
    for alike in (False, True):
        made = method(method="enrc", n_clusters=[3], init="random", per_cluster=alike, **scene)
        v = made.embed(x)
        assigned = made.assigned(v)
        if stage == "initialize":
            starts = Starts(Run(), x, (3,), made.params)
            starts.centers = scene["centers"].expand_as(starts.centers)
            with torch.no_grad():
                starts.rotation.copy_(torch.eye(D))
            losses.append(starts.losses(x)[0].detach()[0])
        else:
            losses.append(made.loss(made.compressed(v, assigned), stage).detach())
    squares = (x - scene["centers"][assigned[0]]).square().sum(dim=1)
    torch.testing.assert_close(losses[0], squares.mean())
    torch.testing.assert_close(losses[1], sum(squares[assigned[0] == k].mean() for k in assigned.unique()))
    assert not torch.isclose(losses[0], losses[1], rtol=0.1)


def test_clusterings_in_another_order_have_the_same_loss():
    x, logits, centers = torch.randn(20, D), torch.randn(2, D), torch.randn(5, D)
    made = method(method="enrc", n_clusters=[3, 2], logits=logits, centers=centers)
    other = method(
        method="enrc", n_clusters=[2, 3], logits=logits.flip(0), centers=torch.cat([centers[3:], centers[:3]])
    )
    losses, parts = [], []
    for each in (made, other):
        v = each.embed(x)
        parts.append(each.compressed(v, each.assigned(v)))
        losses.append(each.loss(parts[-1], "cluster"))
    torch.testing.assert_close(parts[0], parts[1].flip(0))
    torch.testing.assert_close(losses[0], losses[1])


def test_the_center_of_a_linear_autoencoder_decodes_to_its_place_among_the_samples():
    made, centers = method(rotation=turned()), torch.randn(4, D)
    torch.testing.assert_close(made.decode(centers @ made.rotation), centers, atol=1e-5, rtol=1e-5)


def test_a_center_is_placed_anew_only_after_more_empty_batches_than_the_root_of_their_number():
    made = method(
        method="enrc", n_clusters=[2], logits=logits_of(torch.zeros(D, dtype=torch.int64), 1),
        centers=torch.stack([torch.zeros(D), torch.full((D,), 1e3)]),
    )  # fmt: skip
    placed = []
    made.revive = lambda epoch, data, due: placed.append((int(made.steps), due))
    v = torch.randn(8, D)
    for _ in range(30):
        made._follow(None, None, v, made.assigned(v))
    assert [due for _, due in placed] == [[1]] * len(placed)
    expected, lost = [], 0
    for step in range(1, 31):
        lost += 1
        if lost > int(step**0.5):
            expected, lost = [*expected, step], 0
    assert [step for step, _ in placed] == expected


def test_a_space_that_all_share_beside_one_clustering_makes_enrc_ace_dec():
    x, logits, centers = torch.randn(20, D), torch.randn(2, D), torch.randn(4, D)
    scene = {"rotation": turned(), "logits": logits, "centers": centers}
    one = method(**scene)
    other = method(method="enrc", n_clusters=[3, 1], weight_power=2, per_cluster=False, **scene)
    losses = []
    for each in (one, other):
        v = each.embed(x)
        losses.append(each.loss(each.compressed(v, each.assigned(v)), "cluster"))
    torch.testing.assert_close(losses[0], 2 * losses[1])
    torch.testing.assert_close(one.weights[0], torch.sigmoid(logits[0] - logits[1]))


def test_a_walk_along_the_shared_space_stays_in_its_cluster_where_weights_are_hard():
    owner = [0, 1, 0, 1]
    made = method(rotation=turned(), logits=hard(owner), centers=torch.randn(4, D))
    v = made.embed(5 * torch.randn(200, D))
    for start in v[:10]:
        walk = traversals(v, start, torch.tensor(owner) == 0)
        assert (made.label(walk.flatten(0, 1)) == made.label(start[None])).all()
        assert walk.std(dim=1).max() > 0

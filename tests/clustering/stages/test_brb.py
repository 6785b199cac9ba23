from copy import deepcopy

import numpy as np
import pytest
import torch
from torch.optim import SGD, Adam, AdamW

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Collapsed, Drained
from clustering.methods.dcn import DCN
from clustering.methods.dec import DEC
from clustering.params import parse
from clustering.run import Metrics, Run
from clustering.stages.brb import forget, reset_and_recluster
from clustering.train import epochs

SPEC = {
    "n_clusters": 3,
    "embedding_dim": 2,
    "net": {"type": "mlp", "hidden": [16]},
    "batch_size": 16,
    "first_count": 40.0,
}
MADE = {"dec": DEC, "dcn": DCN}


def blobs(n=60, d=6):
    random = np.random.default_rng(0)
    return (random.normal(size=(n, d)) + 6 * np.eye(d)[np.arange(n) % 3]).astype(np.float32)


def made(name="dec", **brb):
    torch.manual_seed(0)
    spec = {key: value for key, value in SPEC.items() if key != "first_count" or name == "dcn"}
    method = MADE[name](parse(spec | {"method": name, "brb": {"interval": 1} | brb}), (6,))
    with torch.no_grad():
        method.centers.copy_(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    return method


def embedded(method, x=None):
    with torch.no_grad():
        return method.embed(torch.from_numpy(blobs() if x is None else x))


def apart(one, other):
    return (one[:, None] - other).norm(dim=2)


def once(method, optimizer=None, x=None, *, run=None, number=2):
    """A reset at the top of an epoch; the rest of the epochs are empty."""
    data = Data.of(blobs() if x is None else x, scale="none")
    for epoch in epochs(run or Run(), "cluster", number):
        if epoch.number == number:
            reset_and_recluster(epoch.run, epoch, method, data, optimizer=optimizer)
    return method


def trained(method, kind=Adam, **settings):
    optimizer = kind([{"params": method.net.parameters()}, {"params": [method.centers]}], lr=0.01, **settings)
    for _ in range(2):
        optimizer.zero_grad()
        z = method.embed(torch.from_numpy(blobs()))
        (torch.cdist(z, method.centers).mean() + method.decode(z).square().mean()).backward()
        optimizer.step()
    return optimizer


@pytest.mark.parametrize(("min_steps", "every"), [(0, 2), (8, 2), (9, 3), (12, 3), (13, 4)])
def test_resets_of_a_small_data_set_are_as_many_steps_apart_as_asked_for(min_steps, every):
    run, method, data = Run(), made(interval=2, min_steps=min_steps), Data.of(blobs())
    steps = len(list(data.batches(16, torch.Generator())))
    assert steps == 4
    for epoch in epochs(run, "cluster", 9):
        reset_and_recluster(run, epoch, method, data, optimizer=None)
    marked = [point.epoch for point in run.journal.curves if point.values == {"reset": 1.0}]
    assert marked == list(range(1 + every, 10, every))


@pytest.mark.parametrize(
    ("count", "interval", "expected"),
    [(1, 1, []), (7, 2, [3, 5, 7]), (40, 20, [21]), (41, 20, [21, 41]), (20, 20, [])],
)
def test_resets_come_after_each_whole_interval_and_never_first(count, interval, expected):
    run, method, data = Run(), made(interval=interval), Data.of(blobs())
    for epoch in epochs(run, "cluster", count):
        reset_and_recluster(run, epoch, method, data, optimizer=None)
    marked = [point.epoch for point in run.journal.curves if point.values == {"reset": 1.0}]
    assert marked == expected
    assert len(expected) == (count - 1) // interval


def test_nothing_happens_without_the_params():
    method = made()
    method.params = method.params.model_copy(update={"brb": None})
    before = deepcopy(method.state_dict())
    once(method)
    assert all(torch.equal(value, before[name]) for name, value in method.state_dict().items())


def test_centers_are_those_of_the_weights_after_the_reset():
    method = once(made(alpha=0.3))
    z = embedded(method)
    nearest = apart(z, method.centers.detach()).argmin(dim=1)
    means = torch.stack([z[nearest == cluster].mean(dim=0) for cluster in range(3)])
    torch.testing.assert_close(method.centers.detach(), means)


def test_an_alpha_of_one_reclusters_only():
    method = made(alpha=1)
    net, centers = deepcopy(method.net.state_dict()), method.centers.detach().clone()
    once(method)
    assert all(torch.equal(value, net[name]) for name, value in method.net.state_dict().items())
    assert not torch.equal(method.centers, centers)


def test_no_reclustering_resets_only():
    method = made(recluster="none")
    before = deepcopy(method.state_dict())
    once(method)
    assert torch.equal(method.centers, before["centers"])
    assert not torch.equal(method.net.encoder[1].weight, before["net.encoder.1.weight"])


def test_a_reset_without_reclustering_embeds_hardly_any_sample(monkeypatch):
    method, seen = made(recluster="none", samples=64), []
    embed = method.embed
    monkeypatch.setattr(method, "embed", lambda x: seen.append(len(x)) or embed(x))
    once(method)
    assert seen == [2 * len(method.centers)]


def test_the_centers_stay_the_same_parameter():
    method = made()
    parameter, place = method.centers, method.centers.data_ptr()
    once(method)
    assert method.centers is parameter
    assert method.centers.data_ptr() == place
    assert method.centers.requires_grad


def test_the_method_trains_on_in_the_mode_that_it_was_in():
    assert all(module.training for module in once(made().train()).modules())


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(Adam, {"fused": True}), (AdamW, {"amsgrad": True}), (SGD, {"momentum": 0.9})],
    ids=["adam", "adamw", "sgd"],
)
def test_the_centers_moments_go_to_zero_and_the_networks_stay(kind, settings):
    method = made()
    optimizer = trained(method, kind, **settings)
    kept = [deepcopy(optimizer.state[weight]) for weight in method.net.parameters()]
    steps = deepcopy(optimizer.state[method.centers].get("step"))
    once(method, optimizer)
    state = dict(optimizer.state[method.centers])
    assert state.pop("step", None) == steps
    assert state and all(not moment.any() for moment in state.values())
    for weight, before in zip(method.net.parameters(), kept, strict=True):
        after = optimizer.state[weight]
        assert all(
            torch.equal(torch.as_tensor(after[name]), torch.as_tensor(before[name])) for name in before
        )
        assert any(torch.as_tensor(value).any() for value in before.values())


def test_moments_stay_where_asked_to():
    method = made(reset_moments=False)
    optimizer = trained(method)
    once(method, optimizer)
    assert optimizer.state[method.centers]["exp_avg"].any()


@pytest.mark.parametrize(("kind", "settings"), [(Adam, {}), (SGD, {"momentum": 0.9}), (SGD, {})])
def test_an_optimizer_that_has_not_stepped_the_centers_is_left_as_it_is(kind, settings):
    method = made()
    optimizer = kind(method.net.parameters(), lr=0.01, **settings)
    forget(method.centers, optimizer)
    once(method, optimizer)
    assert method.centers not in optimizer.state
    stepped = made()
    once(stepped, trained(stepped, kind, **settings))


def test_the_counts_of_dcn_start_anew_unless_told_otherwise():
    for asked, expected in ((True, 40.0), (False, 700.0)):
        method = made("dcn", reset_moments=asked)
        method.counts.fill_(700.0)
        once(method)
        assert method.counts.tolist() == [expected] * 3


def test_means_are_exactly_those_of_the_old_clusters_in_the_new_embedding():
    method = made(recluster="means", alpha=0.3)
    with torch.no_grad():
        method.centers[2] = 1e6
    old, lost = method.label(embedded(method)), method.centers[2].clone()
    once(method)
    z = embedded(method)
    for cluster in old.unique().tolist():
        torch.testing.assert_close(method.centers[cluster].detach(), z[old == cluster].mean(dim=0))
    assert 2 not in old.tolist() and torch.equal(method.centers[2], lost)


@pytest.mark.parametrize("perturbation", ["reset_copy", "embedding_noise"])
def test_labels_from_elsewhere_leave_the_network_as_it_is(perturbation):
    method = made(perturbation=perturbation)
    before, centers = deepcopy(method.net.state_dict()), method.centers.detach().clone()
    once(method)
    assert all(torch.equal(value, before[name]) for name, value in method.net.state_dict().items())
    assert not torch.equal(method.centers, centers)


def test_centers_after_the_reset_of_a_copy_are_means_of_the_networks_own_embedding():
    method = once(made(perturbation="reset_copy", alpha=0.2))
    twin = once(made(alpha=0.2))
    labels = apart(embedded(twin), twin.centers.detach()).argmin(dim=1)
    z = embedded(method)
    for cluster in range(3):
        torch.testing.assert_close(method.centers[cluster].detach(), z[labels == cluster].mean(dim=0))


def test_noise_has_the_asked_share_of_each_embeddings_length():
    method = made(perturbation="embedding_noise", noise=0.25, recluster="random")
    z, n = embedded(method), 60
    method.params = method.params.model_copy(update={"n_clusters": n})
    method.centers = torch.nn.Parameter(torch.zeros(n, 2))
    once(method)
    noisy = method.centers.detach()
    share = apart(noisy, z) / z.norm(dim=1)
    assert ((share - 0.25).abs().min(dim=0).values < 1e-4).all()


@pytest.mark.parametrize("recluster", ["kmeans", "kmeans++", "kmedoids", "em"])
def test_every_reclustering_finds_separate_groups(recluster):
    x = np.repeat(9 * np.eye(6)[:3], 20, axis=0).astype(np.float32)
    x += 0.01 * np.random.default_rng(0).normal(size=x.shape).astype(np.float32)
    method = once(made(recluster=recluster), x=x)
    groups = apart(embedded(method, x), method.centers.detach()).argmin(dim=1).reshape(3, 20)
    assert len(set(groups[:, 0].tolist())) == 3
    assert (groups == groups[:, :1]).all()


def test_medoids_seeds_and_random_centers_are_embeddings():
    for recluster in ("kmedoids", "kmeans++", "random"):
        method = once(made(recluster=recluster))
        distances = apart(method.centers.detach(), embedded(method))
        assert distances.min(dim=1).values.max() < 1e-5
        assert len(set(distances.argmin(dim=1).tolist())) == 3


def test_first_samples_are_the_first_and_random_ones_are_others_each_time():
    def seen(number, **brb):
        method = once(made(samples=4, recluster="random", alpha=1, **brb), number=number)
        return set(apart(method.centers.detach(), embedded(method)).argmin(dim=1).tolist())

    assert seen(2, samples_from="first") | seen(3, samples_from="first") <= {0, 1, 2, 3}
    assert len(seen(2) | seen(3) | seen(4) | seen(5)) > 4


def test_at_least_as_many_samples_as_clusters_are_seen():
    assert len(once(made(samples=2)).centers.unique(dim=0)) == 3


@pytest.mark.parametrize("recluster", ["kmeans", "em", "means", "none"])
def test_a_reset_that_collapses_the_embedding_is_a_clear_error(recluster):
    x = np.repeat(np.eye(6, dtype=np.float32)[:2], 30, axis=0)
    with pytest.raises(Collapsed, match=r"epoch 2 of 2, 60 samples have 2 distinct.*3 clusters") as refused:
        once(made(recluster=recluster), x=x)
    assert refused.value.code == "collapsed_embedding"


@pytest.mark.parametrize("recluster", ["kmeans", "none"])
def test_as_many_distinct_embeddings_as_clusters_are_enough_wherever_they_are(recluster):
    x = np.zeros((400, 6), np.float32)
    x[-2:] = np.eye(6, dtype=np.float32)[:2]
    assert len(once(made(recluster=recluster), x=x).centers.unique(dim=0)) == 3


@pytest.mark.parametrize("method", ["dec", "idec", "dcn"])
@pytest.mark.parametrize("drained_after", [3, 4, 5])
def test_a_job_drained_within_an_interval_ends_as_if_it_had_not_been(tmp_path, method, drained_after):
    spec = {key: value for key, value in SPEC.items() if key != "first_count"}
    params = parse(spec | {"method": method, "pretrain_epochs": 1, "epochs": 6, "brb": {"interval": 2}})
    heard = []

    def stop():
        return "drain" if sum(isinstance(each, Metrics) for each in heard) == drained_after else None

    with pytest.raises(Drained):
        engine.fit(blobs(), params, Run(report=heard.append, stop=stop, checkpoints=Checkpoints(tmp_path)))
    resumed = engine.fit(blobs(), params, Run(checkpoints=Checkpoints(tmp_path)))
    whole = engine.fit(blobs(), params)
    assert torch.equal(resumed.embeddings, whole.embeddings)
    assert torch.equal(resumed.clusterings[0].centers, whole.clusterings[0].centers)
    marked = [point.epoch for point in whole.curves if "reset" in point.values]
    assert marked == [3, 5] == [point.epoch for point in resumed.curves if "reset" in point.values]

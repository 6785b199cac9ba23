import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Drained
from clustering.methods import METHODS, build
from clustering.optim import scheduler
from clustering.params import PARAMS, parse
from clustering.params.prototypes import PrototypeParams
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import images, tiny

BOTH = [name for name, params in PARAMS.items() if issubclass(params, PrototypeParams)]
QUICK = {"schedule": {"warmup_epochs": 0}, "lr": 0.05, "embedding_dim": 4}


def fitted(name="propos", x=None, run=None, **fields):
    return engine.fit(images() if x is None else x, tiny(name, **QUICK | fields), run)


def curve(result, name):
    return [point.values.get(name) for point in result.curves]


def built(name="propos", **fields):
    with torch.random.fork_rng():
        Run().seed_global("init")
        return build(tiny(name, **QUICK | fields), (1, 8, 8))


def test_the_methods_that_scatter_prototypes_are_found():
    assert set(BOTH) == {"propos", "digpro"}


@pytest.mark.parametrize("name", BOTH)
def test_the_defaults_are_the_papers(name):
    p = parse({"method": name, "n_clusters": 10})
    assert p.lr == pytest.approx(0.05 * p.batch_size / 256)
    assert (p.optimizer.type, p.optimizer.momentum, p.optimizer.weight_decay) == ("sgd", 0.9, 5e-4)
    assert (p.schedule.warmup_epochs, p.schedule.warmup_from, p.schedule.decay) == (50, 0, "cosine")
    assert (p.epochs, p.warmup_epochs, p.reassign_every, p.n_init) == (1000, 50, 1, 10)
    assert (p.momentum, p.predictor_lr_factor, p.noise) == (0.996, 10, 0.001)
    assert (p.prototype_weight, p.prototype_temperature) == (0.1, 0.5)
    assert (p.net.hidden, p.embedding_dim, p.predictor) == ((4096,), 256, (4096,))


@pytest.mark.parametrize("name", BOTH)
def test_prototypes_come_in_after_the_warm_up(name):
    result = fitted(name, epochs=4, warmup_epochs=2)
    assert [value is not None for value in curve(result, "scattering")] == [False, False, True, True]
    assert all(value is not None for value in curve(result, "alignment"))


@pytest.mark.parametrize("name", BOTH)
def test_without_weight_prototypes_never_come_in(name):
    assert curve(fitted(name, warmup_epochs=0, prototype_weight=0.0), "scattering") == [None] * 3


@pytest.mark.parametrize("name", BOTH)
def test_noise_comes_in_after_the_warm_up(name):
    plain, noisy = (fitted(name, epochs=3, warmup_epochs=2, noise=sigma) for sigma in (0.0, 5.0))
    assert curve(plain, "loss")[:2] == curve(noisy, "loss")[:2]
    assert curve(plain, "alignment")[2] != curve(noisy, "alignment")[2]


def test_the_loss_is_the_weighted_sum_of_its_parts():
    result = fitted(warmup_epochs=1, prototype_weight=0.7)
    for loss, aligned, scattered in zip(
        *(curve(result, name) for name in ("loss", "alignment", "scattering")), strict=True
    ):
        assert loss == pytest.approx(aligned + 0.7 * (scattered or 0), abs=1e-5)


def test_the_alignment_falls_within_its_bounds():
    losses = curve(fitted(epochs=12), "alignment")
    assert 2 >= losses[0] > losses[-1] >= -2


@pytest.mark.parametrize("name", BOTH)
def test_embeddings_and_prototypes_lie_on_the_sphere_and_labels_follow_the_largest_cosine(name):
    result = fitted(name)
    (found, *_), z = result.clusterings, result.embeddings
    torch.testing.assert_close(z.norm(dim=1), torch.ones(40))
    torch.testing.assert_close(found.centers.norm(dim=1), torch.ones(2))
    assert torch.equal(found.labels, (z @ found.centers.T).argmax(dim=1))
    torch.testing.assert_close(found.soft, (z @ found.centers.T / 0.5).softmax(dim=1))


def test_the_rates_start_at_0_reach_their_largest_after_the_warm_up_and_keep_their_ratio():
    params = parse({"method": "propos", "n_clusters": 2, "net": tiny("propos").net.model_dump()})
    descent = build(params, (1, 8, 8)).descent()
    schedule = scheduler(descent, params.schedule, params.epochs, times=4)
    seen = []
    for _ in range(4 * 51):
        seen.append([group["lr"] for group in descent.param_groups])
        descent.step()
        schedule.step()
    assert seen[0] == [0, 0, 0, 0]
    assert max(rates[0] for rates in seen) == seen[4 * 50][0] == pytest.approx(params.lr)
    for slow, _, fast, _ in seen:
        assert fast == pytest.approx(10 * slow)


def test_the_rate_moves_within_an_epoch():
    first = dict(built().net.named_parameters())
    moved = []
    for warmup in (1, 0):
        plan = {"warmup_epochs": warmup, "warmup_from": 0}
        net = fitted(epochs=1, warmup_epochs=0, schedule=plan, lr=1e-4, batch_size=10).method.net
        moved.append(sum((t.detach() - first[part]).norm().item() for part, t in net.named_parameters()))
    assert 0 < moved[0] < moved[1]


@pytest.mark.parametrize("name", BOTH)
def test_a_target_with_momentum_1_never_moves_and_one_with_0_is_the_network(name):
    first = built(name).target.state_dict()
    still, equal = (fitted(name, momentum=m).method for m in (1.0, 0.0))
    for part, weight in still.target.named_parameters():
        assert torch.equal(weight, first[part]), part
        assert not weight.requires_grad
    for part, tensor in equal.net.state_dict().items():
        assert torch.equal(tensor, equal.target.state_dict()[part]), part


def test_a_rising_momentum_differs_from_a_constant_one():
    constant, cosine = (
        fitted(momentum=0.5, momentum_schedule=each).embeddings for each in ("constant", "cosine")
    )
    assert not torch.equal(constant, cosine)


def test_clusters_are_those_of_the_target():
    method = fitted(momentum=1.0, epochs=6).method
    z = engine.assign_new(method, Data.of(images()).scaling, images()).embeddings
    online = torch.nn.functional.normalize(method.net(Data.of(images()).source.span(0, 40) / 255), dim=1)
    assert not torch.allclose(torch.from_numpy(z), online, atol=1e-3)


@pytest.mark.parametrize("name", BOTH)
def test_clusters_that_are_found_more_seldom_are_found_at_fewer_epochs(name):
    seldom = fitted(name, epochs=5, reassign_every=2)
    assert [value is not None for value in curve(seldom, "spread")] == [True, False, True, False, True]


@pytest.mark.parametrize("fields", [{}, {"reassign_every": 2}, {"momentum_schedule": "cosine"}])
@pytest.mark.parametrize("name", BOTH)
def test_a_drained_fit_resumes_bit_for_bit_with_all_of_its_state(name, fields, tmp_path):
    shape = {"epochs": 4, "bank_size": 100} if name == "digpro" else {"epochs": 4}
    heard = []

    def stop():
        return "drain" if sum(isinstance(each, Metrics) for each in heard) == 2 else None

    with pytest.raises(Drained):
        killed = Run(report=heard.append, stop=stop, checkpoints=Checkpoints(tmp_path))
        fitted(name, run=killed, **fields | shape)
    resumed = fitted(name, run=Run(checkpoints=Checkpoints(tmp_path)), **fields | shape)
    whole = fitted(name, **fields | shape)
    assert resumed.curves == whole.curves
    state = whole.method.state_dict()
    assert all(torch.equal(tensor, state[part]) for part, tensor in resumed.method.state_dict().items())


def test_the_logit_of_empty_clusters_matters_where_a_batch_lacks_some():
    x = images(n=33)
    plain, code = (
        fitted(x=x, n_clusters=12, batch_size=16, warmup_epochs=0, empty_logit=each) for each in (None, -2.0)
    )
    assert curve(plain, "scattering")[0] < curve(code, "scattering")[0]


def test_the_model_of_a_later_clustering_can_be_its_encoder(tmp_path):
    result = fitted()
    engine.save(result, tmp_path)
    net = {**result.method.params.net.model_dump(), "projector": [3]}
    params = tiny(
        "dec", net=net, embedding_dim=4, augment={"type": "affine"}, initial_model="mdl_1", epochs=0
    )
    started = engine.fit(images(), params, Run(initial_model=tmp_path))
    kept = started.method.net.encoder.state_dict()
    assert all(
        torch.equal(tensor, kept[part]) for part, tensor in result.method.net.encoder.state_dict().items()
    )


def test_methods_have_no_second_network_for_their_embedding():
    assert isinstance(METHODS["propos"](tiny("propos"), (1, 8, 8)).net.projector, torch.nn.Identity)

import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Drained
from clustering.methods import build
from clustering.params import parse
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import images, tiny


def state(method, part):
    return {name: t for name, t in method.state_dict().items() if name.startswith(part)}


def fitted(**fields):
    plain = {"schedule": {"warmup_epochs": 0}, "lr": 0.05}
    return engine.fit(images(), tiny("byol", **plain | fields))


def test_the_defaults_are_the_recipe_of_propos():
    p = parse({"method": "byol"})
    assert p.lr == pytest.approx(0.05 * p.batch_size / 256)
    assert (p.optimizer.type, p.optimizer.momentum, p.optimizer.weight_decay) == ("sgd", 0.9, 5e-4)
    assert (p.schedule.warmup_epochs, p.schedule.decay, p.epochs) == (50, "cosine", 1000)
    assert (p.momentum, p.predictor_lr_factor) == (0.996, 10)
    assert (p.net.projector, p.predictor) == ((4096, 256), (4096,))


def test_the_target_starts_as_a_copy_and_receives_no_gradient():
    method = build(tiny("byol"), (1, 8, 8))
    for own, other in zip(method.target.parameters(), method.net.parameters(), strict=True):
        assert torch.equal(own, other)
        assert not own.requires_grad


def test_a_target_with_momentum_1_never_moves_and_one_with_0_is_the_network():
    first = state(build_seeded(), "target")
    still, equal = fitted(momentum=1.0).method, fitted(momentum=0.0).method
    for name, weight in still.target.named_parameters():
        assert torch.equal(weight, first[f"target.{name}"]), name
    for name, tensor in equal.net.state_dict().items():
        assert torch.equal(tensor, equal.target.state_dict()[name]), name


def test_linear_layers_start_small_if_asked_to_and_convolutions_do_not():
    method = build(tiny("byol", small_start=True), (1, 8, 8))
    linear = [part for part in method.modules() if isinstance(part, torch.nn.Linear)]
    weights = torch.cat([part.weight.detach().flatten() for part in linear])
    assert float(weights.std()) == pytest.approx(0.01, rel=0.2)
    assert not any(part.bias.any() for part in linear)
    convolutions = [part for part in method.modules() if isinstance(part, torch.nn.Conv2d)]
    assert min(float(part.weight.detach().std()) for part in convolutions) > 0.03
    usual = build_seeded().predictor[0].weight.detach()
    assert float(usual.std()) == pytest.approx(1 / (3 * usual.shape[1]) ** 0.5, rel=0.4)


def build_seeded():
    with torch.random.fork_rng():
        Run().seed_global("init")
        return build(tiny("byol"), (1, 8, 8))


def test_the_target_follows_slowly():
    method, first = fitted(momentum=0.9).method, state(build_seeded(), "net")
    moved, followed = (
        sum((t - first[f"net.{name}"]).norm() for name, t in part.named_parameters())
        for part in (method.net, method.target)
    )
    assert 0 < followed < moved


def test_a_rising_momentum_differs_from_a_constant_one():
    constant, cosine = (
        fitted(momentum=0.5, momentum_schedule=each).method.target.encoder[-1].weight
        for each in ("constant", "cosine")
    )
    assert not torch.equal(constant, cosine)


def test_the_predictor_learns_at_a_rate_of_its_own():
    slow, fast = (fitted(predictor_lr_factor=each, epochs=1).method for each in (0.01, 10))
    first = state(build_seeded(), "predictor")
    moved = [
        sum((t - first[name]).norm() for name, t in state(method, "predictor").items() if "weight" in name)
        for method in (slow, fast)
    ]
    assert moved[1] > 10 * moved[0]


def test_the_loss_falls_within_its_bounds():
    losses = [point.values["loss"] for point in fitted(epochs=12).curves]
    assert 4 > losses[0] > losses[-1] > 0


def test_a_drained_fit_resumes_bit_for_bit_with_its_target(tmp_path):
    params, heard = tiny("byol", momentum_schedule="cosine"), []

    def stop():
        return "drain" if any(isinstance(each, Metrics) for each in heard) else None

    with pytest.raises(Drained):
        engine.fit(images(), params, Run(report=heard.append, stop=stop, checkpoints=Checkpoints(tmp_path)))
    resumed = engine.fit(images(), params, Run(checkpoints=Checkpoints(tmp_path))).method.state_dict()
    whole = engine.fit(images(), params).method.state_dict()
    assert all(torch.equal(resumed[name], whole[name]) for name in whole)

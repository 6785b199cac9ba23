import pytest

from clustering import engine
from clustering.errors import InvalidData
from clustering.params import parse
from clustering.params.initial_problems import initial_problems
from clustering.run import Run
from tests.clustering.methods.tiny import RESNET, images, tiny

IMAGE = (8, 8, 1)
MLP = {"type": "mlp", "hidden": [16]}
CONTRASTED = {"net": RESNET, "augment": {"type": "affine"}}


def found(spec, trained, shape=IMAGE):
    problems = initial_problems(spec, trained, shape=shape, trained_shape=IMAGE)
    return {problem.field: problem for problem in problems}


def asked(method="dec", **fields):
    return tiny(method, initial_model="mdl_1", **fields)


def test_each_difference_is_named_with_what_was_met_and_what_is_accepted():
    problems = found(
        asked(embedding_dim=3, net={"type": "mlp", "hidden": [5]}), tiny("autoencoder"), (6, 6, 1)
    )
    assert problems.keys() == {"/net", "/embedding_dim", "/initial_model"}
    assert problems["/net"].accepted == {"enum": [MLP | {"activation": "relu"}]}
    assert "[16]" in problems["/net"].message and "[5]" in problems["/net"].message
    assert problems["/embedding_dim"].accepted == {"enum": [2]}
    assert "8×8×1" in problems["/initial_model"].message and "6×6×1" in problems["/initial_model"].message


def test_samples_of_unknown_shape_are_not_compared():
    assert found(asked(), tiny("autoencoder"), None) == {}


def test_a_model_without_a_network_starts_nothing():
    problems = found(asked(), parse({"method": "kmeans", "n_clusters": 2}))
    assert problems["/initial_model"].code == "needs_network"


def test_a_method_that_pretrains_nothing_starts_from_no_model():
    problems = found(tiny("autoencoder"), tiny("autoencoder"))
    assert problems["/method"].code == "starts_afresh"


SPECS = {
    "an autoencoder": asked(),
    "a wider autoencoder": asked(net={"type": "mlp", "hidden": [17]}),
    "a contrast": asked(**CONTRASTED),
    "a contrast with another projector": asked(**CONTRASTED | {"net": RESNET | {"projector": [5]}}),
    "a contrast with another head": asked(**CONTRASTED | {"net": RESNET | {"hidden": [5]}}),
    "a wider embedding": asked(**CONTRASTED, embedding_dim=3),
}
FITS = {
    "autoencoder": {"an autoencoder"},
    "simclr": {"a contrast"},
    "byol": {"a contrast", "a contrast with another projector"},
    "kmeans": set(),
}


@pytest.mark.parametrize("method", FITS)
def test_what_the_engine_would_refuse_is_told_before(method, tmp_path):
    trained = tiny(method, epochs=1)
    engine.save(engine.fit(images(), trained), tmp_path)
    for name, spec in SPECS.items():
        assert (found(spec, trained) == {}) == (name in FITS[method]), name
        short = spec.model_copy(update={"epochs": 0})
        if name in FITS[method]:
            engine.fit(images(), short, Run(initial_model=tmp_path))
        else:
            with pytest.raises(InvalidData):
                engine.fit(images(), short, Run(initial_model=tmp_path))


def test_an_ensemble_of_layers_starts_from_contrasted_heads_of_the_same_shape_alone():
    deepclue = asked("deepclue")
    assert found(deepclue, tiny("cc")) == {}
    assert found(deepclue, tiny("cc", lr=0.1, augment={"type": "crop"})) == {}
    assert found(deepclue, tiny("cc"), (6, 6, 1)).keys() == {"/initial_model"}
    problems = found(deepclue, tiny("cc", n_clusters=3, projector=[8, 5], sobel="edges"))
    accepted = {"/n_clusters": 3, "/projector": [8, 5], "/sobel": "edges"}
    assert {field: problem.accepted for field, problem in problems.items()} == {
        field: {"enum": [value]} for field, value in accepted.items()
    }
    assert "sobel edges" in problems["/sobel"].message and "off" in problems["/sobel"].message


@pytest.mark.parametrize("trained", ["autoencoder", "pica", "divclust_cc", "deepclue"])
def test_an_ensemble_of_layers_starts_from_no_other_model(trained):
    assert found(asked("deepclue"), tiny(trained))["/initial_model"].code == "needs_contrast"

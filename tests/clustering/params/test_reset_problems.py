import pytest

from clustering.params import parse, problems

MLP = {"method": "dcn", "n_clusters": 3, "epochs": 20}
CONV = MLP | {"net": {"type": "conv", "channels": [4, 8]}}


def met(spec, shape=(16, 16, 1)):
    found = problems(parse(spec), kind="images", shape=shape, n=100)
    return [(one.field, one.code, one.accepted) for one in found]


@pytest.mark.parametrize("interval", [20, 21, 400])
def test_an_interval_that_no_reset_would_end_is_refused(interval):
    spec = MLP | {"brb": {"interval": interval}}
    assert met(spec) == [("/brb/interval", "interval_too_long", {"maximum": 19})]


def test_the_longest_interval_accepted_has_one_reset():
    assert met(MLP | {"brb": {"interval": 19}}) == []


def test_steps_between_resets_that_the_run_does_not_have_are_refused():
    brb = {"interval": 5, "min_steps": 200}
    assert met(MLP | {"batch_size": 10, "brb": brb}) == [
        ("/brb/min_steps", "interval_too_long", {"maximum": 190})
    ]
    assert met(MLP | {"batch_size": 10, "brb": brb | {"min_steps": 190}}) == []


def test_no_interval_fits_a_clustering_of_one_epoch():
    found = met(MLP | {"epochs": 1, "brb": {"interval": 1}})
    assert found == [("/brb/interval", "interval_too_long", None)]


def test_a_reset_that_would_reach_no_block_of_a_convolutional_net_is_refused():
    brb = {"interval": 5, "alpha": 0.75, "block_step": 0.25}
    assert met(CONV | {"brb": brb}) == [("/brb/block_step", "resets_nothing", {"exclusiveMaximum": 0.25})]


@pytest.mark.parametrize(
    "brb",
    [
        {"alpha": 0.75, "block_step": 0.125},
        {"alpha": 0.75, "block_step": 0.25, "reset_embedding": True},
        {"perturbation": "embedding_noise"},
        {"alpha": 1},
    ],
)
def test_what_reaches_some_of_a_convolutional_net_or_none_of_it_on_purpose_is_accepted(brb):
    assert met(CONV | {"brb": brb | {"interval": 5}}) == []


@pytest.mark.parametrize(
    ("net", "brb", "problem"),
    [
        ({"type": "mlp", "hidden": []}, {}, ("/net/hidden", "resets_nothing", {"minItems": 1})),
        ({"type": "conv", "channels": [8]}, {}, ("/net/channels", "resets_nothing", {"minItems": 2})),
        (
            {"type": "resnet", "hidden": []},
            {"block_step": 0.25, "reset_projector": False},
            ("/brb/block_step", "resets_nothing", {"exclusiveMaximum": 0.25}),
        ),
    ],
)
def test_a_reset_that_would_reach_no_layer_of_a_net_is_refused(net, brb, problem):
    spec = MLP | {"net": net, "augment": {"type": "affine"}, "brb": {"interval": 5, "alpha": 0.75} | brb}
    assert met(spec) == [problem]
    assert met(spec | {"brb": spec["brb"] | {"reset_embedding": True}}) == []


def test_a_residual_net_whose_blocks_stay_resets_what_is_behind_them():
    brb = {"interval": 5, "alpha": 0.75, "block_step": 0.25}
    spec = MLP | {"augment": {"type": "affine"}, "brb": brb}
    assert met(spec | {"net": {"type": "resnet", "hidden": [8]}}) == []
    assert met(spec | {"net": {"type": "resnet", "hidden": []}}) == []


@pytest.mark.parametrize(("method", "problems_met"), [("dec", 1), ("idec", 0), ("dcn", 0)])
def test_a_reset_of_the_projector_counts_where_the_contrast_goes_on(method, problems_met):
    net = {"net": {"type": "resnet", "hidden": []}, "augment": {"type": "affine"}}
    brb = {"interval": 5, "alpha": 0.75, "block_step": 0.25}
    found = met(MLP | net | {"method": method, "brb": brb})
    assert found == [("/brb/block_step", "resets_nothing", {"exclusiveMaximum": 0.25})][:problems_met]

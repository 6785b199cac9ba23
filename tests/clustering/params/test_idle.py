import pytest

from clustering.params import parse, problems
from clustering.params.idle import idle_problems

MLP = {"method": "dcn", "n_clusters": 3}
CONV = MLP | {"net": {"type": "conv", "channels": [4, 8]}}
RESNET = MLP | {"net": {"type": "resnet"}, "augment": {"type": "simclr"}}
ADOPTED = MLP | {"initial_model": "mdl_1"}


def idle(spec):
    return {problem.field: problem for problem in idle_problems(parse(spec))}


@pytest.mark.parametrize(
    ("brb", "fields"),
    [
        ({"noise": 0.3}, ["noise"]),
        ({"perturbation": "embedding_noise", "noise": 0.3}, []),
        ({"perturbation": "embedding_noise", "alpha": 0.9}, ["alpha"]),
        ({"perturbation": "embedding_noise", "alpha": 1}, ["alpha"]),
        ({"perturbation": "embedding_noise", "initialization": "torch_default"}, ["initialization"]),
        ({"perturbation": "gaussian", "initialization": "torch_default"}, ["initialization"]),
        ({"alpha": 1}, []),
        ({"alpha": 1, "perturbation": "no_contraction"}, ["perturbation"]),
        ({"alpha": 1, "perturbation": "gaussian"}, ["perturbation"]),
        ({"alpha": 1, "perturbation": "reset_copy"}, ["perturbation"]),
        ({"alpha": 1, "reset_embedding": True}, ["reset_embedding"]),
        ({"block_step": 0.2}, ["block_step"]),
        ({"reset_projector": False}, ["reset_projector"]),
        ({"reset_batchnorm": True}, ["reset_batchnorm"]),
        ({"recluster": "em", "n_init": 3}, []),
        ({"recluster": "kmedoids", "n_init": 3}, ["n_init"]),
        ({"recluster": "kmeans++", "n_init": 3}, ["n_init"]),
        ({"recluster": "none", "samples": 30, "samples_from": "first"}, ["samples", "samples_from"]),
    ],
)
def test_fields_of_resets_that_nothing_reads_are_told(brb, fields):
    assert list(idle(MLP | {"brb": brb})) == [f"/brb/{name}" for name in fields]


@pytest.mark.parametrize(
    ("spec", "brb", "fields"),
    [
        (CONV, {"block_step": 0.2, "reset_batchnorm": True}, []),
        (CONV, {"reset_projector": False}, ["/brb/reset_projector"]),
        (RESNET, {"block_step": 0.2, "reset_batchnorm": True, "reset_projector": False}, []),
        (RESNET | {"method": "dec"}, {"reset_projector": False}, ["/brb/reset_projector"]),
        (MLP | {"net": {"type": "conv", "channels": [4]}}, {"block_step": 0.2}, ["/brb/block_step"]),
        (MLP | {"net": {"type": "mixed", "channels": [4, 8]}}, {"block_step": 0.2}, []),
    ],
)
def test_what_resets_reach_depends_on_the_net(spec, brb, fields):
    assert list(idle(spec | {"brb": brb})) == fields


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        (ADOPTED, []),
        (ADOPTED | {"pretrain_epochs": 0}, []),
        (ADOPTED | {"pretrain_epochs": 5, "pretrain_lr": 0.1}, ["pretrain_epochs", "pretrain_lr"]),
        (ADOPTED | {"layerwise": {}}, ["layerwise"]),
        (MLP | {"pretrain_epochs": 0}, []),
        (
            MLP | {"pretrain_epochs": 0, "pretrain_lr": 0.1, "pretrain_optimizer": {"type": "sgd"}},
            ["pretrain_lr", "pretrain_optimizer"],
        ),
        (MLP | {"pretrain_epochs": 0, "layerwise": {}, "pretrain_optimizer": {"type": "sgd"}}, []),
        (MLP | {"temperature": 0.1}, ["temperature"]),
        (RESNET | {"temperature": 0.1}, []),
        (RESNET | {"pretrain_augment": True}, ["pretrain_augment"]),
        (RESNET | {"reconstruction_mean": "sample"}, ["reconstruction_mean"]),
        (MLP | {"center_update": "brb_code", "first_count": 3}, ["first_count"]),
        (MLP | {"schedule": {"decay": "cosine", "steps": 3}}, ["schedule/steps"]),
        (MLP | {"schedule": {"decay": "step", "steps": 3}}, []),
        ({"method": "beads", "assign_by": "samples"}, []),
        ({"method": "beads", "assign_by": "samples", "augment": None}, ["assign_by"]),
        ({"method": "beads", "assign_by": "search", "augment": None}, []),
        ({"method": "kmeans", "n_clusters": 3}, []),
    ],
)
def test_fields_beside_the_resets_that_nothing_reads_are_told(spec, fields):
    assert list(idle(spec)) == [f"/{name}" for name in fields]


def test_a_problem_says_why_and_what_would_be_accepted():
    problem = idle(MLP | {"brb": {"noise": 0.3}})["/brb/noise"]
    assert problem.code == "no_effect"
    assert "perturbation soft_reset" in problem.message
    assert problem.accepted == {"enum": [0.5]}
    schedule = idle(ADOPTED | {"pretrain_schedule": {"decay": "cosine"}})["/pretrain_schedule"]
    assert schedule.accepted["enum"][0]["decay"] == "none"


@pytest.mark.parametrize("spec", [MLP | {"brb": {}}, ADOPTED, RESNET | {"brb": {"alpha": 1}}])
def test_a_stored_spec_that_names_every_default_is_taken_again(spec):
    assert idle(parse(spec).model_dump(mode="json")) == {}


def test_no_fit_begins_with_a_field_that_nothing_reads():
    found = problems(parse(MLP | {"brb": {"noise": 0.3}}), kind="vectors", shape=(3,), n=100)
    assert [(problem.field, problem.code) for problem in found] == [("/brb/noise", "no_effect")]


def test_training_has_no_effect_on_layers_of_a_trained_model():
    spec = {"method": "deepclue", "n_clusters": 3, "lr": 0.1, "epochs": 5, "base_clusterings": 3}
    assert idle(spec) == {}
    assert idle(spec | {"initial_model": "mdl_1"}).keys() == {"/epochs", "/lr"}


def test_representatives_have_no_effect_on_base_clusterings_by_kmeans():
    spec = {"method": "deepclue", "n_clusters": 3, "representatives": 30, "neighbors": 3}
    assert idle(spec) == {}
    assert idle(spec | {"base_method": "kmeans"}).keys() == {"/representatives", "/neighbors"}

import pytest
from pydantic import ValidationError

from clustering.params import parse, problems
from clustering.params.grid import Grid
from clustering.params.problem import Beside

MIXED = {"kind": "images", "shape": (16, 32, 3), "n": 200, "beside": Beside(2, 3)}


def found(spec, **facts):
    told = problems(parse({"method": "beads"} | spec), **(MIXED | facts))
    return {(each.field, each.code) for each in told}


def test_a_grid_has_every_combination_as_often_as_it_is_repeated():
    grid = Grid(embedding_dim=(8, 16), pretrain_lr=(1e-3,), weight_decay=(0.0, 1e-2), repeats=3)
    combinations = grid.combinations()
    assert grid.size == len(combinations) == 12
    assert [each for i, each in enumerate(combinations) if each not in combinations[:i]] == [
        {"embedding_dim": width, "pretrain_lr": 1e-3, "weight_decay": decay}
        for width in (8, 16)
        for decay in (0.0, 1e-2)
    ]
    assert Grid().combinations() == [{}]


def test_candidates_are_the_spec_with_the_fields_of_the_grid():
    params = parse(
        {"method": "beads", "grid": {"embedding_dim": [8, 16], "weight_decay": [0.5]}, "pretrain_lr": 0.01}
    )
    first, second = params.candidates
    assert (first.embedding_dim, second.embedding_dim) == (8, 16)
    assert first.pretrain_optimizer.weight_decay == second.pretrain_optimizer.weight_decay == 0.5
    assert first.pretrain_optimizer.type == "adamw"
    assert second.pretrain_lr == 0.01
    assert params.stage_names == ["pretrain 1", "pretrain 2"]
    assert parse({"method": "beads"}).stage_names == ["pretrain"]


@pytest.mark.parametrize(
    ("spec", "met"),
    [
        (
            {"grid": {"embedding_dim": [1, 2, 3, 4], "repeats": 9}},
            "the grid has 36 candidates; accepted are at most 32",
        ),
        (
            {"grid": {"repeats": 2}, "initial_model": "mdl_1"},
            "grid has 2 .* accepted is a grid of one",
        ),
        ({"layerwise": {}}, "layerwise is set; .* accepted is null"),
        ({"grid": {"embedding_dim": [0]}}, "greater than or equal to 1"),
    ],
)
def test_a_grid_that_is_too_large_or_meets_a_model_is_refused(spec, met):
    with pytest.raises(ValidationError, match=met):
        parse({"method": "beads"} | spec)


def test_the_defaults_fit_images_with_views_and_attributes():
    assert found({}) == found({}, beside=Beside(1, 2)) == found({}, beside=Beside(2, 0)) == set()


def test_what_the_defaults_need_is_told_by_field():
    assert found({}, beside=Beside()) == {("/net/type", "needs_modalities")}
    assert found({}, shape=(16, 32, 1)) == {("/augment/type", "needs_color")}
    assert found({}, n=20) == {("/max_clusters", "too_few_samples")}
    assert found({}, kind="vectors", shape=(9,), beside=Beside()) == {
        ("/net/type", "needs_images"),
        ("/augment", "needs_images"),
        ("/evening", "needs_images"),
    }

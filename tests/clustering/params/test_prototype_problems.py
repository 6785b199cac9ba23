import pytest

from clustering.params import parse, problems

AFFINE = {"augment": {"type": "affine"}}


def told(method="propos", *, kind="images", shape=(8, 8, 1), n=600, **spec):
    params = parse({"method": method, "n_clusters": 10} | AFFINE | spec)
    return [(each.field, each.code, each.accepted) for each in problems(params, kind=kind, shape=shape, n=n)]


@pytest.mark.parametrize("method", ["propos", "digpro"])
def test_the_defaults_fit_small_images(method):
    assert told(method) == []
    assert told(method, shape=(32, 32, 3), augment={"type": "simclr"}) == []


@pytest.mark.parametrize("method", ["propos", "digpro"])
@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"batch_size": 10}, ("/batch_size", "batch_too_small", {"minimum": 11})),
        ({"n_clusters": 256}, ("/batch_size", "batch_too_small", {"minimum": 257})),
        (
            {"n": 100, "n_clusters": 50, "batch_size": 60},
            ("/batch_size", "last_batch_too_small", {"minimum": 101}),
        ),
        ({"n": 10}, ("/n_clusters", "too_few_samples", {"maximum": 9})),
        ({"epochs": 50}, ("/warmup_epochs", "warmup_too_long", {"maximum": 49})),
        ({"epochs": 1, "warmup_epochs": 1}, ("/warmup_epochs", "warmup_too_long", {"maximum": 0})),
        ({"kind": "vectors", "shape": (64,)}, ("/method", "needs_images", None)),
        ({"shape": (7, 9, 1)}, ("/net/type", "images_too_small", {"enum": ["mlp"]})),
        (
            {"augment": {"type": "crop", "padding": 8}},
            ("/augment/padding", "images_too_small", {"maximum": 7}),
        ),
        (
            {"augment": {"type": "simclr"}},
            ("/augment/type", "needs_color", {"enum": ["affine", "crop", "strong", "window"]}),
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(method, spec, problem):
    assert told(method, **spec) == [problem]


def test_without_prototypes_the_warm_up_may_last():
    assert told(epochs=50, prototype_weight=0) == []


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"bank_size": 9}, ("/bank_size", "bank_too_small", {"minimum": 10})),
        ({"bank_size": 29, "n_groups": 30}, ("/bank_size", "bank_too_small", {"minimum": 30})),
        ({"n_groups": 601}, ("/n_groups", "too_few_samples", {"maximum": 600})),
    ],
)
def test_groups_have_to_find_place_in_the_bank_and_among_the_samples(spec, problem):
    assert told("digpro", **spec) == [problem]


@pytest.mark.parametrize("method", ["propos", "digpro"])
@pytest.mark.parametrize(
    "bad",
    [
        {"batch_size": 1},
        {"augment": None},
        {"net": {"type": "mlp"}},
        {"net": {"type": "resnet", "projector": [8]}},
        {"n_clusters": 1},
    ],
)
def test_what_can_never_be_is_refused_by_the_schema(method, bad):
    with pytest.raises(ValueError, match="validation error"):
        parse({"method": method, "n_clusters": 10} | bad)

import pytest
from pydantic import ValidationError

from clustering.params import parse, problems

SHAPES = {"vectors": (20,), "gray": (28, 28, 1), "color": (32, 32, 3), "tiny": (6, 9, 3)}
AFFINE = {"augment": {"type": "affine"}, "input_size": None}
METHODS = ["cc", "iic", "pica", "divclust_cc", "divclust_iic", "divclust_pica"]
PLAIN = {"type": "plain", "channels": [4, 8, 16], "kernel": 3}


def found(method, shape, n=1000, **spec):
    kind = "vectors" if shape == "vectors" else "images"
    params = parse({"method": method, "n_clusters": 10} | spec)
    told = problems(params, kind=kind, shape=SHAPES[shape], n=n)
    return [(problem.field, problem.code, problem.accepted) for problem in told]


@pytest.mark.parametrize("method", METHODS)
def test_the_defaults_take_color_images_of_the_paper(method):
    assert found(method, "color") == []


@pytest.mark.parametrize("method", METHODS)
def test_vectors_are_refused(method):
    assert found(method, "vectors") == [("/method", "needs_images", None)]


@pytest.mark.parametrize("method", METHODS)
def test_views_are_asked_for_by_the_schema(method):
    with pytest.raises(ValidationError):
        parse({"method": method, "n_clusters": 10, "augment": None})


@pytest.mark.parametrize(
    ("method", "shape", "spec", "problem"),
    [
        ("cc", "color", {"batch_size": 10}, ("/batch_size", "batch_too_small", {"minimum": 11})),
        ("iic", "color", {"batch_size": 70}, ("/batch_size", "batch_too_small", {"minimum": 71})),
        ("divclust_iic", "color", {"batch_size": 9}, ("/batch_size", "batch_too_small", {"minimum": 11})),
        (
            "cc",
            "color",
            {"n": 100, "n_clusters": 50, "batch_size": 60},
            ("/batch_size", "last_batch_too_small", {"minimum": 101}),
        ),
        ("pica", "color", {"n": 70}, ("/over_clusters", "too_few_samples", {"maximum": 69})),
        ("cc", "color", {"n": 10}, ("/n_clusters", "too_few_samples", {"maximum": 9})),
        (
            "cc",
            "gray",
            {},
            ("/augment/type", "needs_color", {"enum": ["affine", "crop", "strong", "window"]}),
        ),
        (
            "iic",
            "color",
            {"augment": {"type": "window", "sides": [20, 33]}},
            ("/augment/sides", "images_too_small", {"items": {"maximum": 32}}),
        ),
        (
            "pica",
            "color",
            {"anchor": {"type": "window", "sides": [40]}},
            ("/anchor/sides", "images_too_small", {"items": {"maximum": 32}}),
        ),
        (
            "iic",
            "color",
            {"input_size": 19},
            ("/anchor/sides", "images_too_small", {"items": {"maximum": 19}}),
        ),
        ("cc", "gray", AFFINE, ("/net/stem", "images_too_small", {"enum": ["small", "pooled"]})),
        ("cc", "tiny", AFFINE, ("/net/type", "images_too_small", None)),
        (
            "cc",
            "tiny",
            AFFINE | {"net": {"type": "plain"}},
            ("/net/channels", "images_too_small", {"maxItems": 3}),
        ),
        (
            "divclust_cc",
            "color",
            {"heads": 50, "n_clusters": 100},
            ("/heads", "too_many_clusters", {"maximum": 40}),
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(method, shape, spec, problem):
    assert problem in found(method, shape, **spec)


def test_small_images_go_where_they_are_enlarged_or_the_net_is_small():
    assert found("cc", "tiny", **AFFINE | {"input_size": 32}) == []
    assert found("cc", "tiny", **AFFINE | {"net": PLAIN}) == []


@pytest.mark.parametrize("method", [name for name in METHODS if "divclust" in name])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("heads", 1),
        ("heads", 0),
        ("n_clusters", 1),
        ("target", 0),
        ("target", -0.1),
        ("target", 1.01),
        ("consensus_heads", 1),
        ("single", "D"),
        ("memory", 1),
    ],
)
def test_what_no_data_could_mend_is_refused_by_the_schema(method, field, value):
    with pytest.raises(ValidationError) as refused:
        parse({"method": method, "n_clusters": 10} | {field: value})
    assert refused.value.errors()[0]["loc"][-1] == field


@pytest.mark.parametrize("method", [name for name in METHODS if "divclust" in name])
def test_a_target_of_one_is_taken(method):
    assert parse({"method": method, "n_clusters": 10, "target": 1}).target == 1

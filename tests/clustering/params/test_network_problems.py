import pytest

from clustering.params import parse, problems

SHAPES = {"vectors": (20,), "gray": (28, 28, 1), "color": (32, 32, 3), "small": (8, 9, 3), "tiny": (7, 9, 3)}
RESIDUAL = {"method": "dcn", "n_clusters": 10, "net": {"type": "resnet"}, "augment": {"type": "affine"}}
LARGE = {"net": {"type": "resnet", "stem": "large"}}


def found(shape, **spec):
    kind = "vectors" if shape == "vectors" else "images"
    told = problems(parse(RESIDUAL | spec), kind=kind, shape=SHAPES[shape], n=100)
    return [(problem.field, problem.code, problem.accepted) for problem in told]


@pytest.mark.parametrize("shape", ["gray", "color", "small"])
def test_a_residual_net_takes_images_and_views(shape):
    assert found(shape) == []


def test_a_large_stem_takes_large_images():
    assert found("color", **LARGE) == []


@pytest.mark.parametrize(
    ("shape", "spec", "problem"),
    [
        ("color", {"augment": None}, ("/augment", "needs_augment", {"type": "object", "required": ["type"]})),
        ("gray", {"augment": {"type": "simclr"}}, ("/augment/type", "needs_color", None)),
        ("tiny", {}, ("/net/type", "images_too_small", {"enum": ["mlp"]})),
        ("gray", LARGE, ("/net/stem", "images_too_small", {"enum": ["small", "pooled"]})),
        ("tiny", LARGE, ("/net/type", "images_too_small", {"enum": ["mlp"]})),
        ("vectors", {"augment": None}, ("/net/type", "needs_images", {"enum": ["mlp"]})),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(shape, spec, problem):
    ((field, code, accepted),) = found(shape, **spec)
    assert (field, code) == problem[:2]
    assert problem[2] in (None, accepted)


@pytest.mark.parametrize("method", ["simclr", "byol"])
def test_a_method_over_images_has_one_problem_with_vectors(method):
    (problem,) = problems(parse({"method": method}), kind="vectors", shape=(20,), n=100)
    assert (problem.field, problem.code) == ("/method", "needs_images")


@pytest.mark.parametrize("method", ["simclr", "byol"])
def test_a_method_over_images_asks_for_views_and_a_residual_net_by_its_schema(method):
    for bad in ({"augment": None}, {"net": {"type": "mlp"}}):
        with pytest.raises(ValueError, match="validation error"):
            parse({"method": method} | bad)


def test_an_autoencoder_is_no_residual_net():
    with pytest.raises(ValueError, match="resnet"):
        parse({"method": "autoencoder", "net": {"type": "resnet"}})

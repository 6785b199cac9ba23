import pytest

from clustering.params import parse, problems

SHAPES = {"vectors": (20,), "images": (28, 28, 1), "color": (32, 32, 3), "tiny": (6, 9, 1)}


def found(shape, n=100, **spec):
    params = parse({"method": "dcn", "n_clusters": 10} | spec)
    kind = "vectors" if len(SHAPES[shape]) == 1 else "images"
    return [
        (problem.field, problem.code) for problem in problems(params, kind=kind, shape=SHAPES[shape], n=n)
    ]


@pytest.mark.parametrize(
    ("shape", "spec"),
    [
        ("vectors", {}),
        ("images", {"net": {"type": "conv"}, "augment": {"type": "affine"}}),
        ("color", {"net": {"type": "conv"}, "augment": {"type": "simclr"}}),
        ("tiny", {"augment": {"type": "crop", "padding": 2}}),
        ("vectors", {"method": "kmeans", "n": 10}),
        ("vectors", {"method": "spectral", "n": 11}),
        ("images", {"augment": {"type": "affine"}, "pretrain_augment": True}),
    ],
)
def test_params_that_fit_have_no_problem(shape, spec):
    assert found(shape, **spec) == []


@pytest.mark.parametrize(
    ("shape", "spec", "problem"),
    [
        ("vectors", {"n": 9}, ("/n_clusters", "too_few_samples")),
        ("vectors", {"n": 9, "method": "kmeans"}, ("/n_clusters", "too_few_samples")),
        ("vectors", {"n": 10, "method": "spectral"}, ("/n_clusters", "too_few_samples")),
        ("images", {"pretrain_augment": True}, ("/pretrain_augment", "needs_augment")),
        ("vectors", {"augment": {"type": "affine"}}, ("/augment", "needs_images")),
        ("images", {"augment": {"type": "simclr"}}, ("/augment/type", "needs_color")),
        ("images", {"augment": {"type": "crop", "padding": 28}}, ("/augment/padding", "images_too_small")),
        ("vectors", {"net": {"type": "conv"}}, ("/net/type", "needs_images")),
        ("tiny", {"net": {"type": "conv"}}, ("/net/type", "images_too_small")),
        ("images", {"net": {"type": "conv", "channels": [4] * 5}}, ("/net/channels", "images_too_small")),
        ("vectors", {"method": "spectral", "n": 10**6}, ("/method", "too_many_samples")),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(shape, spec, problem):
    assert found(shape, **spec) == [problem]


def test_one_sample_is_a_problem_of_the_data_set():
    assert ("", "too_few_samples") in found("vectors", n=1)


def test_a_problem_says_what_would_be_accepted():
    params = parse({"method": "kmeans", "n_clusters": 10})
    (problem,) = problems(params, kind="vectors", shape=(3,), n=4)
    assert problem.accepted == {"maximum": 4} and "10" in problem.message and "4" in problem.message


def test_where_clusters_must_be_fewer_than_samples_the_accepted_number_says_so():
    params = parse({"method": "spectral", "n_clusters": 4})
    (problem,) = problems(params, kind="vectors", shape=(3,), n=4)
    assert problem.accepted == {"maximum": 3}

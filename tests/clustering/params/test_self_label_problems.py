import pytest

from clustering.params.self_label import SelfLabelParams
from clustering.params.self_label_problems import self_label_problems

GRAY, COLOR, VECTORS = (28, 28, 1), (32, 32, 3), (20,)


def found(shape, **fields):
    kind = "vectors" if len(shape) == 1 else "images"
    problems = self_label_problems(SelfLabelParams(**fields), kind, shape)
    return [(problem.field, problem.code, problem.accepted) for problem in problems]


@pytest.mark.parametrize(
    ("shape", "fields"),
    [
        (GRAY, {}),
        (COLOR, {}),
        (COLOR, {"weak": {"type": "crop"}, "strong": {"type": "simclr"}}),
        ((4, 4, 1), {"strong": {"type": "strong", "padding": 3}}),
        (VECTORS, {"strong": None}),
    ],
)
def test_views_that_can_be_drawn_are_no_problem(shape, fields):
    assert found(shape, **fields) == []


@pytest.mark.parametrize(
    ("shape", "fields", "problem"),
    [
        (VECTORS, {}, ("/self_label/strong", "needs_images", {"enum": [None]})),
        (GRAY, {"weak": {"type": "simclr"}}, ("/self_label/weak/type", "needs_color")),
        ((4, 9, 1), {}, ("/self_label/strong/padding", "images_too_small", {"maximum": 3})),
        (
            (6, 6, 3),
            {"weak": {"type": "crop", "padding": 6}},
            ("/self_label/weak/padding", "images_too_small", {"maximum": 5}),
        ),
    ],
)
def test_views_that_cannot_be_drawn_are_named_by_their_field(shape, fields, problem):
    (met,) = found(shape, **fields)
    assert met[: len(problem)] == problem


def test_both_views_are_looked_at():
    fields = [field for field, *_ in found(VECTORS, weak={"type": "affine"})]
    assert fields == ["/self_label/weak", "/self_label/strong"]

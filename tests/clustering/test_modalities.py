import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from clustering import engine
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.fingerprint import fingerprint
from clustering.modalities import MixedShape, Modalities
from clustering.params import parse
from clustering.params.initial_problems import initial_problems
from clustering.params.problem import Beside
from clustering.params.problems import problems
from clustering.run import Run

rng = np.random.default_rng(0)
VIEWS = rng.integers(0, 256, (12, 2, 8, 10, 3), np.uint8)
X = np.concatenate([VIEWS[:, 0], VIEWS[:, 1]], axis=2)
TABLE = rng.normal(3, 2, (12, 2))
BOTH = Modalities(2, TABLE, ("weight", "length"))
NET = {"type": "mixed", "channels": [4, 4], "hidden": [8]}
MIXED = {"method": "autoencoder", "net": NET, "embedding_dim": 3, "epochs": 2, "batch_size": 8}


def data(modalities=BOTH, **how):
    return Data.of(X, modalities=modalities, **how)


def test_a_row_holds_a_view_and_the_attributes_beside_it():
    found = data(replace(BOTH, weight=2.0))
    assert found.shape == (2, 242)
    assert found.stored_shape == (8, 20, 3)
    (rows,) = found.blocks(12)
    images, beside = found.shape.unpacked(rows)
    np.testing.assert_allclose(images, VIEWS.transpose(0, 1, 4, 2, 3) / X.max(), rtol=1e-6)
    unit = (TABLE - TABLE.min(0)) / np.ptp(TABLE, axis=0)
    np.testing.assert_allclose(beside[:, 0], unit * np.sqrt(2.0 * 240 / 2), rtol=1e-4, atol=1e-5)
    assert torch.equal(beside[:, 0], beside[:, 1])
    np.testing.assert_allclose(found.scaling.attributes.invert(found.attributes), TABLE, rtol=1e-4, atol=1e-4)


def test_squared_errors_of_rows_are_those_of_pixels_and_of_weighted_attributes():
    weight, found = 3.0, data(replace(BOTH, weight=3.0))
    (rows,) = found.blocks(12)
    other = rows + torch.randn(rows.shape, generator=torch.Generator().manual_seed(0))
    pixels, beside = found.shape.unpacked(other - rows)
    in_unit = beside / found.shape.factor(weight)
    expected = pixels.square().mean() + weight * in_unit.square().mean()
    torch.testing.assert_close((other - rows).square().sum() / (12 * 2 * 240), expected)


def test_side_by_side_and_apart_are_inverse():
    shape = MixedShape(3, (2, 4, 5), 0)
    images = torch.rand(6, 2, 4, 15)
    assert torch.equal(shape.joined(shape.apart(images)), images)
    assert torch.equal(shape.apart(images)[:, 1], images[..., 5:10])
    assert torch.equal(
        shape.unpacked(shape.packed(shape.apart(images), torch.empty(6, 0)))[0][:, 2], images[..., 10:]
    )


def test_a_shape_survives_copying():
    shape = copy.deepcopy(MixedShape(2, (3, 4, 5), 1))
    assert (shape, shape.image, shape.attributes) == ((2, 61), (3, 4, 5), 1)


def test_views_alone_and_attributes_alone_are_modalities_too():
    assert data(Modalities(2)).shape == (2, 240)
    assert data(Modalities(1, TABLE)).shape == (1, 482)


def test_a_constant_attribute_becomes_zero_and_comes_back():
    found = data(Modalities(2, np.full((12, 1), 7.0)))
    assert (found.attributes == 0).all()
    assert (found.scaling.attributes.invert(found.attributes) == 7).all()


def test_a_view_is_drawn_of_each_picture_and_never_of_attributes():
    seen = []

    def view(x, generator):
        seen.append(x.shape)
        return torch.zeros_like(x)

    (batch,) = data().batches(12, torch.Generator().manual_seed(0), view)
    images, beside = data().shape.unpacked(batch.view())
    assert seen == [(12, 2, 3, 8, 10)]
    assert (images == 0).all()
    assert torch.equal(beside, data().shape.unpacked(batch.x)[1])


def test_views_behind_one_another_keep_their_attributes():
    (batch,) = data().batches(12, torch.Generator().manual_seed(0), lambda x, _: torch.cat([x, 1 - x]))
    assert torch.equal(
        data().shape.unpacked(batch.view())[1], data().shape.unpacked(batch.x)[1].repeat(2, 1, 1)
    )


def test_a_part_takes_its_attributes_along_and_streaming_changes_nothing(tmp_path):
    index = torch.tensor([7, 2, 2])
    (part,), (whole,) = data().part(index).blocks(9), data().blocks(12)
    assert torch.equal(part, whole[index])
    np.save(tmp_path / "x.npy", X)
    streamed = Data.of(np.load(tmp_path / "x.npy", mmap_mode="r"), modalities=BOTH, budget_bytes=8)
    assert torch.equal(torch.cat(list(streamed.blocks(5))), whole)


def test_weights_say_how_often_a_sample_is_drawn():
    weights = torch.tensor([0.0, 1.0, 3.0] + [0.0] * 9)
    rows = [
        batch.index
        for seed in range(50)
        for batch in data().batches(5, torch.Generator().manual_seed(seed), weights=weights)
    ]
    counts = torch.cat(rows).bincount(minlength=12)
    assert counts.sum() == 600
    assert counts[[0, *range(3, 12)]].sum() == 0
    assert counts[2] / counts[1] == pytest.approx(3, abs=0.7)


def spoiled(value):
    table = TABLE.copy()
    table[3, 1] = value
    return table


@pytest.mark.parametrize(
    ("modalities", "met"),
    [
        (Modalities(3), r"modalities\.views is 3 and images are 20 pixels wide"),
        (Modalities(0), r"modalities\.views is 0"),
        (Modalities(2, TABLE[:11]), r"\(11, 2\); accepted is a row .* 12 samples"),
        (Modalities(2, TABLE[:, 0]), r"shape \(12,\)"),
        (Modalities(2, TABLE[:, :0]), r"shape \(12, 0\)"),
        (Modalities(2, TABLE.astype(str)), "dtype <U"),
        (Modalities(2, TABLE, ("weight",)), "1 for 2 attributes"),
        (
            Modalities(2, np.where(TABLE[3, 1] == TABLE, np.nan, TABLE), ("a", "b")),
            "Attribute b of sample 3 is nan",
        ),
        (Modalities(2, np.where(TABLE[3, 1] == TABLE, 1e20, TABLE)), "Attribute 1 of sample 3 is 1e.20"),
    ],
)
def test_modalities_that_do_not_go_with_the_samples_are_refused(modalities, met):
    with pytest.raises(InvalidData, match=met):
        engine.fit(X, parse(MIXED), modalities=modalities)


def test_vectors_have_no_views():
    with pytest.raises(InvalidData, match="needs images"):
        engine.fit(np.ones((4, 6)), parse(MIXED), modalities=Modalities(2))
    with pytest.raises(InvalidData, match="accepted are images"):
        Data.of(np.ones((4, 6)), modalities=Modalities(2))


def test_a_method_that_reads_no_modalities_sees_views_side_by_side():
    params = parse({"method": "kmeans", "n_clusters": 2})
    plain, told = engine.fit(X, params), engine.fit(X, params, modalities=BOTH)
    assert torch.equal(plain.embeddings, told.embeddings)


def test_a_mixed_net_decodes_views_side_by_side_and_its_model_places_new_samples(tmp_path):
    result = engine.fit(X, parse(MIXED), modalities=BOTH)
    assert result.decode(result.embeddings[:5]).shape == (5, 8, 20, 3)
    engine.save(result, tmp_path)
    again = engine.predict(tmp_path, X[:4], modalities=Modalities(2, TABLE[:4]))
    np.testing.assert_allclose(again.embeddings, result.embeddings[:4], rtol=1e-5, atol=1e-6)
    for other in (None, Modalities(2), Modalities(1, TABLE), Modalities(2, TABLE[:, :1])):
        with pytest.raises(InvalidData, match=r"fitted to 2 .* 2"):
            engine.predict(tmp_path, X, modalities=other)


def test_attributes_tell_samples_apart():
    same = np.repeat(X[:1], 12, axis=0)
    result = engine.fit(same, parse(MIXED), modalities=Modalities(2, TABLE))
    assert (result.embeddings.std(dim=0) > 1e-4).any()


def test_a_checkpoint_knows_views_and_attributes():
    params, changed = parse(MIXED), TABLE.copy()
    changed[5, 1] += 1
    marks = {
        fingerprint(params, 0, data(modalities), {})
        for modalities in (
            BOTH,
            Modalities(2),
            Modalities(2, changed),
            Modalities(4, TABLE),
            Modalities(1, TABLE),
        )
    }
    assert len(marks) == 5


def problem(spec, shape=(8, 20, 3), **beside):
    found = problems(parse(spec), kind="images", shape=shape, n=12, beside=Beside(**beside))
    return [(each.field, each.code) for each in found]


def test_a_mixed_net_needs_modalities_and_views_that_are_large_enough():
    assert problem(MIXED) == [("/net/type", "needs_modalities")]
    assert problem(MIXED, views=2) == problem(MIXED, attributes=1) == []
    assert problem(MIXED, views=4) == [("/net/type", "images_too_small")]
    deep = MIXED | {"net": NET | {"channels": [2, 2, 2, 2]}}
    assert problem(deep, shape=(16, 16, 3), views=2) == [("/net/channels", "images_too_small")]


def test_a_mixed_net_starts_from_a_model_of_the_same_views_and_attributes(tmp_path):
    engine.save(engine.fit(X, parse(MIXED), modalities=BOTH), tmp_path)
    spec = {
        "method": "dec",
        "net": NET,
        "embedding_dim": 3,
        "epochs": 1,
        "n_clusters": 2,
        "initial_model": "mdl_1",
    }
    run = Run(initial_model=tmp_path)
    assert engine.fit(X, parse(spec), run, modalities=BOTH).clusterings
    with pytest.raises(InvalidData, match=r"2 view\(s\) and 0 attribute\(s\); .* fitted to 2 and 2"):
        engine.fit(X, parse(spec), run, modalities=Modalities(2))
    known = {"shape": (8, 20, 3), "trained_shape": (8, 20, 3)}
    same, other = (Beside(2, 2), Beside(2, 2)), (Beside(2, 1), Beside(2, 2))
    assert not initial_problems(parse(spec), parse(MIXED), besides=same, **known)
    (problem,) = initial_problems(parse(spec), parse(MIXED), besides=other, **known)
    assert (problem.field, problem.code) == ("/initial_model", "model_mismatch")

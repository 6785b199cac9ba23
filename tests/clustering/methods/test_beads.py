import numpy as np
import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import describe, write_result
from clustering.errors import Cancelled, Drained, InvalidData
from clustering.methods import METHODS
from clustering.modalities import Modalities
from clustering.params import parse
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import assert_same

N = 40
NET = {"type": "mixed", "channels": [4, 6], "hidden": [8]}
TINY = {
    "method": "beads",
    "net": NET,
    "embedding_dim": 4,
    "batch_size": 20,
    "pretrain_epochs": 2,
    "epochs": 2,
    "repetitions": 1,
    "max_spaces": 3,
    "max_clusters": 3,
    "evening": {"groups": 3, "draws": 60},
}
GRID = {"grid": {"embedding_dim": [4, 3], "repeats": 2, "tolerance": 10}}


def beads():
    """Squares of two colors and two sizes from two sides, and their measures."""
    rng = np.random.default_rng(0)
    color, size = np.arange(N) % 2, np.arange(N) // 2 % 2
    views = rng.integers(0, 30, (N, 2, 8, 8, 3))
    for i in range(N):
        views[i, :, : 4 + 4 * size[i], :, 2 * color[i]] += 200
    x = np.concatenate([views[:, 0], views[:, 1]], axis=2).astype(np.uint8)
    return x, Modalities(2, np.stack([size + rng.random(N), rng.random(N)], axis=1), ("weight", "length"))


X, BESIDE = beads()


def fitted(spec, run=None):
    return engine.fit(X, parse(TINY | spec), run, modalities=BESIDE)


@pytest.fixture(scope="module")
def several():
    return fitted(GRID)


def test_the_result_tells_of_every_candidate_and_of_what_training_changed(several):
    table, selection = several.extras["candidates"].columns, several.extras["selection"]
    assert list(table["embedding_dim"]) == [4, 4, 3, 3]
    assert sum(table["chosen"]) == 1
    chosen = selection["chosen"]
    assert table["embedding_dim"][chosen] == 3
    for name in ("held_out", "mdl_bits", "mean_vi", "cosine", "spread", "outliers"):
        assert len(table[name]) == 4
        assert selection["before"][name] == table[name][chosen]
        assert np.isfinite(selection["after"][name])
    assert " ".join(map(str, selection["before"]["clusters"])) == table["clusters"][chosen]
    assert selection["after"]["clusters"] == several.method.counts.tolist()


def test_stages_are_those_of_all_candidates(several):
    met = [(point.stage, point.epoch) for point in several.curves]
    pretrained = [(f"pretrain {i}", e) for i in range(1, 5) for e in (1, 2)]
    assert met == [*pretrained, *(("search", e) for e in range(1, 5)), ("cluster", 1), ("cluster", 2)]


def test_only_the_chosen_network_is_kept_and_predicts_with_views_and_attributes(several, tmp_path):
    engine.save(several, tmp_path)
    chosen = several.extras["selection"]["chosen"]
    kept = {name.split(".")[1] for name in several.method.state_dict() if name.startswith("nets.")}
    assert kept == {str(chosen)}
    told = engine.predict(tmp_path, X, modalities=BESIDE)
    for labels, clustering in zip(told.clusterings, several.clusterings, strict=True):
        np.testing.assert_array_equal(labels, clustering.labels)
    with pytest.raises(InvalidData, match="fitted to 2 and 2"):
        engine.predict(tmp_path, X)


def test_codes_lie_around_zero_where_their_views_are_compared():
    z = fitted({"epochs": 0}).embeddings
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(4), atol=1e-4, rtol=0)


def test_prototypes_are_decoded_to_views_and_attributes(several, tmp_path):
    table = several.extras["prototype-attributes"].columns
    assert len(table["weight"]) == len(table["length"]) == len(table["cluster"])
    described = describe(several, X)
    names = {entry.name for entry in write_result(described, tmp_path)}
    assert {"candidates.parquet", "selection.json", "prototype-attributes.parquet", "decoded-0.npy"} <= names
    assert np.load(tmp_path / "decoded-0.npy").shape[1:] == (8, 16, 3)


@pytest.mark.parametrize("after", [1, 3, 5, 6, 8, 9])
def test_a_fit_over_a_grid_resumes_exactly_from_any_stage(several, after, tmp_path):
    seen = []

    def hear(report):
        if isinstance(report, Metrics):
            seen.append(report)

    def stop():
        return "drain" if len(seen) >= after else None

    with pytest.raises(Drained):
        fitted(GRID, Run(report=hear, stop=stop, checkpoints=Checkpoints(tmp_path)))
    resumed = fitted(GRID, Run(checkpoints=Checkpoints(tmp_path)))
    assert_same(resumed, several)
    assert resumed.curves == several.curves
    assert resumed.extras["selection"] == several.extras["selection"]


def test_a_cancel_is_heard_while_clusterings_are_searched():
    stages = []

    def stop():
        return "cancel" if stages and stages[-1] == "search" else None

    with pytest.raises(Cancelled):
        fitted({}, Run(report=lambda report: stages.append(report.stage), stop=stop))
    assert "cluster" not in stages


def test_training_brings_the_views_together_without_making_samples_alike():
    result = fitted({"epochs": 30, "lr": 3e-3, "pretrain_epochs": 30, "pretrain_lr": 1e-2})
    before, after = (result.extras["selection"][when] for when in ("before", "after"))
    assert after["cosine"] > before["cosine"]
    assert after["spread"] > 0.01


def test_it_starts_from_a_pretrained_mixed_autoencoder(tmp_path):
    trained = {"method": "autoencoder", "net": NET, "embedding_dim": 4, "epochs": 1}
    model = engine.fit(X, parse(trained), modalities=BESIDE)
    engine.save(model, tmp_path)
    spec = {name: value for name, value in TINY.items() if name != "pretrain_epochs"}
    spec |= {"initial_model": "mdl_1", "epochs": 0}
    result = engine.fit(X, parse(spec), Run(initial_model=tmp_path), modalities=BESIDE)
    mine, theirs = result.method.net.eval(), model.method.net.eval()
    moved = {
        name for name, tensor in theirs.state_dict().items() if not mine.state_dict()[name].equal(tensor)
    }
    assert all(name.endswith("bias") for name in moved)
    x = torch.rand(5, *mine.encoder.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(mine(x), theirs(x), atol=1e-4, rtol=1e-4)
    assert {point.stage for point in result.curves} == {"search"}


def test_attributes_matter_and_samples_without_them_still_have_views():
    plain = engine.fit(X, parse(TINY), modalities=Modalities(2))
    assert "prototype-attributes" not in plain.extras
    assert not torch.equal(plain.embeddings, fitted({}).embeddings)


def test_the_method_is_found_by_its_name():
    assert METHODS["beads"].__name__ == "Beads"

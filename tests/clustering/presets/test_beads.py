from clustering.params import problems
from clustering.presets import PRESETS


def test_the_grids_are_the_papers_144_pretrainings():
    grids = {name: preset.params for name, preset in PRESETS.items() if name.startswith("beads/grid-")}
    assert len(grids) == 6
    assert sum(params.grid.size for params in grids.values()) == 144
    assert grids["beads/grid-resnet18-d128"].embedding_dim == 128


def test_data_of_one_view_without_attributes_is_refused():
    preset = PRESETS["beads/beads"]
    (found,) = problems(preset.params, kind="images", shape=(64, 64, 3), n=4669)
    assert (found.field, found.code) == ("/net/type", "needs_modalities")


def test_the_search_alone_has_the_figures_before_the_training():
    before, after = PRESETS["beads/autonr"], PRESETS["beads/beads"]
    assert before.params == after.params.model_copy(update={"epochs": 0})
    assert "27, 6, 6, 2" in before.figure.over
    assert "16, 7, 7, 2" in after.figure.over


def test_nets_see_as_many_features_as_the_papers():
    for name, features in (("resnet50", 2048), ("resnet18", 512)):
        channels = PRESETS[f"beads/grid-{name}-d64"].params.net.channels
        assert channels[-1] * (64 >> len(channels) - 1) ** 2 == features

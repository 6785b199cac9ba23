import pytest

from clustering.params import PARAMS, problems
from clustering.presets import PRESETS, DatasetFacts, Preset, overridden

NAMES = sorted(PRESETS)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_fits_its_own_data(name):
    preset = PRESETS[name]
    data = preset.dataset
    found = problems(preset.params, kind=data.kind, shape=data.shape, n=data.n, beside=data.beside)
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_names_only_what_differs_from_the_defaults(name):
    preset = PRESETS[name]
    filled, fields = preset.params, PARAMS[preset.spec["method"]].model_fields
    idle = [
        key
        for key in preset.spec
        if not fields[key].is_required() and getattr(filled, key) == fields[key].default
    ]
    assert set(idle) <= {"method", "embedding_dim"}, "the embedding is as wide as there are clusters"


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_percentages(name):
    figure = PRESETS[name].figure
    met = [] if figure is None else [figure.acc, figure.nmi, figure.ari]
    assert all(value is None or 0 <= value <= 100 for value in met)


def test_a_presets_family_is_the_part_before_the_slash():
    data = DatasetFacts("dots", 10, (2,), 2, "all", "all")
    preset = Preset("dots/kmeans", "", "", data, {"method": "kmeans", "n_clusters": 2}, None)
    assert (preset.family, data.kind) == ("dots", "vectors")
    assert preset.params.model_dump()["n_init"] == 10


def test_overrides_go_into_nested_blocks():
    spec = {"lr": 1, "brb": {"interval": 20, "alpha": 0.8}}
    changed = overridden(spec, {"lr": 2, "brb": {"interval": 5}})
    assert changed == {"lr": 2, "brb": {"interval": 5, "alpha": 0.8}}
    assert spec == {"lr": 1, "brb": {"interval": 20, "alpha": 0.8}}


def test_an_override_of_another_type_takes_the_whole_place():
    spec = {"augment": {"type": "affine", "degrees": 16}}
    assert overridden(spec, {"augment": {"type": "crop"}}) == {"augment": {"type": "crop"}}
    assert overridden(spec, {"augment": {"type": "affine"}}) == spec


def test_an_override_of_null_takes_a_block_away():
    assert overridden({"brb": {"interval": 20}}, {"brb": None}) == {"brb": None}


def test_a_trained_model_takes_the_place_of_a_presets_whole_pretraining():
    spec = PRESETS["brb/dcn-cifar10"].spec
    changed = overridden(spec, {"initial_model": "mdl_1"})
    gone = {name for name in spec if name not in changed}
    assert gone == {name for name in spec if name.startswith("pretrain_")} != set()
    assert changed == {name: spec[name] for name in spec if name not in gone} | {"initial_model": "mdl_1"}


def test_what_the_caller_asks_for_stays_even_without_effect():
    spec = PRESETS["brb/dcn-cifar10"].spec
    changed = overridden(spec, {"initial_model": "mdl_1", "pretrain_epochs": 7})
    assert changed["pretrain_epochs"] == 7
    assert "pretrain_lr" not in changed


def test_a_field_of_a_block_loses_its_place_and_the_preset_stays_as_it_was():
    spec = {"method": "dcn", "n_clusters": 3, "brb": {"interval": 9, "n_init": 3}}
    assert overridden(spec, {"brb": {"recluster": "kmedoids"}})["brb"] == {
        "interval": 9,
        "recluster": "kmedoids",
    }
    assert spec["brb"] == {"interval": 9, "n_init": 3}

from clustering.params import PARAMS, problems
from clustering.presets import PRESETS, DatasetFacts, Preset, overridden


def test_presets_fit_their_own_data():
    found = {}
    for name, preset in PRESETS.items():
        data = preset.dataset
        found[name] = problems(preset.params, kind=data.kind, shape=data.shape, n=data.n, beside=data.beside)
    assert {name: met for name, met in found.items() if met} == {}


def idle(preset):
    """Fields of a preset that say what the defaults say."""
    filled, fields = preset.params, PARAMS[preset.spec["method"]].model_fields
    given = [key for key in preset.spec if not fields[key].is_required()]
    return {key for key in given if getattr(filled, key) == fields[key].default}


def test_presets_name_only_what_differs_from_the_defaults():
    """The embedding is as wide as there are clusters, which may be the default."""
    found = {name: idle(preset) - {"method", "embedding_dim"} for name, preset in PRESETS.items()}
    assert {name: met for name, met in found.items() if met} == {}


def test_figures_are_percentages():
    figures = {name: preset.figure for name, preset in PRESETS.items() if preset.figure is not None}
    met = {name: [figure.acc, figure.nmi, figure.ari] for name, figure in figures.items()}
    assert {
        n for n, values in met.items() if any(v is not None and not 0 <= v <= 100 for v in values)
    } == set()


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

"""DigPro and ProPos: what sections 4.1 to 4.4 say of their experiments."""

import pytest

from clustering.presets import PRESETS

TABLE_2 = {
    "rsod": (976, 4),
    "uc-merced": (2_100, 21),
    "siri-whu": (2_400, 12),
    "imagenet-10": (13_000, 10),
    "imagenet-dogs": (19_500, 15),
    "tiny-imagenet": (100_000, 200),
}
NAMES = [name for name in PRESETS if name.startswith(("digpro/", "propos/"))]
SMALL = [name for name in NAMES if name.endswith("-small")]


def spec(name):
    return PRESETS[name].params.model_dump()


@pytest.mark.parametrize("method", ["propos", "digpro"])
@pytest.mark.parametrize("key", TABLE_2)
def test_every_data_set_of_the_paper_has_its_preset_for_both_methods(method, key):
    preset = PRESETS[f"digpro/{method}-{key}"]
    assert (preset.dataset.n, preset.dataset.k) == TABLE_2[key]
    assert preset.params.n_clusters == preset.dataset.k
    side = 96 if key in ("imagenet-10", "imagenet-dogs") else 32
    assert preset.dataset.shape == (side, side, 3)


@pytest.mark.parametrize(
    ("key", "batch", "warmup", "weight"),
    [
        ("rsod", 256, 50, 1),
        ("uc-merced", 256, 200, 0.5),
        ("siri-whu", 256, 200, 1),
        ("imagenet-10", 128, 50, 0.3),
        ("imagenet-dogs", 128, 50, 0.5),
        ("tiny-imagenet", 1024, 50, 0.1),
    ],
)
def test_batches_rates_warm_ups_and_weights_are_the_papers(key, batch, warmup, weight):
    told = spec(f"digpro/digpro-{key}")
    assert (told["batch_size"], told["group_weight"], told["epochs"]) == (batch, weight, 1000)
    assert told["lr"] == pytest.approx(0.05 * batch / 256)
    assert told["warmup_epochs"] == told["schedule"]["warmup_epochs"] == warmup
    assert (told["group_temperature"], told["prototype_temperature"], told["noise"]) == (0.1, 0.5, 0.001)
    assert (told["momentum"], told["group_momentum"], told["bank_size"]) == (0.996, 0.99, 2560)
    assert told["regroup_every"] == (20 if key == "tiny-imagenet" else None)
    views = told["augment"]
    assert [views[name] for name in ("brightness", "contrast", "saturation", "hue")] == [0.4, 0.4, 0.4, 0.1]
    assert (views["min_area"], views["jitter"], views["grayscale"], views["solarize"]) == (0.08, 0.8, 0.2, 0)


@pytest.mark.parametrize(
    ("name", "nmi", "acc", "ari"),
    [
        ("digpro-imagenet-10", 87.2, 92.2, 84.9),
        ("propos-rsod", 35.1, 63.2, 27.2),
        ("digpro-siri-whu", 64.9, 63.5, 49.9),
        ("digpro-imagenet-10-no-prototypes", 85.0, 90.5, 81.7),
        ("digpro-tiny-imagenet-no-groups", 45.7, 29.4, 18.0),
    ],
)
def test_a_preset_carries_the_figure_of_its_own_row(name, nmi, acc, ari):
    figure = PRESETS[f"digpro/{name}"].figure
    assert (figure.nmi, figure.acc, figure.ari) == (nmi, acc, ari)


def test_what_table_3_leaves_out_weighs_nothing():
    assert spec("digpro/digpro-imagenet-10-no-groups")["group_weight"] == 0
    assert spec("digpro/digpro-imagenet-10-no-prototypes")["prototype_weight"] == 0


@pytest.mark.parametrize(
    ("suffix", "field", "value"),
    [
        *((f"bank-{size}", "bank_size", size) for size in (512, 1280, 5120, 10240)),
        *((f"groups-{count}", "n_groups", count) for count in (5, 20, 40)),
        *((f"resnet{depth}", "net", depth) for depth in (34, 50)),
    ],
)
def test_what_figure_3_varies_is_all_that_differs(suffix, field, value):
    told, whole = spec(f"digpro/digpro-imagenet-10-{suffix}"), spec("digpro/digpro-imagenet-10")
    assert {name for name in told if told[name] != whole[name]} == {field}
    assert PRESETS[f"digpro/digpro-imagenet-10-{suffix}"].figure is None
    if field == "net":
        assert told[field] == whole[field] | {"depth": value, "stem": "large"}
        assert spec(f"digpro/digpro-imagenet-10-{suffix}-small")[field]["depth"] == value
    else:
        assert told[field] == value


def test_propos_on_cifar_is_as_in_its_code():
    ten, twenty = spec("propos/propos-cifar10"), spec("propos/propos-cifar100-20")
    assert (ten["batch_size"], ten["lr"], ten["momentum_schedule"]) == (512, pytest.approx(0.1), "constant")
    assert (twenty["batch_size"], twenty["lr"], twenty["momentum_schedule"]) == (256, 0.05, "cosine")


def test_every_preset_has_a_small_variant_and_no_other():
    assert set(SMALL) == {f"{name}-small" for name in NAMES if name not in SMALL}


@pytest.mark.parametrize("name", SMALL)
def test_a_small_variant_is_small_and_keeps_clusters_weights_and_schedule(name):
    small, whole = PRESETS[name], PRESETS[name.removesuffix("-small")]
    told, full = spec(name), whole.params.model_dump()
    assert (small.dataset.n <= 2_400, small.dataset.shape, small.figure) == (True, (32, 32, 3), None)
    assert told["epochs"] * small.dataset.n <= 48_000
    same = {"method", "n_clusters", "group_weight", "prototype_weight", "augment", "momentum_schedule"}
    assert {key: told[key] for key in same & told.keys()} == {key: full[key] for key in same & full.keys()}
    assert (told["schedule"]["decay"], told["schedule"]["warmup_from"]) == ("cosine", 0)
    assert told["warmup_epochs"] < told["epochs"]

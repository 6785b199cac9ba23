"""The presets of CC, IIC, PICA, DivClust and DeepCluE."""

import pytest

from clustering.presets import PRESETS

FAMILIES = ("cc", "iic", "pica", "divclust", "deepclue")
OF_JOBS = "divclust/cc-20x-imagenet-10"
FULL = [
    name
    for name, preset in PRESETS.items()
    if preset.family in FAMILIES and not name.endswith("-small") and name != OF_JOBS
]
KEYS = ("fashion", "cifar10", "cifar100-20", "imagenet-10", "imagenet-dogs", "tiny-imagenet")


@pytest.mark.parametrize("name", FULL)
def test_every_experiment_has_a_small_variant_of_the_same_method(name):
    full, small = PRESETS[name], PRESETS[f"{name}-small"]
    assert small.spec["method"] == full.spec["method"]
    assert small.params.n_clusters == full.params.n_clusters
    assert small.figure is None
    assert small.dataset.n * small.params.epochs <= 40_000
    assert max(small.dataset.shape[:2]) <= 32
    assert (small.params.input_size or 32) <= 32


@pytest.mark.parametrize(
    ("name", "acc", "nmi", "ari"),
    [
        ("cc/cifar10", 79.0, 70.5, 63.7),
        ("cc/imagenet-dogs", 42.9, 44.5, 27.4),
        ("iic/cifar10", 61.7, 51.3, 41.1),
        ("pica/tiny-imagenet", 9.8, 27.7, 4.0),
        ("divclust/cc-cifar10-80", 81.9, 72.4, 68.1),
        ("divclust/cc-imagenet-10-95", 93.6, 89.1, 87.8),
        ("divclust/cc-imagenet-dogs-100", 45.1, 45.9, 29.8),
        ("divclust/cc-cifar10-70", 81.5, 71.0, 67.5),
        ("divclust/cc-cifar100-20-95", 43.4, 43.1, 27.6),
        ("divclust/cc-imagenet-10-80", 91.8, 87.9, 85.1),
        ("divclust/cc-imagenet-dogs-90", 48.7, 48.0, 33.2),
        ("cc/fashion", 65.6, 64.1, 54.5),
        ("cc/siri-whu", 60.4, 60.3, 45.0),
        ("deepclue/imagenet-10-projection", 45.0, 46.9, 17.7),
        ("deepclue/tiny-imagenet-projection", 18.9, 37.8, 9.2),
        ("iic/cifar100-20", 25.7, None, None),
        ("iic/fashion", 65.7, 63.7, 52.3),
        (OF_JOBS, 89.4, None, None),
    ],
)
def test_figures_are_the_papers(name, acc, nmi, ari):
    figure = PRESETS[name].figure
    assert (figure.acc, figure.nmi, figure.ari) == (acc, nmi, ari)


def test_targets_are_in_the_names():
    for name in FULL:
        if name.startswith("divclust"):
            told = name.partition("-timed")[0].rpartition("-")[2]
            assert PRESETS[name].params.target == int(told) / 100


def test_imagenets_views_are_strong_and_blurred():
    strong, weak = PRESETS["divclust/cc-imagenet-10-80"].params.augment, PRESETS["cc/cifar10"].params.augment
    assert (strong.brightness, strong.hue, strong.blur) == (0.8, 0.2, 0.5)
    assert (weak.brightness, weak.hue, weak.blur) == (0.4, 0.1, 0)


def test_divclust_over_cc_has_each_data_set_at_each_target_with_what_else_the_paper_reports():
    sets = ("cifar10", "cifar100-20", "imagenet-10", "imagenet-dogs")
    found = {name for name in FULL if name.startswith("divclust/cc-") and "-timed" not in name}
    assert found == {f"divclust/cc-{key}-{target}" for key in sets for target in (100, 95, 90, 80, 70)}
    for name in found:
        figure, notes = PRESETS[name].figure, " ".join(PRESETS[name].notes)
        assert None not in (figure.acc, figure.nmi, figure.ari)
        assert notes.count("ACC ") == 8, "A, B, mean and best of the heads, three baselines and CC"
    told = " ".join(PRESETS["divclust/cc-imagenet-10-70"].notes)
    for numbers in ("83.0, NMI 79.8", "91.6, NMI 87.5", "74.7, NMI 74.2", "84.7, NMI 79.7"):
        assert f"ACC {numbers}" in told


HEAD_NMI = (64.1, 70.5, 43.0, 86.2, 40.1, 31.4)
HEAD_ARI = (54.5, 63.7, 26.6, 82.5, 22.5, 7.3)
HEAD_ACC = (65.6, 79.0, 42.9, 89.5, 34.2, 13.6)


def test_a_projection_tells_the_figures_of_the_other_single_layer_and_what_repeats_it():
    for key, nmi, ari, acc in zip(KEYS, HEAD_NMI, HEAD_ARI, HEAD_ACC, strict=True):
        told = PRESETS[f"deepclue/{key}-projection"].notes[0]
        assert f"ACC {acc}, NMI {nmi} and ARI {ari}" in told
        assert f"`cc/{key}`" in told


def test_ensembles_are_as_large_as_their_names_say_and_differ_in_nothing_else():
    found = [name for name in FULL if "-ensemble-" in name]
    assert len(found) == 3 * len(KEYS)
    for name in found:
        of, _, size = name.partition("-ensemble-")
        told, usual = PRESETS[name].params, PRESETS[of].params
        assert len(told.chosen_layers) * told.base_clusterings == int(size)
        assert told.model_copy(update={"base_clusterings": 5}) == usual


def test_timed_trainings_are_as_short_as_table_3_says_and_move_the_bound_as_often():
    found = {name: PRESETS[name].params for name in FULL if "-timed" in name}
    assert {(told.epochs, told.input_size, told.n_clusters) for told in found.values()} == {(10, 32, 20)}
    over = "divclust/cc-cifar100-20"
    assert found[f"{over}-90-timed"].bound_every == 20
    assert found[f"{over}-90-timed-every-200"].bound_every == 200
    small = PRESETS[f"{over}-90-timed-every-200-small"].params
    assert (small.epochs, small.bound_every) == (10, 10)


@pytest.mark.parametrize("suffix", ["", "-small"])
def test_single_trainings_are_merged_on_the_images_that_they_saw(suffix):
    merged, single = PRESETS[f"{OF_JOBS}{suffix}"], PRESETS[f"cc/imagenet-10{suffix}"]
    assert (merged.spec["method"], merged.params.n_clusters) == ("structured_bipartite", 10)
    assert merged.dataset.n == single.dataset.n
    assert f"`{single.name}`" in merged.notes[0]

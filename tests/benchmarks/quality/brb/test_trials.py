from benchmarks.quality.brb.settings import Cell, Settings
from benchmarks.quality.brb.trials import Fit, curves
from clustering.run import Metrics

PRETRAINED = Cell("dec", "brb", "pretrained")


def test_curves_keep_all_that_is_observed_now_and_then_and_a_tenth_of_the_rest():
    found = [Metrics(1, "pretrain", 1, {"loss": 9.0})]
    for epoch in range(1, 25):
        seldom = {"silhouette": 0.123456} if epoch % 5 == 0 else {}
        found.append(Metrics(epoch, "cluster", epoch, {"loss": float(epoch)} | seldom))
    kept = curves(found)
    assert kept["loss"] == [(1, 1.0), (11, 11.0), (21, 21.0), (24, 24.0)]
    assert kept["silhouette"] == [(epoch, 0.1235) for epoch in (5, 10, 15, 20)]


def test_variants_of_a_data_set_and_seed_share_their_autoencoder():
    fits = [
        Fit(Cell(m, v, "pretrained"), "mnist", 1, Settings(), "e")
        for m, v in [("dec", "plain"), ("dcn", "brb")]
    ]
    assert fits[0].model == fits[1].model
    assert fits[0].key != fits[1].key
    assert Fit(PRETRAINED, "mnist", 2, Settings(), "e").model != fits[0].model
    assert Fit(Cell("dec", "brb", "scratch"), "mnist", 1, Settings(), "e").model is None


def test_the_key_follows_settings_seed_data_and_engine():
    given = Fit(PRETRAINED, "mnist", 1, Settings(), "e")
    others = [
        given._replace(settings=Settings(epochs=3)),
        given._replace(seed=2),
        given._replace(dataset="digits"),
        given._replace(engine="f"),
    ]
    assert len({given.key, *(other.key for other in others)}) == 5

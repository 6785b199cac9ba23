from benchmarks.quality.brb.trials import curves
from clustering.run import Metrics


def test_curves_keep_all_that_is_observed_now_and_then_and_a_tenth_of_the_rest():
    found = [Metrics(1, "pretrain", 1, {"loss": 9.0})]
    for epoch in range(1, 25):
        seldom = {"silhouette": 0.123456} if epoch % 5 == 0 else {}
        found.append(Metrics(epoch, "cluster", epoch, {"loss": float(epoch)} | seldom))
    kept = curves(found)
    assert kept["loss"] == [(1, 1.0), (11, 11.0), (21, 21.0), (24, 24.0)]
    assert kept["silhouette"] == [(epoch, 0.1235) for epoch in (5, 10, 15, 20)]

import numpy as np
import pytest
from sklearn.datasets import make_moons

from clustering import engine
from clustering.errors import Cancelled, InvalidData
from clustering.metrics.agreement import ari
from clustering.params import parse, problems
from clustering.run import Progress, Run
from tests.clustering.methods.tiny import vectors


def spec(k=2, **fields):
    return parse({"method": "uspec", "n_clusters": k, **fields})


def test_moons_are_found_and_new_samples_of_them(tmp_path):
    x, moon = make_moons(600, noise=0.06, random_state=0)
    new, its_moon = make_moons(100, noise=0.06, random_state=1)
    result = engine.fit(x, spec())
    assert ari(moon, result.clusterings[0].labels) == 1
    engine.save(result, tmp_path)
    assert ari(its_moon, engine.predict(tmp_path, new).labels) == 1


def test_the_spectrum_has_a_gap_after_the_clusters():
    spectrum = engine.fit(vectors(n=300, k=3)[0], spec(3)).extras["spectrum"]
    values = spectrum["eigenvalues"]
    assert spectrum["representatives"] == 75
    assert spectrum["sigma"] > 0
    assert values[:3] == pytest.approx([1, 1, 1])
    assert len(values) == 4 and values[3] < 0.99


@pytest.mark.parametrize(
    ("n", "k", "expected"), [(2, 2, 2), (9, 8, 8), (400, 3, 100), (10**6, 10, 1000), (10**6, 3000, 3000)]
)
def test_null_takes_representatives_as_suits_the_samples(n, k, expected):
    assert spec(k).count(n) == expected


def test_representatives_that_no_data_can_have_are_refused_before_and_by_the_fit():
    x, _ = vectors(n=30)
    (many,) = problems(spec(representatives=31), kind="vectors", shape=(4,), n=30)
    assert (many.field, many.code, many.accepted) == ("/representatives", "too_few_samples", {"maximum": 30})
    (few,) = problems(spec(6, representatives=5), kind="vectors", shape=(4,), n=30)
    assert (few.field, few.accepted) == ("/representatives", {"minimum": 6})
    assert not problems(spec(representatives=30), kind="vectors", shape=(4,), n=30)
    with pytest.raises(InvalidData, match="31 representatives need at least as many samples"):
        engine.fit(x, spec(representatives=31))


@pytest.mark.parametrize("search", ["exact", "approximate"])
def test_either_search_can_be_asked_for(search):
    x, blob = vectors(n=300)
    result = engine.fit(x, spec(3, search=search, representatives=100))
    around = result.method.clusterer.search.around
    assert (len(around) > 0) == (search == "approximate")
    assert ari(blob, result.clusterings[0].labels) == 1


def test_a_cancel_is_heard_within_the_cut():
    heard = []

    def stop():
        begun = any(isinstance(each, Progress) and each.stage == "cut" for each in heard)
        return "cancel" if begun else None

    with pytest.raises(Cancelled):
        engine.fit(vectors()[0], spec(), Run(stop=stop, report=heard.append))
    assert heard[-1].fraction < 1


def test_more_than_the_memory_is_refused():
    with pytest.raises(InvalidData, match="samples of 50 features"):
        engine.fit(np.zeros((1000, 50)), spec(), Run(memory_budget_bytes=100_000))

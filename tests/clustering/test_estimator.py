import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from clustering.estimator import Estimator
from tests.clustering.methods.tiny import methods, samples, tiny

EXPECTED_FAILURES: dict[str, dict[str, str]] = {}
"""Of each method, the checks that it cannot pass and why; none so far."""


@pytest.fixture
def x():
    return make_blobs(60, centers=3, n_features=4, random_state=0)[0]


@parametrize_with_checks(
    [Estimator(tiny(name, n_clusters=3, epochs=1, pretrain_epochs=1)) for name in methods(data="vectors")],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES.get(estimator.params.method, {}),
)
def test_the_estimator_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", [name for name in methods() if name not in methods(data="vectors")])
def test_an_estimator_over_images_says_so_and_refuses_vectors(name, x):
    """The checks of scikit-learn are written for vectors; by its tags an estimator says it takes none."""
    estimator = Estimator(tiny(name))
    assert not get_tags(estimator).input_tags.two_d_array
    with pytest.raises(ValueError, match="needs images"):
        estimator.fit(x)
    x = samples(name, n=20)
    z = clone(estimator).fit_transform(x)
    np.testing.assert_allclose(estimator.fit(x).transform(x), z, rtol=1e-4, atol=1e-5)


def test_a_clone_has_the_same_params_and_no_fit(x):
    fitted = Estimator(tiny("kmeans"), seed=3).fit(x)
    copy = clone(fitted)
    assert copy.params == fitted.params
    assert copy.seed == 3
    with pytest.raises(NotFittedError):
        copy.predict(x)


def test_single_fields_of_the_params_can_be_read_and_set(x):
    estimator = Estimator(tiny("kmeans"))
    before = estimator.params
    assert estimator.get_params()["params__n_clusters"] == 2
    estimator.set_params(params__n_clusters=3, seed=1)
    assert (estimator.params.n_clusters, estimator.seed) == (3, 1)
    assert before.n_clusters == 2
    assert len(set(estimator.fit_predict(x))) == 3


def test_a_grid_over_fields_gives_one_estimator_each():
    grid = ParameterGrid({"params__n_clusters": [2, 3], "seed": [0, 1]})
    found = [clone(Estimator(tiny("kmeans"))).set_params(**point) for point in grid]
    assert {(each.params.n_clusters, each.seed) for each in found} == {(2, 0), (2, 1), (3, 0), (3, 1)}


@pytest.mark.parametrize("bad", [{"params__n_clusters": 0}, {"params__nonsense": 1}])
def test_a_field_out_of_bounds_is_refused_and_changes_nothing(bad):
    estimator = Estimator(tiny("kmeans"))
    with pytest.raises(ValidationError):
        estimator.set_params(**bad)
    assert estimator.params == tiny("kmeans")


def test_an_unknown_argument_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        Estimator(tiny("kmeans")).set_params(nonsense=1)


def test_what_the_engine_refuses_is_a_value_error(x):
    with pytest.raises(ValueError, match="clusters"):
        Estimator(tiny("kmeans", n_clusters=100)).fit(x)


@pytest.mark.parametrize("name", ["spectral", "agglomerative"])
def test_a_method_that_cannot_predict_has_no_predict(name):
    estimator = Estimator(tiny(name))
    assert not hasattr(estimator, "predict")
    assert not hasattr(estimator, "transform")


@pytest.mark.parametrize("name", methods(kind="pretrain"))
def test_a_pretraining_embeds_and_labels_nothing(name):
    estimator = Estimator(tiny(name))
    assert estimator.fit_transform(samples(name)).shape == (60, 2)
    assert not hasattr(estimator, "labels_")
    assert not hasattr(estimator, "fit_predict")


def test_the_seed_decides(x):
    first, again = (Estimator(tiny("gmm", n_clusters=3), seed=5).fit(x) for _ in range(2))
    np.testing.assert_array_equal(first.labels_, again.labels_)


@pytest.mark.parametrize("name", methods("predict", kind="cluster"))
def test_predicting_the_fitted_samples_repeats_their_labels(name):
    estimator, x = Estimator(tiny(name)), samples(name)
    np.testing.assert_array_equal(estimator.fit(x).predict(x), estimator.labels_)


def test_images_are_taken_as_images():
    x = np.random.default_rng(0).integers(0, 256, size=(20, 8, 8), dtype=np.uint8)
    estimator = Estimator(tiny("kmeans")).fit(x)
    assert estimator.result_.method.shape == (1, 8, 8)
    assert estimator.predict(x).shape == (20,)


def test_it_works_in_a_pipeline(x):
    labels = make_pipeline(MinMaxScaler(), Estimator(tiny("nmf"))).fit_predict(x)
    assert labels.shape == (60,)

"""Every method as a scikit-learn clusterer."""

from typing import Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags, TransformerTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from clustering.engine import Prediction, assign_new, fit
from clustering.errors import InvalidData
from clustering.params import MethodParams
from clustering.run import Run

NESTED = "params__"


def _clusters(estimator: "Estimator") -> bool:
    return estimator.params.kind == "cluster"


def _embeds(estimator: "Estimator") -> bool:
    return bool(estimator.params.can("predict"))


def _predicts(estimator: "Estimator") -> bool:
    return _clusters(estimator) and _embeds(estimator)


def _needs_non_negative(estimator: "Estimator") -> bool:
    return estimator.params.non_negative and estimator.params.scale in ("auto", "none")


class Estimator(BaseEstimator):  # type: ignore[misc]
    """A method behind scikit-learn's interface; the same seed gives the same labels.

    `predict` and `transform` are there where the method can place new samples; a pretraining has no labels.
    Fields of the params are reached as `params__n_clusters` by `get_params` and `set_params`, so a search
    over them works.

    Args:
        params: of any method.
        seed: of everything random.
        device: a torch device.

    Attributes:
        labels_: (n,) int64 of the first clustering, -1 is noise.
        embeddings_: (n, d) float32.
        result_: all that the fit found.
        n_features_in_: features of a sample.
    """

    def __init__(self, params: MethodParams, *, seed: int = 0, device: str = "cpu") -> None:
        self.params = params
        self.seed = seed
        self.device = device

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002
        """Fit to vectors (n_samples, n_features) or images (n_samples, h, w[, c]); y is never read.

        Raises:
            ValueError: samples that the method cannot be fitted to.
        """
        array = self._checked(X, reset=True)
        try:
            self.result_ = fit(array, self.params, self._run())
        except InvalidData as error:
            raise ValueError(error.detail) from error
        self.embeddings_: NDArray[np.float32] = self.result_.embeddings.numpy()
        if _clusters(self):
            self.labels_: NDArray[np.int64] = self.result_.clusterings[0].labels.numpy()
        return self

    @available_if(_clusters)  # type: ignore[untyped-decorator]
    def fit_predict(self, X: ArrayLike, y: object = None) -> NDArray[np.int64]:
        """Fit, then the labels (n_samples,) of the samples."""
        return self.fit(X, y).labels_

    @available_if(_predicts)  # type: ignore[untyped-decorator]
    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Labels (n_samples,) of new samples."""
        return cast("NDArray[np.int64]", self._placed(X).labels)

    @available_if(_embeds)  # type: ignore[untyped-decorator]
    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Embeddings (n_samples, d) of new samples."""
        return self._placed(X).embeddings

    @available_if(_embeds)  # type: ignore[untyped-decorator]
    def fit_transform(self, X: ArrayLike, y: object = None) -> NDArray[np.float32]:
        """Fit, then the embeddings (n_samples, d) of the samples."""
        return self.fit(X, y).embeddings_

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments; if deep also each field of the params."""
        own: dict[str, Any] = super().get_params(deep=False)
        if deep and isinstance(self.params, MethodParams):
            own |= {NESTED + name: getattr(self.params, name) for name in type(self.params).model_fields}
        return own

    def set_params(self, **values: Any) -> Self:
        """Replace constructor's arguments, or with `params__<field>` single fields of the params.

        Raises:
            ValueError: an unknown name, or a value that the params refuse.
        """
        fields = {
            name.removeprefix(NESTED): values.pop(name) for name in [*values] if name.startswith(NESTED)
        }
        super().set_params(**values)
        if fields:
            kept = {name: getattr(self.params, name) for name in type(self.params).model_fields}
            self.params = type(self.params).model_validate(kept | fields)
        return self

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.estimator_type = "clusterer" if _clusters(self) else None
        tags.input_tags.two_d_array = "vectors" in self.params.accepts
        tags.input_tags.three_d_array = "images" in self.params.accepts
        tags.input_tags.positive_only = _needs_non_negative(self)
        tags.transformer_tags = TransformerTags(preserves_dtype=["float32"]) if _embeds(self) else None
        return tags

    def _run(self) -> Run:
        return Run(seed=self.seed, device=self.device)

    def _checked(self, X: ArrayLike, *, reset: bool) -> NDArray[Any]:
        array: NDArray[Any] = validate_data(
            self,
            X,
            reset=reset,
            dtype="numeric",
            allow_nd=True,
            ensure_min_samples=2 if reset else 1,
            ensure_non_negative=_needs_non_negative(self),
        )
        return array

    def _placed(self, X: ArrayLike) -> Prediction:
        check_is_fitted(self)
        array = self._checked(X, reset=False)
        return assign_new(self.result_.method, self.result_.scaling, array, self._run())

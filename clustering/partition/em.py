"""The means of a mixture of Gaussians, as centers."""

import warnings

import torch
from torch import Tensor

from clustering.errors import Collapsed
from clustering.partition.kmeans import checked

REGULARIZATION = 1e-5


def mixture_means(z: Tensor, k: int, *, seed: int, n_init: int = 10) -> Tensor:
    """Means (k, d) of a mixture of Gaussians with full covariances, fitted by EM in double precision.

    Args:
        z: (n, d) finite samples, n >= k; on the CPU while EM runs.
        k: number of components.
        seed: of the starts.
        n_init: starts, of which the one with the largest likelihood is kept.

    Raises:
        InvalidData: fewer samples than components, or a value that is not finite.
        Collapsed: a component lost its width.

    Source:
        Dempster, Laird, Rubin 1977, by scikit-learn; the covariance and its regularization of 1e-5: the
        code of Miklautz et al. 2025 (BRB).
    """
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  it takes long to load and few fits need it
    from sklearn.mixture import GaussianMixture  # noqa: PLC0415

    checked(z, k)
    mixture = GaussianMixture(k, reg_covar=REGULARIZATION, n_init=n_init, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            mixture.fit(z.double().cpu().numpy())
        except ValueError as error:
            raise Collapsed(
                f"A component of a mixture of {k} Gaussians has no width left in some direction, among "
                f"{len(z)} samples. Fewer clusters, or centers placed by k-means, may help."
            ) from error
    return torch.as_tensor(mixture.means_).to(z)

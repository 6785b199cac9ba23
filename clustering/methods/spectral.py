"""Spectral clustering."""

from sklearn.cluster import SpectralClustering

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.methods.transductive import Transductive
from clustering.params.spectral import SpectralParams
from clustering.run import Run


class Spectral(Transductive[SpectralParams]):
    """scikit-learn's spectral clustering; hears a cancel before and after it, not within. No predict."""

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        if p.affinity == "rbf":
            within_budget(run, 3 * 8 * data.n**2, f"Similarities of {data.n} samples")
        x = samples(data, run)
        found = SpectralClustering(
            p.n_clusters,
            affinity=p.affinity,
            n_neighbors=min(p.n_neighbors, data.n),
            gamma=p.gamma,
            n_init=p.n_init,
            random_state=run.seed_for("spectral"),
        ).fit_predict(x)
        run.check()
        self.labels = tensor(found, run)

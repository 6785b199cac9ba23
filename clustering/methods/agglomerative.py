"""Agglomerative clustering."""

from sklearn.cluster import AgglomerativeClustering

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods.transductive import Transductive
from clustering.params.agglomerative import AgglomerativeParams
from clustering.run import Run


class Agglomerative(Transductive[AgglomerativeParams]):
    """scikit-learn's linkages; hears a cancel before and after them, not within. No predict."""

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        within_budget(run, 8 * data.n**2, f"Distances of {data.n} samples")
        x = samples(data, run)
        if p.metric == "cosine" and not (given := x.any(axis=1)).all():
            raise InvalidData(
                f"Sample {int(given.argmin())} is all 0 as scaled, where no cosine is defined; try euclidean."
            )
        found = AgglomerativeClustering(p.n_clusters, linkage=p.linkage, metric=p.metric).fit_predict(x)
        run.check()
        self.labels = tensor(found, run)

"""Random projections with mixtures of Gaussians."""

from clustering.classical import tensor
from clustering.consensus.rp_em import mixture_posteriors, rp_em
from clustering.data import Data
from clustering.methods.projected import Projected, distinct
from clustering.params.rp_em import RpEmParams
from clustering.run import Run


class RpEm(Projected[RpEmParams]):
    """RP+EM; see `clustering.consensus.rp_em`. Equal samples are never parted, and count once in memory."""

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        first, kind, _ = distinct(data.matrix())
        posteriors = mixture_posteriors(
            self.views(data, run), p.n_clusters, regularization=p.regularization, seed=run.seed_for("mixture")
        )
        soft = list(posteriors)
        k = min(p.n_clusters, len(first))
        found = rp_em((each[first] for each in soft), k, budget_bytes=run.memory_budget_bytes)
        run.check()
        self.labels = tensor(found[kind], run)
        self.remember(soft)

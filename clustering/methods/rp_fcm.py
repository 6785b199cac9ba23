"""Random projections with fuzzy c-means."""

from clustering.classical import tensor
from clustering.consensus.rp_fcm import fuzzy_memberships, rp_fcm, rp_fcm_by_similarity
from clustering.data import Data
from clustering.methods.projected import Projected, distinct
from clustering.params.rp_fcm import RpFcmParams
from clustering.run import Run


class RpFcm(Projected[RpFcmParams]):
    """RP+FCM; see `clustering.consensus.rp_fcm`. Equal samples are never parted."""

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        first, kind, sizes = distinct(data.matrix())
        soft = list(
            fuzzy_memberships(
                self.views(data, run), p.n_clusters, fuzzifier=p.fuzzifier, seed=run.seed_for("fuzzy")
            )
        )
        rows, k = [each[first] for each in soft], min(p.n_clusters, len(first))
        if p.joined == "vectors":
            found = rp_fcm(rows, k, sizes=sizes, seed=run.seed_for("joined"))
        else:
            found = rp_fcm_by_similarity(rows, k, sizes=sizes, budget_bytes=run.memory_budget_bytes)
        run.check()
        self.labels = tensor(found[kind], run)
        self.remember(soft)

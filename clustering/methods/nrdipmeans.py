"""NrDipMeans: clusterings in subspaces whose clusters are split as long as they show several modes."""

from torch import Generator, Tensor

from clustering.methods.rotated import Rotated
from clustering.params.nrdipmeans import NrDipMeansParams
from clustering.partition.nonredundant import NonRedundant, Options
from clustering.partition.nrdipmeans import nrdipmeans
from clustering.run import Run
from clustering.search import Search


class NrDipMeans(Rotated[NrDipMeansParams]):
    """Experimental: the thesis names the test that decides and leaves the rest open."""

    def partition(self, x: Tensor, generator: Generator, run: Run) -> NonRedundant:
        p = self.params
        options = Options(max_iter=p.max_iter, prune=True, check=Search(run).go_on)
        return nrdipmeans(x, p.n_spaces, generator, max_clusters=p.max_clusters or len(x), options=options)

"""NrDipMeans: clusterings in subspaces whose clusters are split as long as they show several modes."""

from torch import Generator, Tensor

from clustering.methods.rotated import Rotated
from clustering.params.nrdipmeans import NrDipMeansParams
from clustering.partition.nonredundant import NonRedundant
from clustering.run import Run
from clustering.search import Search
from clustering.stages.finding_spaces import split_by_dips


class NrDipMeans(Rotated[NrDipMeansParams]):
    """Experimental: the thesis names the test that decides and leaves the rest open."""

    def partition(self, x: Tensor, generator: Generator, run: Run) -> NonRedundant:
        return split_by_dips(x, self.params, generator, Search(run).go_on)

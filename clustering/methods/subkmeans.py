"""SubKmeans: k-means in the directions in which the clusters differ."""

from torch import Generator, Tensor

from clustering.methods.rotated import Rotated
from clustering.params.subkmeans import SubKMeansParams
from clustering.partition.nonredundant import NonRedundant, Options
from clustering.partition.nrkmeans import nrkmeans
from clustering.run import Run
from clustering.search import Search


class SubKMeans(Rotated[SubKMeansParams]):
    """NrKmeans with one clustering and a space of noise; inputs of one feature have no room for noise."""

    def partition(self, x: Tensor, generator: Generator, run: Run) -> NonRedundant:
        p = self.params
        clusters = [p.n_clusters, 1] if x.shape[1] > 1 else [p.n_clusters]
        options = Options(max_iter=p.max_iter, prune=True, check=Search(run).reach)
        return nrkmeans(x, clusters, generator, n_init=p.n_init, options=options)

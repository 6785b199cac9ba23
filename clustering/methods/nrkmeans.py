"""NrKmeans: several k-means clusterings, each in directions of its own."""

from torch import Generator, Tensor

from clustering.methods.rotated import Rotated
from clustering.params.nrkmeans import NrKMeansParams
from clustering.partition.mdl import Coding
from clustering.partition.nonredundant import NonRedundant, Options
from clustering.partition.nrkmeans import nrkmeans
from clustering.run import Run
from clustering.search import Search


class NrKMeans(Rotated[NrKMeansParams]):
    """A space that loses all its directions to others is dropped, so there may be fewer clusterings."""

    def partition(self, x: Tensor, generator: Generator, run: Run) -> NonRedundant:
        p = self.params
        coded = p.outliers or p.mdl_for_noise_space
        options = Options(
            max_iter=p.max_iter,
            prune=True,
            coding=Coding.of(x, outliers=p.outliers) if coded else None,
            noise_by_mdl=p.mdl_for_noise_space,
            check=Search(run).reach,
        )
        return nrkmeans(x, list(p.n_clusters), generator, n_init=p.n_init, options=options)

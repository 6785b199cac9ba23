import numpy as np
from scipy.linalg import eigh, subspace_angles

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.spectral import spectral_of, spectral_rows
from tests.clustering.consensus.ensembles import noisy


def test_rows_of_a_factor_are_those_of_the_whole_matrix():
    ensemble = Ensemble.of(noisy(n=90, m=5, share=0.3)[1])
    rows = ensemble.rows
    S = (ensemble.one_hot @ ensemble.one_hot.T).toarray()
    degree = S.sum(axis=1)
    _, vectors = eigh(S / np.sqrt(degree[:, None] * degree), subset_by_index=(87, 89))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    ours = spectral_rows(rows.incidence, 3, sizes=rows.sizes)[rows.index]
    np.testing.assert_allclose(ours @ ours.T, unit @ unit.T, atol=1e-9)
    np.testing.assert_allclose(spectral_of(S, 3) @ spectral_of(S, 3).T, unit @ unit.T, atol=1e-9)


def test_vectors_beyond_the_rank_are_left_out():
    labels = np.arange(12) % 3
    rows = Ensemble.of([labels, labels]).rows
    vectors = spectral_rows(rows.incidence, 5, sizes=rows.sizes)
    assert vectors.shape == (3, 3)
    assert subspace_angles(vectors, np.eye(3)).max() < 1e-9

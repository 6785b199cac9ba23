import numpy as np
import torch

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.structured_bipartite import structured_bipartite
from clustering.metrics.agreement import ari
from clustering.stages.merged import Merged
from tests.clustering.consensus.ensembles import noisy, truth


def merged(labels, k=3):
    held = Merged(len(labels), k)
    held.learn(labels, seed=0)
    return held


def test_samples_that_were_merged_get_the_consensus():
    labels = noisy(share=0.4)[1]
    expected = structured_bipartite(Ensemble.of(labels), 3, seed=0)
    np.testing.assert_array_equal(merged(torch.from_numpy(labels))(torch.from_numpy(labels)), expected)


def test_other_samples_go_where_most_of_their_clusters_are():
    right, labels = noisy(n=300, m=7, share=0.3)
    labels, right = torch.from_numpy(labels), torch.from_numpy(right)
    held = merged(labels[:, :200])
    assert ari(right[200:], held(labels[:, 200:])) > 0.9
    votes = held.votes
    for row, found in zip(labels[:, 200:].T.tolist(), held(labels[:, 200:]).tolist(), strict=True):
        seen = (labels[:, :200] == torch.tensor(row)[:, None]).all(dim=0).any()
        by_votes = sum(votes[i, label] for i, label in enumerate(row)).argmax()
        assert seen or found == by_votes


def test_clusterings_of_a_single_cluster_are_merged_into_one():
    labels = torch.zeros(4, 10, dtype=torch.int64)
    assert merged(labels)(labels).tolist() == [0] * 10


def test_what_was_learned_can_be_saved():
    labels = torch.from_numpy(np.stack([truth(seed=seed) for seed in (0, 0, 1)]))
    held, other = merged(labels), Merged(3, 3)
    state = held.state_dict()
    other.numbers, other.found = torch.empty_like(state["numbers"]), torch.empty_like(state["found"])
    other.load_state_dict(state)
    assert torch.equal(other(labels), held(labels))

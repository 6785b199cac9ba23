import time

import numpy as np
import pytest
import torch

from clustering.errors import Cancelled
from clustering.methods.members import names, partitions
from clustering.params.members import EnsembleMember
from clustering.run import Progress, Run
from clustering.train import Epoch
from tests.clustering.methods.tiny import vectors

MEMBERS = [{"method": "kmeans"}, {"method": "agglomerative", "linkage": "single"}, {"method": "birch"}]


def epoch(**around):
    run = Run(**around)
    run.journal.plan["cluster"] = 1
    return Epoch(run, "cluster", 1, 1, time.monotonic(), 1)


def specs(members=MEMBERS):
    return [EnsembleMember.model_validate(member).spec(3) for member in members]


def found(**around):
    x, truth = vectors(60)
    return partitions(epoch(**around), torch.from_numpy(x).float(), specs(), 0.5), truth


def test_every_member_labels_every_sample():
    labels, truth = found()
    assert labels.shape == (3, 60)
    for row in labels:
        assert len(np.unique(np.stack([row.numpy(), truth]), axis=1).T) == 3


def test_the_same_round_gives_the_same_labels_and_leaves_the_random_state():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert torch.equal(found(seed=1)[0], found(seed=1)[0])
    assert torch.equal(torch.get_rng_state(), before)


def test_progress_passes_each_member_and_a_cancel_is_heard():
    heard = []
    found(report=heard.append)
    assert [each.fraction for each in heard if isinstance(each, Progress)] == pytest.approx([0, 1 / 6, 1 / 3])
    with pytest.raises(Cancelled):
        found(stop=lambda: "cancel")


def test_a_deep_clusterer_may_be_a_member():
    deep = {"method": "dec", "net": {"type": "mlp", "hidden": [8]}, "pretrain_epochs": 2, "epochs": 2}
    x = torch.from_numpy(vectors(60)[0]).float()
    heard = []
    labels = partitions(epoch(report=heard.append), x, specs([deep, deep]), 0.5)
    assert labels.shape == (2, 60)
    assert {each.stage for each in heard} == {"cluster"}


def test_members_are_named_by_their_method_and_numbered_where_it_comes_again():
    given = [EnsembleMember(method=method) for method in ("kmeans", "gmm", "kmeans", "kmeans")]
    assert names(given) == ["kmeans", "gmm", "kmeans_2", "kmeans_3"]

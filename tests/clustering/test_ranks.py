import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from clustering import engine
from clustering.errors import InvalidData
from clustering.params import parse
from clustering.ranks import Ranks
from clustering.run import Run

from . import one_rank


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """What each of two processes found that fitted together."""
    address = f"file://{tmp_path_factory.mktemp('ranks') / 'meeting'}"
    command = [sys.executable, "-m", "tests.clustering.one_rank", "1", "2", address]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return [one_rank.found(0, 2, address), json.loads(other.communicate(timeout=120)[0])]


def test_two_processes_contrast_as_one_does(two):
    alone = one_rank.contrasted(Ranks())
    assert len(alone) == one_rank.STEPS
    assert alone[-1] < alone[0] - 0.05
    np.testing.assert_allclose(two[0]["contrasted"], alone, atol=1e-4, rtol=0)


def test_two_processes_cluster_as_one_does(two):
    losses, labels = one_rank.clustered(Ranks())
    assert len(losses) == 2 * one_rank.STEPS
    np.testing.assert_allclose(two[0]["clustered"], losses, atol=1e-4, rtol=0)
    assert two[0]["labels"] == labels


@pytest.mark.parametrize("name", one_rank.WITHOUT_NORMS)
def test_two_processes_find_the_clusters_that_one_does(two, name):
    assert two[0]["every"][name] == one_rank.found_by(name, Ranks())


def test_what_the_leading_process_is_asked_both_do(two):
    assert two[0]["drained"] == two[1]["drained"] == "Stopped after epoch 1 of stage 'pretrain'."


def test_both_processes_hold_the_same(two):
    assert two[0] == two[1]


def test_alone_nothing_is_cut():
    rows = torch.arange(6.0).reshape(3, 2)
    assert Ranks().spread(lambda own: own * 2, rows).equal(rows * 2)
    assert Ranks().agree("drain") == "drain"


def test_ranks_part_the_rows_among_them():
    spans = [Ranks(rank, 3).span(7) for rank in range(3)]
    assert np.concatenate([np.arange(7)[span] for span in spans]).tolist() == list(range(7))
    assert all(1 < span.stop - span.start < 4 for span in spans)


def test_fewer_rows_than_ranks_are_not_cut():
    assert Ranks(1, 2).spread(lambda own: own + 1, torch.zeros(1, 2)).equal(torch.ones(1, 2))


def test_batch_norms_are_refused_where_they_cannot_be_shared():
    spec = {"method": "simclr", "augment": {"type": "simclr"}, "epochs": 1, "batch_size": 8}
    with pytest.raises(InvalidData, match="batch norms, which 2 processes can share on GPUs alone"):
        engine.fit(one_rank.IMAGES, parse(spec), Run(ranks=Ranks(0, 2)))


def test_batch_norms_see_all_ranks_on_gpus():
    module = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    Ranks(0, 2).synchronize(module, "cuda:0")
    assert isinstance(module[1], nn.SyncBatchNorm)

import pytest
import torch

from clustering.errors import Cancelled
from clustering.partition.uspec import search as module
from clustering.partition.uspec.representatives import choose
from clustering.partition.uspec.search import Search
from tests.clustering.partition.uspec.blobs import blobs


def placed(representatives, *, exact, neighbors=5):
    search = Search()
    search.place(
        representatives, neighbors=neighbors, exact=exact, generator=torch.Generator().manual_seed(0)
    )
    return search


def silent(_):
    return None


@pytest.mark.parametrize("d", [1, 2, 20])
def test_exact_search_is_what_all_distances_say(d):
    z, representatives = blobs(300, d), blobs(60, d, seed=1)
    found, distances = placed(representatives, exact=True).nearest(z, 5, silent)
    expected = torch.cdist(z.double(), representatives.double()).topk(5, largest=False)
    torch.testing.assert_close(distances.double(), expected.values, rtol=1e-4, atol=1e-5)
    assert (found == expected.indices).float().mean() > 0.999


@pytest.mark.parametrize("d", [2, 20])
def test_approximate_search_finds_most_of_the_nearest(d):
    z = blobs(2000, d)
    representatives = choose(z, 300, candidates=5, generator=torch.Generator().manual_seed(0), reach=silent)
    exact, _ = placed(representatives, exact=True).nearest(z, 5, silent)
    found, distances = placed(representatives, exact=False).nearest(z, 5, silent)
    recalled = (found[:, :, None] == exact[:, None]).any(dim=2).float().mean()
    assert recalled > 0.9
    assert (distances.diff(dim=1) > -1e-4).all()
    assert all(len(row.unique()) == 5 for row in found)


def test_approximate_search_stays_around_the_nearest_of_the_nearest_group():
    z, representatives = blobs(200), blobs(150, seed=1)
    search = placed(representatives, exact=False, neighbors=1)
    found, _ = search.nearest(z, 1, silent)
    for sample, (one,) in zip(z, found.tolist(), strict=True):
        group = int((sample - search.middles).norm(dim=1).argmin())
        members = [i for i, each in enumerate(search.group.tolist()) if each == group]
        first = min(members, key=lambda i: float((sample - representatives[i]).norm()))
        around = sorted(range(150), key=lambda i: float((representatives[first] - representatives[i]).norm()))
        best = min(around[:11], key=lambda i: float((sample - representatives[i]).norm()))
        assert one == best


def test_groups_have_means_of_their_representatives():
    search = placed(blobs(100), exact=False)
    assert 1 < len(search.middles) <= 10
    assert (search.around[:, 0] == torch.arange(100)).all()
    for group, middle in enumerate(search.middles):
        torch.testing.assert_close(middle, search.representatives[search.group == group].mean(dim=0))


@pytest.mark.parametrize("exact", [False, True])
def test_blocks_do_not_matter_and_are_told_of(exact, monkeypatch):
    z, parts = blobs(300), []
    search = placed(blobs(60, seed=1), exact=exact)
    whole = search.nearest(z, 5, silent)
    monkeypatch.setattr(module, "BLOCK_ENTRIES", 64 * 100)
    for one, other in zip(search.nearest(z, 5, parts.append), whole, strict=True):
        torch.testing.assert_close(one, other)
    assert parts == pytest.approx([0, 1 / 3, 2 / 3])


def test_no_more_are_found_than_there_are():
    found, _ = placed(blobs(3), exact=True).nearest(blobs(10), 5, silent)
    assert found.sort(dim=1).values.tolist() == [[0, 1, 2]] * 10


def test_a_cancel_between_blocks_is_heard():
    def stop(_):
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        placed(blobs(20), exact=True).nearest(blobs(10), 5, stop)

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from clustering.errors import InvalidData
from clustering.metrics.between import matched_nmi, mean_nmi, nmi_matrix, with_others

rng = np.random.default_rng(0)
TRUTHS = [rng.integers(k, size=300) for k in (6, 3, 2)]


def noisy(labels, share, seed):
    local = np.random.default_rng(seed)
    return np.where(local.random(len(labels)) < share, local.integers(9, size=len(labels)), labels)


MEMBERS = [noisy(TRUTHS[0], share, seed) for seed, share in enumerate([0.1, 0.3, 0.6, 1.0])]


def test_the_matrix_is_what_scikit_learn_says_of_each_pair():
    expected = [[normalized_mutual_info_score(a, b) for b in MEMBERS] for a in MEMBERS]
    np.testing.assert_allclose(nmi_matrix(MEMBERS), expected, atol=1e-12)


def test_the_agreement_is_the_mean_over_ordered_pairs():
    pairs = [normalized_mutual_info_score(a, b) for a, b in permutations(MEMBERS, 2)]
    assert mean_nmi(MEMBERS) == pytest.approx(np.mean(pairs))


def test_identical_members_agree_fully_and_so_does_a_single_one():
    assert mean_nmi([TRUTHS[0], 5 - TRUTHS[0], TRUTHS[0]]) == pytest.approx(1)
    assert mean_nmi([TRUTHS[0]]) == 1


def test_independent_members_hardly_agree():
    assert mean_nmi(TRUTHS) < 0.05


def test_no_member_has_no_agreement():
    with pytest.raises(InvalidData):
        mean_nmi([])


def test_each_truth_is_matched_to_the_clustering_that_found_it():
    found = [noisy(TRUTHS[which], 0.2, which) for which in (2, 0, 1)]
    partner, value = matched_nmi(found, TRUTHS)
    assert partner.tolist() == [1, 2, 0]
    np.testing.assert_allclose(
        value, [normalized_mutual_info_score(TRUTHS[t], found[p]) for t, p in enumerate(partner)]
    )


def test_the_matching_has_the_largest_sum_of_all():
    partner, value = matched_nmi(MEMBERS, TRUTHS)
    table = np.array([[normalized_mutual_info_score(a, b) for b in MEMBERS] for a in TRUTHS])
    sums = [table[range(3), chosen].sum() for chosen in permutations(range(4), 3)]
    assert value.sum() == pytest.approx(max(sums))
    assert len(set(partner.tolist())) == 3


@pytest.mark.parametrize("found", [[], [TRUTHS[1]]])
def test_truths_beyond_the_clusterings_stay_unmatched(found):
    partner, value = matched_nmi(found, TRUTHS)
    assert (partner >= 0).sum() == len(found)
    assert np.isnan(value[partner < 0]).all()
    if found:
        assert (partner[1], value[1]) == (0, pytest.approx(1))


def test_agreement_with_others_leaves_out_the_one_with_itself():
    matrix = np.array([[1, 0.5, 0.2], [0.5, 1, 0.4], [0.2, 0.4, 1]])
    np.testing.assert_allclose(with_others(matrix), [0.35, 0.45, 0.3])
    assert with_others(np.eye(1)).tolist() == [1]


def test_agreement_with_others_goes_with_the_members_and_is_1_for_identical_ones():
    rng = np.random.default_rng(0)
    one, shift = rng.integers(4, size=500), rng.integers(4, size=500)
    other = np.where(rng.random(500) < 0.8, one, shift)
    members = [one, other, np.where(rng.random(500) < 0.7, one, shift)]
    plain = with_others(nmi_matrix(members))
    turned = with_others(nmi_matrix([members[i] for i in (2, 0, 1)]))
    np.testing.assert_allclose(turned, plain[[2, 0, 1]])
    np.testing.assert_allclose(with_others(nmi_matrix([one, (one + 1) % 4, one])), 1)


def test_a_member_at_random_loses_most_of_its_agreement_and_the_others_some():
    rng = np.random.default_rng(0)
    one = rng.integers(3, size=3000)
    whole = with_others(nmi_matrix([one] * 4))
    spoiled = with_others(nmi_matrix([one, one, one, rng.integers(3, size=3000)]))
    assert spoiled[3] < 0.01
    np.testing.assert_allclose(whole[:3] - spoiled[:3], 1 / 3, atol=0.01)

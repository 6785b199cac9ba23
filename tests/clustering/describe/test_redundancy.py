import json
from math import log

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from clustering.describe import Outputs, describe, write_result
from clustering.describe.redundancy import redundancy
from tests.clustering.describe.test_subspaces import BETA, LEFT, RIGHT, N, clustering, placed, result_of


@pytest.fixture
def pair():
    z = placed()
    return z, result_of(z, clustering(LEFT, BETA[0], name="side"), clustering(RIGHT, BETA[1], name="kind"))


def test_clusterings_are_compared_pair_by_pair():
    mixed = (LEFT + RIGHT) % 3
    found = redundancy(["a", "b", "c"], [LEFT, RIGHT, mixed])
    assert found.names == ["a", "b", "c"]
    for i, one in enumerate([LEFT, RIGHT, mixed]):
        for j, other in enumerate([LEFT, RIGHT, mixed]):
            assert found.nmi[i][j] == pytest.approx(normalized_mutual_info_score(one, other))
            assert found.ari[i][j] == pytest.approx(adjusted_rand_score(one, other))
    assert found.vi[0][1] == found.vi[1][0] == pytest.approx(log(2) + log(3))
    assert np.diag(found.vi).tolist() == [0, 0, 0]


def test_means_are_over_the_pairs_among_some():
    found = redundancy(["a", "b", "c"], [LEFT, RIGHT, np.zeros(N, dtype=np.int64)])
    assert found.means([0, 1]) == pytest.approx({"nmi": 0, "ari": found.ari[0][1], "vi": log(6)})
    assert found.means([0, 1, 2])["vi"] == pytest.approx((log(6) + log(2) + log(3)) / 3)
    assert found.means([1]) == {}
    assert redundancy(["a"], [LEFT]) is None


def test_the_summary_tells_how_alike_clusterings_are_leaving_out_one_of_a_single_cluster(pair):
    z, result = pair
    result.clusterings.append(clustering(np.zeros(N, dtype=np.int64), 1 - BETA.sum(axis=0)))
    summary = describe(result, z).summary
    assert summary["clusterings"] == 3
    assert summary["redundancy"]["vi"] == pytest.approx(log(6))
    assert summary["matched"] == {}


def test_each_column_of_true_labels_gets_a_clustering_of_its_own(pair):
    z, result = pair
    columns = {"kind": RIGHT, "side": 1 - LEFT, "both": LEFT + 2 * RIGHT}
    matched = describe(result, z, columns).summary["matched"]
    assert {column: found["clustering"] for column, found in matched.items()} == {"kind": 1, "side": 0}
    assert matched["kind"] == {"clustering": 1, **dict.fromkeys(["acc", "nmi", "ari", "ami", "purity"], 1)}


def test_a_single_clustering_has_nothing_to_be_compared_with(tmp_path):
    z = placed()
    told = describe(result_of(z, clustering(LEFT, None)), z, {"side": LEFT})
    assert told.redundancy is None
    assert not {"redundancy", "matched"} & told.summary.keys()
    names = {entry.name for entry in write_result(told, tmp_path)}
    assert not {"agreement.json", "projection-heaviest-0.parquet"} & names


def test_files_hold_the_agreement_and_a_plot_of_each_clustering(pair, tmp_path):
    z, result = pair
    files = {entry.name: entry for entry in write_result(describe(result, z), tmp_path)}
    agreement = json.loads(files["agreement.json"].path.read_text())
    assert agreement.keys() == {"names", "nmi", "ari", "vi"}
    assert agreement["names"] == ["side", "kind"]
    table = pq.read_table(files["projection-heaviest-1.parquet"].path)
    np.testing.assert_array_equal(np.stack([table["x"], table["y"]], axis=1), z[:, [2, 3]])
    assert files["agreement.json"].media_type == "application/json"


def test_no_plot_is_made_where_none_is_wanted(pair):
    z, result = pair
    told = describe(result, z, outputs=Outputs(projection=("pca",)))
    assert [samples.heaviest for samples in told.per_sample] == [None, None]

"""What methods of several clusterings and of ensembles refuse before anything runs: field, met, accepted."""

import pytest

from tests.api import rooms

ENRC = {"method": "enrc", "embedding_dim": 4}
AUTONR = ENRC | {"init": "autonr"}


@pytest.fixture
def dataset(db, files):
    return rooms.ready_dataset(db, files, images=False)


@pytest.mark.parametrize(
    ("spec", "pointer", "accepted", "met"),
    [
        (ENRC | {"n_clusters": [2] * 5}, "/n_clusters", {"maxItems": 4}, "5 clusterings"),
        ({"method": "nrkmeans", "n_clusters": [2] * 5}, "/n_clusters", {"maxItems": 4}, "5 clusterings"),
        ({"method": "nrdipmeans", "n_spaces": 5}, "/n_spaces", {"maximum": 4}, "5 spaces"),
        (ENRC | {"n_clusters": [3, 40]}, "/n_clusters/1", {"maximum": 12}, "40 clusters"),
        ({"method": "autonr", "max_clusters": 13}, "/max_clusters", {"maximum": 12}, "13 clusters"),
        (AUTONR | {"search": {"max_clusters": 13}}, "/search/max_clusters", {"maximum": 12}, "13 clusters"),
        (ENRC | {"n_clusters": []}, "/n_clusters", {"min_length": 1}, "not 0"),
        (ENRC | {"n_clusters": [1, 3]}, "/n_clusters", None, "met [1, 3], accepted are counts from 2 on"),
        (ENRC, "/n_clusters", None, "met none, accepted are lists such as [3, 3]"),
        (AUTONR | {"n_clusters": [3, 3]}, "/n_clusters", [None], "met [3, 3], accepted is null"),
        (ENRC | {"n_clusters": [3], "search": {}}, "/search", None, "met nrkmeans, accepted are null"),
        (AUTONR | {"search": {"max_spaces": 1}}, "/search/max_spaces", {"ge": 2}, "greater than or equal"),
        ({"method": "nrkmeans", "n_clusters": [3, 1, 2]}, "/n_clusters", None, "met [3, 1, 2]"),
        (
            {"method": "deccs", "n_clusters": 3, "members": [{"method": "kmeans"}]},
            "/members",
            {"min_length": 2},
            "at least 2 items after validation, not 1",
        ),
        (
            {
                "method": "deccs",
                "n_clusters": 3,
                "members": [{"method": name} for name in ("kmeans", "gmm", "pca")],
            },
            "/members/2",
            None,
            "met pca",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_field_met_and_accepted(client, dataset, spec, pointer, accepted, met):
    answer = client.post("/v1/jobs", json={"dataset": dataset, "spec": spec})
    assert answer.status_code == 422, answer.json()
    (found,) = answer.json()["errors"]
    assert (found["pointer"], found.get("accepted")) == (f"/spec{pointer}", accepted)
    assert met in found["message"]

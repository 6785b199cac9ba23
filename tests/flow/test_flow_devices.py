"""From outside: a job of two devices computes what one would; here they are processes on the CPU."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from facet.errors import RefusedError

DCN = {
    "method": "dcn",
    "n_clusters": 10,
    "net": {"type": "mlp", "hidden": [32]},
    "pretrain_epochs": 3,
    "epochs": 3,
    "batch_size": 64,
}


@pytest.fixture(scope="module")
def dataset(client):
    x, y = load_digits(return_X_y=True)
    return client.wait_dataset(client.upload(x[:201].astype(np.float32), labels=y[:201])["id"], timeout=60)


@pytest.fixture(scope="module")
def jobs(client, dataset):
    """The same job on one device and on two."""
    sent = [client.submit(dataset["id"], DCN, resources={"devices": devices}) for devices in (1, 2)]
    return [client.wait(job["id"], timeout=90) for job in sent]


def test_both_succeed_and_say_how_many_devices_they_had(jobs):
    assert [(job["state"], job["attempt"], job["error"]) for job in jobs] == [("succeeded", 1, None)] * 2
    assert [(job["devices"], job["reproduce"]["environment"]["devices"]) for job in jobs] == [(1, 1), (2, 2)]
    alone, together = (job["reproduce"]["environment"]["threads"] for job in jobs)
    assert together == max(1, alone // 2)
    for job in jobs:
        assert job["usage"]["device_s"] == pytest.approx(job["devices"] * job["usage"]["compute_s"], abs=0.01)


def test_two_devices_yield_the_labels_and_the_curves_of_one(client, jobs):
    one, two = (client.result(job["id"]) for job in jobs)
    assert np.array_equal(one.labels(), two.labels())
    alone, together = (result.curves()["columns"] for result in (one, two))
    assert alone.keys() == together.keys()
    assert {"loss", "acc", "silhouette"} <= alone.keys()
    for name in alone.keys() - {"stage"}:
        met, expected = (np.array(columns[name], dtype=float) for columns in (together, alone))
        np.testing.assert_allclose(met, expected, atol=1e-4, rtol=0, err_msg=name)


def test_more_devices_than_a_worker_has_are_refused(client, dataset):
    with pytest.raises(RefusedError) as caught:
        client.submit(dataset["id"], DCN, resources={"devices": 3})
    (error,) = caught.value.problem["errors"]
    assert (caught.value.status, error["pointer"], error["accepted"]) == (
        422,
        "/resources/devices",
        {"le": 2},
    )

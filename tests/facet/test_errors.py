import httpx
import pytest

from facet.errors import AuthError, DatasetRejectedError, JobEndedError, LimitError, RefusedError, error_of


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthError), (403, AuthError), (413, LimitError), (422, RefusedError), (415, RefusedError)],
)
def test_a_status_has_its_type(status, kind):
    error = error_of(httpx.Response(status, json={"code": "some_code", "detail": "what was met"}))
    assert type(error) is kind
    assert (error.status, error.code, error.detail) == (status, "some_code", "what was met")


def test_a_rejected_dataset_says_why_and_what_would_be_accepted():
    dataset = {
        "id": "ds_1",
        "state": "rejected",
        "error": {"code": "nan", "detail": "3 NaN", "hint": "Drop them."},
    }
    error = DatasetRejectedError(dataset)
    assert error.code == "nan"
    assert str(error) == "ds_1 is rejected: 3 NaN\nDrop them."


def test_a_canceled_job_has_its_state_for_a_code():
    assert JobEndedError({"id": "job_1", "state": "canceled", "error": None}).code == "canceled"

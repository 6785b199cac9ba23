import pytest
from pydantic import ValidationError

from worker.settings import WorkerSettings


@pytest.mark.parametrize(
    ("device", "count", "devices"),
    [
        ("cpu", 1, ["cpu"]),
        ("cpu", 3, ["cpu", "cpu", "cpu"]),
        ("cuda", 1, ["cuda"]),
        ("cuda", 2, ["cuda:0", "cuda:1"]),
        ("cuda:0", 2, ["cuda:0", "cuda:1"]),
        ("cuda:2", 1, ["cuda:2"]),
        ("cuda:2", 3, ["cuda:2", "cuda:3", "cuda:4"]),
    ],
)
def test_a_job_gets_the_first_devices_of_its_worker(device: str, count: int, devices: list[str]) -> None:
    assert WorkerSettings(device=device, devices=8).first_devices(count) == devices


@pytest.mark.parametrize("devices", [0, 17, "all"])
def test_the_number_of_devices_is_bounded(devices: object) -> None:
    with pytest.raises(ValidationError, match="devices"):
        WorkerSettings(devices=devices)

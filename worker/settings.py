"""What a worker is told by its environment, prefix `WORKER_`."""

import os
import socket
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _available_cores() -> int:
    return len(os.sched_getaffinity(0))


class WorkerSettings(BaseSettings):
    """Settings of one worker slot; all durations are seconds of the database clock."""

    model_config = SettingsConfigDict(env_prefix="WORKER_", frozen=True)

    broker_url: str = Field(
        "filesystem:facet-data/broker", description="filesystem:<folder> or redis://…; carries bells only"
    )
    pool: str = Field(
        "cpu", pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Whose jobs this worker runs."
    )
    device: str = Field("cpu", pattern=r"^(cpu|cuda(:\d+)?)$", description="Where runners compute.")
    devices: int = Field(
        1,
        ge=1,
        le=16,
        description="Devices that one job may have: GPUs from WORKER_DEVICE on, or processes on the cpu.",
    )
    name: str = Field("", description="Unique among live workers; default <pool>@<host>-<pid>.")
    threads: int = Field(default_factory=_available_cores, ge=1, description="Compute threads of one runner.")
    gpu_memory_gib: float | None = Field(
        None, gt=0, description="Memory of the device that jobs may ask for."
    )
    warm: bool = Field(True, description="Keep the next runner imported and waiting; about 300 MB.")
    scratch: Path = Field(Path("facet-data/scratch"), description="Job folders and fetched datasets.")
    scratch_cap_bytes: int = Field(
        20 << 30, ge=0, description="Fetched datasets kept beyond this are dropped."
    )
    lease_s: float = Field(60, gt=0)
    heartbeat_s: float = Field(10, gt=0)
    sweep_s: float = Field(5, gt=0)
    kill_grace_s: float = Field(20, ge=0, description="From asking a runner to stop until it is killed.")
    drain_grace_s: float = Field(
        120, ge=0, description="From asking a runner to checkpoint until it is killed."
    )
    checkpoint_s: float = Field(120, ge=0, description="At most this long between checkpoints.")

    def first_devices(self, count: int) -> list[str]:
        """So many of the worker's devices: alone the one it is given, GPUs of several by number."""
        kind, _, first = self.device.partition(":")
        if count == 1 or kind == "cpu":
            return [self.device] * count
        return [f"{kind}:{int(first or 0) + offset}" for offset in range(count)]

    def slot_name(self) -> str:
        """The name under which this process claims."""
        return self.name or f"{self.pool}@{socket.gethostname()}-{os.getpid()}"

"""What a worker has for one job, and whether that suffices."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func

from models.job import Job


@dataclass(frozen=True)
class Capacity:
    """So many devices, each with this memory if they are accelerators."""

    devices: int = 1
    gpu_memory_gib: float | None = None

    def suffices(self, job: Job) -> bool:
        """Whether it is all that the job asks for."""
        return job.devices <= self.devices and (job.gpu_memory_gib or 0.0) <= (self.gpu_memory_gib or 0.0)

    def suffices_for(self) -> ColumnElement[bool]:
        """The same as a condition on rows of jobs."""
        asked_gib = func.coalesce(Job.gpu_memory_gib, 0.0)
        return and_(Job.devices <= self.devices, asked_gib <= (self.gpu_memory_gib or 0.0))


ALONE = Capacity()

"""A job's progress as a live bar."""

from typing import Any

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from facet.client import Client
from facet.terminal import console


def watch_job(client: Client, job_id: str, *, timeout: float | None = None) -> dict[str, Any]:
    """Show phase, epoch, rate and time left until the job has ended, and return it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[pace]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("queued", total=1.0, pace="")
        return client.wait(job_id, progress=lambda job: _draw(bar, task, job), timeout=timeout)


def _draw(bar: Progress, task: TaskID, job: dict[str, Any]) -> None:
    seen = job.get("progress") or {}
    done = 1.0 if job["state"] == "succeeded" else float(seen.get("fraction") or 0.0)
    bar.update(task, description=describe(job), completed=done, pace=pace(seen))


def describe(job: dict[str, Any]) -> str:
    """State, and while it runs the phase and epoch."""
    seen = job.get("progress") or {}
    phase = seen.get("phase") or seen.get("stage")
    if job["state"] != "running" or not phase:
        return str(job["state"])
    epoch = f" {seen['epoch']}/{seen['epochs']}" if seen.get("epochs") else ""
    return f"{phase}{epoch}"


def pace(seen: dict[str, Any]) -> str:
    """Rate and estimated time left."""
    rate, left = seen.get("rate"), seen.get("eta_s")
    said = [f"{rate:.1f} epochs/s" if isinstance(rate, float) else str(rate or "")]
    said += [f"{left:.0f} s left" if isinstance(left, int | float) else ""]
    return " · ".join(part for part in said if part)

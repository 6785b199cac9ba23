"""Whether any worker, as far as known, can give a job what it asks for."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from api import pools
from api.errors import Refusal
from api.schemas.jobs import Resources
from api.settings import ApiSettings
from models import workers
from models.worker import Worker


def idle_devices(asked: Resources, who: str) -> Iterator[dict[str, Any]]:
    """Why more than one device has nothing to do for somebody who trains no network."""
    if asked.devices > 1:
        message = f"{who} trains no network; {asked.devices} devices could share nothing else."
        yield _entry("devices", "no_effect", message, accepted={"le": 1})


def check_resources(
    session: Session, settings: ApiSettings, asked: Resources, *, batch_norms: bool = False
) -> None:
    """Refuse what no worker of the pool, as far as known, can ever run.

    Args:
        session: to read workers.
        settings: of the API.
        asked: by the caller.
        batch_norms: whether the network has some, which several devices share on GPUs alone.

    Raises:
        Refusal: unschedulable.
    """
    names = pools.names(session, settings)
    if asked.pool not in names:
        error = _entry("pool", "unknown_pool", f"Pool {asked.pool!r} does not exist.", accepted=names)
        raise Refusal("unschedulable", error["message"], errors=[error], accepted=names)
    problem = _unmet(workers.known(session, asked.pool), asked, batch_norms=batch_norms)
    if problem is not None:
        raise Refusal("unschedulable", problem["message"], errors=[problem])


def _unmet(slots: Sequence[Worker], asked: Resources, *, batch_norms: bool) -> dict[str, Any] | None:
    """What none of a pool's workers has: the memory, so many devices with it, or GPUs among those."""
    memory, where = asked.gpu_memory_gib, f"in pool {asked.pool!r}"
    large = [slot for slot in slots if memory is None or (slot.memory_gib or 0.0) >= memory]
    if memory is not None and not large:
        largest = max((slot.memory_gib for slot in slots if slot.memory_gib is not None), default=None)
        met = f"the largest slot has {largest:g} GiB" if largest else "no worker known there has any"
        message = f"The job asks for {memory:g} GiB of GPU memory {where}; {met}."
        return _entry("gpu_memory_gib", "too_large", message, accepted={"le": largest})
    if asked.devices == 1:
        return None
    wide = [slot for slot in large if slot.devices >= asked.devices]
    most = max((slot.devices for slot in large), default=1)
    such = f" with {memory:g} GiB each" if memory is not None else ""
    if not wide:
        message = f"The job asks for {asked.devices} devices{such} {where}; the largest slot has {most}."
        return _entry("devices", "too_large", message, accepted={"le": most})
    if batch_norms and not any(slot.device.startswith("cuda") for slot in wide):
        message = f"The net has batch norms, which devices share on GPUs alone; {where} there are none."
        return _entry("devices", "needs_gpu", message, accepted={"le": 1})
    return None


def _entry(field: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"pointer": f"/resources/{field}", "code": code, "message": message, **more}

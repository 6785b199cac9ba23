"""Long polls: wait for an object to change without holding a thread or a session."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from anyio import to_thread

from api.events import Lagged
from api.services import Services

T = TypeVar("T")


@dataclass(frozen=True)
class Watch(Generic[T]):
    """What is waited for: an object of some id, read in a session of its own, until it is as wanted."""

    object_id: str
    read: Callable[[], T]
    met: Callable[[T], bool]


async def until(services: Services, project_id: str, watch: Watch[T], wait_s: float) -> T:
    """Read an object again after each of its events until it is as wanted or `wait_s` seconds have passed.

    Raises:
        Refusal: too_many_waiting.
    """
    end = time.monotonic() + wait_s
    async with services.tailer.follow(project_id) as feed:
        seq = feed.seq
        found = await to_thread.run_sync(watch.read)
        while not watch.met(found) and (left := end - time.monotonic()) > 0:
            try:
                news = await feed.more(seq, left)
            except Lagged:
                news, seq = [], feed.seq
                found = await to_thread.run_sync(watch.read)
            if any(watch.object_id in (event.job_id, event.dataset_id) for event in news):
                found = await feed.shared(watch.object_id, watch.read)
            seq = max([seq, *(event.seq for event in news)])
    return found

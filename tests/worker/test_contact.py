from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.errors import StaleLease
from models.project import Project
from tests.worker.house import House
from worker.contact import Contact


class Flaky:
    """A database that is away for the first calls."""

    def __init__(self, house: House, away: int) -> None:
        self._house = house
        self.away = away
        self.calls = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.calls += 1
        if self.calls <= self.away:
            raise OperationalError("BEGIN", {}, ConnectionRefusedError())
        with self._house.database.write() as session:
            yield session


def rename(session: Session) -> str:
    session.query(Project).one().name = "renamed"
    return "done"


def test_work_is_committed(house: House) -> None:
    assert Contact(house.database).attempt(rename) == "done"
    with house.database.read() as session:
        assert session.query(Project).one().name == "renamed"


def test_while_it_is_away_nothing_is_tried_again_at_once(house: House) -> None:
    flaky = Flaky(house, away=10)
    contact = Contact(flaky)
    assert [contact.attempt(rename) for _ in range(5)] == [None] * 5
    assert flaky.calls == 1


def test_insisting_goes_on_until_it_is_back(house: House) -> None:
    flaky = Flaky(house, away=3)
    assert Contact(flaky, longest_pause_s=0.05).insist(rename, give_up=lambda: False) == "done"
    assert flaky.calls == 4


def test_insisting_can_be_given_up(house: House) -> None:
    flaky = Flaky(house, away=1000)
    assert Contact(flaky, longest_pause_s=0.01).insist(rename, give_up=lambda: flaky.calls > 3) is None


def test_a_refusal_is_no_outage(house: House) -> None:
    def refuse(_: Session) -> None:
        raise StaleLease("gone")

    with pytest.raises(StaleLease):
        Contact(house.database).attempt(refuse)

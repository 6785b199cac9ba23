"""worker.members: from a consensus job's spec to label files on this machine."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from models.job import Job
from tests.worker.house import House
from worker.members import sources, stage_members
from worker.messages import LabelFile


def silent() -> None:
    pass


def job(house: House, dataset: str, **spec: object) -> Job:
    given = {"members": [], "tables": []} | spec
    return Job(id="job_1", kind="consensus", dataset_id=dataset, spec=given)


def staged(house: House, of: Job, folder: Path) -> list[LabelFile]:
    with house.database.read() as session:
        found = sources(session, of)
    return stage_members(house.store, found, folder / "members", cache=folder / "cache", beat=silent)


def test_tables_are_the_canonical_files_of_their_datasets(house: House, tmp_path: Path) -> None:
    own, other = house.dataset(6), house.dataset(6)
    tables = [{"dataset": other, "columns": ["y"]}, {"dataset": None, "columns": None}]
    column, values = staged(house, job(house, own, tables=tables), tmp_path)
    assert (column.name, column.column, column.path.name) == (f"{other}/y", "y", "labels.parquet")
    assert (values.name, values.column, values.path.name) == (own, None, "x.npy")
    assert pq.read_table(column.path).num_rows == 6


def test_a_member_that_is_gone_is_missed(house: House, tmp_path: Path) -> None:
    gone = job(house, house.dataset(6), members=[{"job": "job_2", "clustering": 0}])
    with pytest.raises(FileNotFoundError, match="job_2 has no clustering 0"):
        staged(house, gone, tmp_path)


def test_a_job_of_another_kind_merges_nothing(house: House) -> None:
    with house.database.read() as session:
        assert sources(session, Job(kind="cluster", spec={"members": [{"job": "job_2"}]})) == []

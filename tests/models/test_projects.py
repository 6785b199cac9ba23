"""models.projects: finding and making."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models import projects
from models.errors import NotFound


def test_a_project_is_made_once_and_found_by_name(database):
    with database.write() as session:
        made = projects.get_or_create(session, "lab")
        assert projects.get_or_create(session, "lab") is made
        assert projects.by_name(session, "lab") is made
        assert [project.name for project in projects.list_projects(session)] == ["default", "lab"]
        with pytest.raises(NotFound, match="nobody"):
            projects.by_name(session, "nobody")


def test_processes_that_make_it_together_get_the_same_one(database):
    def make(_):
        with database.write() as session:
            project = projects.get_or_create(session, "lab")
            session.commit()
            return project.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1

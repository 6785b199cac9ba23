import sqlite3


def test_a_fresh_database_has_nothing_broken(facet):
    assert facet("migrate").exit_code == 0
    run = facet("fsck")
    assert run.exit_code == 0, run.output
    assert "holds" in run.output


def test_what_is_broken_is_listed_and_the_exit_status_says_so(facet, tmp_path):
    facet("migrate")
    with sqlite3.connect(tmp_path / "home" / "facet.db") as database:
        (project,) = database.execute("SELECT id FROM projects").fetchone()
        database.execute("UPDATE projects SET event_seq = 3")
        rows = [(project, seq, "job.queued", "2026-11-22 10:00:00", "{}") for seq in (1, 3)]
        insert = "INSERT INTO events (project_id, seq, type, at, data) VALUES (?, ?, ?, ?, ?)"
        database.executemany(insert, rows)
    run = facet("fsck")
    assert run.exit_code == 1
    assert "I2" in run.output


def test_migrating_twice_changes_nothing(facet):
    assert facet("migrate").exit_code == facet("migrate").exit_code == 0

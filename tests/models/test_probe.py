from sqlalchemy import func, select

from models import probe
from models.leadership import Leadership


def test_a_probe_writes_and_leaves_nothing(database):
    with database.write() as session:
        probe.write(session)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Leadership)) == 0

"""models.leadership: one of many leads."""

from concurrent.futures import ThreadPoolExecutor

from models.leadership import lead, step_down


def test_one_leads_until_it_steps_down_or_falls_silent(database):
    with database.write() as session:
        assert lead(session, role="sweeper", holder="a", lease_s=60)
        assert lead(session, role="sweeper", holder="a", lease_s=60)
        assert not lead(session, role="sweeper", holder="b", lease_s=60)
        assert lead(session, role="other", holder="b", lease_s=60)
        step_down(session, role="sweeper", holder="b")
        assert not lead(session, role="sweeper", holder="b", lease_s=60)
        step_down(session, role="sweeper", holder="a")
        assert lead(session, role="sweeper", holder="b", lease_s=-1)
        assert lead(session, role="sweeper", holder="c", lease_s=60)


def test_of_eight_that_start_together_one_leads(database):
    def start(number):
        with database.write() as session:
            leads = lead(session, role="sweeper", holder=str(number), lease_s=60)
            session.commit()
            return leads

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(start, range(8))) == 1

import os

from worker.shift import Shift


def test_a_forked_child_hears_of_the_end() -> None:
    shift = Shift()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(read, 1)
        os._exit(1 if shift.ending() else 0)
    assert not shift.ending()
    shift.end()
    os.write(write, b"x")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def test_the_first_call_counts() -> None:
    shift = Shift()
    assert shift.ending_s() == 0
    shift.end()
    earlier = shift.ending_s()
    shift.end()
    assert shift.ending_s() >= earlier


def test_a_farewell_is_heard() -> None:
    shift = Shift()
    assert not shift.left()
    shift.leave()
    assert shift.left()


def test_it_is_idle_only_after_a_wake() -> None:
    shift = Shift()
    assert shift.idle_s() == 0
    shift.end_wake()
    assert shift.idle_s() > 0
    shift.begin_wake()
    assert shift.idle_s() == 0

import os
import subprocess

from worker.processes import Identity


def test_a_process_is_known_by_pid_and_start_time() -> None:
    me = Identity.of(os.getpid())
    assert me is not None
    assert me.alive()
    assert Identity.parse(str(me)) == me
    assert not Identity(me.pid, me.started + 1).alive()


def test_a_dead_process_and_a_zombie_have_no_identity() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert Identity.of(process.pid) is None
    process.wait()
    assert Identity.of(process.pid) is None


def test_other_text_is_no_identity() -> None:
    assert Identity.parse("runner-1.log") is None


def test_a_group_is_killed_only_while_its_leader_is_the_same_process() -> None:
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    identity = Identity.of(process.pid)
    assert identity is not None
    assert not Identity(identity.pid, identity.started + 1).kill_group()
    assert process.poll() is None
    assert identity.kill_group()
    assert process.wait() == -9

"""`python -m tests.chaos.lone_worker FOLDER`: a worker whose runners are `lone_runner`s."""

import sys

from worker import station
from worker.__main__ import main
from worker.lifeline import command

if __name__ == "__main__":
    folder = sys.argv[1]
    station.runner_command = lambda: [*command("tests.chaos.lone_runner"), folder]
    main()

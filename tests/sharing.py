"""Which tests one process of pytest-xdist runs together, so that they share what is costly to start.

Marks of groups do not reach the scheduler with pytest 9.2, which ignores how pytest-xdist 3.8 passes them on.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/chaos/", "tests/flow/")
"""Folders whose tests share processes and ports; elsewhere the tests of a file stay together."""


class ByFolderOrFile(LoadScopeScheduling):
    """Hands out whole folders of TOGETHER and otherwise whole files, in the order of their names."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)

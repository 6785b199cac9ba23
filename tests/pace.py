"""How long things may take: as promised on a machine that the test has alone, longer beside others."""

import os

FULL = os.environ.get("FACET_CHAOS_FULL") == "1"
"""Whether the tests of reliability take the numbers and figures that are promised."""
SLACK = 1 if FULL else 4
"""How many times the promised seconds something may take."""

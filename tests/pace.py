"""How much the tests of reliability do."""

import os

FULL = os.environ.get("FACET_CHAOS_FULL") == "1"
"""Whether they take the numbers that are promised, or fewer."""

"""`python -m facet` is the `facet` command."""

from facet.cli import app

app()

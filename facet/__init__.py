"""Asks: the Python client and the command line."""

from facet.client import Client
from facet.errors import FacetError
from facet.results import Clustering, Result

__all__ = ["Client", "Clustering", "FacetError", "Result"]

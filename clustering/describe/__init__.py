"""From a fitted result to what is stored: rows that people query, files that people download.

The only place where true labels meet a clustering, and only to be compared with it.
"""

from clustering.describe.description import describe
from clustering.describe.files import write_result
from clustering.describe.rows import ClusteringRow, ClusterRow, Description, FileEntry, Outputs
from clustering.describe.scores import score

__all__ = [
    "ClusterRow",
    "ClusteringRow",
    "Description",
    "FileEntry",
    "Outputs",
    "describe",
    "score",
    "write_result",
]

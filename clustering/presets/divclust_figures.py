"""What DivClust's supplement reports over CC, in percent: its table 5 as rows of numbers.

NMI, ACC and ARI of each data set. A, B and C are the single clusterings, mean and max those of the 20
clusterings themselves, each at a target in percent; the first rows are one clustering of CC, and the
consensus of k-means clusterings of its features.
"""

from collections.abc import Mapping
from typing import NamedTuple

COLUMNS = ("cifar10", "cifar100-20", "imagenet-10", "imagenet-dogs")
TARGETS = (100, 95, 90, 80, 70)

TABLE_5 = """
k-means   65.4 69.8 52.3 42.9 40.5 23.5 79.2 84.1 66.9 45.7 44.4 28.4
k-means/s 67.4 69.0 55.4 42.8 40.2 22.8 79.2 84.2 67.3 45.6 44.4 28.3
k-means/f 68.4 76.2 59.9 43.8 40.9 21.0 79.7 84.7 68.5 45.8 44.4 28.5
cc        70.5 79.0 63.7 43.1 42.9 26.6 85.9 89.3 82.2 44.5 42.9 27.4
mean@100  67.8 76.3 60.4 41.8 42.7 25.7 85.9 89.5 82.4 45.7 45.1 29.7
max@100   67.9 76.3 60.5 42.3 42.7 26.1 86.1 89.6 82.5 45.9 45.3 29.9
a@100     67.8 76.3 60.4 41.8 42.5 25.7 85.8 89.4 82.3 45.8 45.3 29.8
b@100     67.8 76.3 60.4 41.8 42.4 26.7 85.8 89.5 82.3 45.9 45.2 29.8
c@100     67.8 76.3 60.4 41.8 42.4 25.7 86.0 89.5 82.5 45.9 45.1 29.8
mean@95   67.8 76.2 60.3 43.0 43.5 27.6 87.0 91.4 84.8 45.9 44.9 29.6
max@95    68.8 77.3 61.6 43.3 44.7 28.0 91.4 96.3 92.0 46.1 45.2 29.8
a@95      68.3 76.8 61.0 43.0 43.4 27.6 91.6 96.4 92.2 45.2 46.1 29.8
b@95      67.9 76.2 60.3 43.1 43.5 27.7 86.3 89.8 82.8 46.0 45.1 29.7
c@95      67.7 76.0 60.2 43.1 43.4 27.6 89.1 93.6 87.8 46.1 45.1 29.7
mean@90   70.3 79.4 64.4 42.2 43.0 26.2 86.1 90.3 83.2 47.1 47.9 32.3
max@90    73.1 81.8 68.1 42.9 43.8 27.0 91.7 96.5 92.4 48.3 49.3 34.0
a@90      73.1 81.7 68.1 42.0 42.9 25.9 91.7 96.5 92.4 45.3 48.6 33.5
b@90      70.8 79.9 65.3 42.2 43.1 26.2 86.6 90.8 83.7 47.7 48.6 33.0
c@90      67.8 78.9 64.1 42.2 42.6 25.8 87.9 92.0 85.9 48.0 48.7 33.2
mean@80   67.5 78.2 63.2 41.9 41.7 26.0 81.6 84.0 75.4 45.5 45.0 29.6
max@80    76.2 84.7 72.7 42.9 43.4 27.5 85.8 90.9 83.0 48.7 50.9 34.7
a@80      76.2 84.7 72.7 41.9 42.0 27.5 83.5 84.5 77.9 48.6 50.4 34.7
b@80      71.4 80.7 66.4 41.9 41.4 25.8 87.8 91.9 85.1 45.9 45.3 29.8
c@80      72.4 81.9 68.1 42.2 41.4 26.0 87.9 91.8 85.1 45.8 44.8 29.6
mean@70   64.5 70.3 55.6 43.0 42.5 26.7 74.2 74.7 64.3 45.8 45.3 29.8
max@70    70.4 78.9 67.8 45.9 46.9 30.4 79.8 83.0 74.3 49.0 51.2 35.2
a@70      67.7 77.3 62.1 44.1 44.6 28.6 79.8 83.0 74.3 47.6 46.0 31.8
b@70      66.5 72.5 62.1 43.4 43.8 27.2 87.5 91.6 83.7 49.2 45.6 31.5
c@70      71.0 81.5 67.5 44.0 43.7 28.3 85.0 90.0 81.9 51.6 52.9 37.6
"""


class Reported(NamedTuple):
    """Percent."""

    nmi: float
    acc: float
    ari: float


def reported(row: str, dataset: str) -> Reported:
    """What one row of the table says of a data set."""
    first = 3 * COLUMNS.index(dataset)
    return Reported(*ROWS[row][first : first + 3])


def _rows() -> Mapping[str, tuple[float, ...]]:
    words = [line.split() for line in TABLE_5.strip().splitlines()]
    return {name: tuple(map(float, numbers)) for name, *numbers in words}


ROWS = _rows()
"""The numbers of each row, by what stands before them."""

"""What the BRB paper reports, in percent: its tables as rows of numbers, and one experiment's figure.

The averages at the end of the rows of tables 13 to 15 are the paper's; they check the others.
"""

from collections.abc import Mapping

from clustering.presets.preset import Figure

GRAY_COLUMNS = ("mnist", "usps", "optdigits", "fashionmnist", "kmnist", "gtsrb", "average")
COLOR_COLUMNS = ("cifar10", "cifar100-20")

ACC_OF_TABLE_13 = """
dec                     87.97 60.29 62.01 58.30 48.29 47.00 60.64
dec+brb                 93.55 74.20 81.52 59.83 55.73 57.71 70.42
dec+recluster           83.41 48.79 74.97 57.50 48.69 53.02 61.06
dec+reset               96.12 53.47 78.64 59.98 57.73 60.97 67.82
idec                    75.77 66.67 69.68 54.23 54.27 52.45 62.18
idec+brb                85.38 84.50 80.60 60.49 56.61 64.10 71.95
idec+recluster          77.71 74.49 78.12 53.93 52.92 62.54 66.62
idec+reset              63.01 72.16 73.34 58.04 59.02 55.51 63.51
dcn                     90.65 75.49 87.10 54.64 58.46 61.47 71.30
dcn+brb                 95.90 79.02 88.54 55.55 64.21 64.58 74.63
dcn+recluster           92.99 78.82 88.48 55.51 63.50 57.94 72.87
dcn+reset               86.94 75.58 84.52 54.29 63.79 50.40 69.25
dec+pretrain            91.56 78.94 88.21 60.00 65.28 62.16 74.36
dec+brb+pretrain        91.05 78.63 92.32 59.64 65.97 61.73 74.89
dec+recluster+pretrain  90.68 78.65 90.52 60.32 65.28 62.15 74.60
dec+reset+pretrain      93.69 79.40 89.02 60.74 64.37 62.40 74.94
idec+pretrain           93.16 81.59 86.83 53.59 65.09 56.63 72.81
idec+brb+pretrain       94.19 81.87 87.35 55.96 65.61 62.84 74.64
idec+recluster+pretrain 94.24 81.08 86.84 53.61 65.13 56.94 72.97
idec+reset+pretrain     89.69 81.38 85.99 53.66 66.05 60.01 72.80
dcn+pretrain            89.23 78.29 86.64 49.91 63.16 54.68 70.32
dcn+brb+pretrain        96.40 80.10 87.92 52.34 65.19 65.89 74.64
dcn+recluster+pretrain  93.86 77.06 86.06 52.72 63.76 56.42 71.65
dcn+reset+pretrain      90.98 78.64 87.66 49.22 64.25 48.48 69.87
"""
NMI_OF_TABLE_14 = """
dec                     86.49 57.97 70.25 59.32 43.15 27.01 57.36
dec+brb                 91.36 76.90 87.79 61.68 52.11 41.50 68.56
dec+recluster           83.00 45.02 79.21 59.37 42.93 37.59 57.85
dec+reset               93.26 49.98 82.75 62.26 53.11 46.03 64.56
idec                    80.23 70.95 76.89 59.76 54.46 33.19 62.58
idec+brb                91.25 89.39 85.85 65.17 58.76 46.39 72.80
idec+recluster          81.52 82.40 83.14 60.40 54.80 44.99 67.88
idec+reset              81.17 78.42 81.43 63.33 59.74 37.35 66.91
dcn                     87.48 78.69 87.08 60.16 57.72 46.42 69.59
dcn+brb                 91.13 79.78 86.36 61.62 61.81 47.15 71.31
dcn+recluster           88.26 80.72 87.24 60.91 59.17 45.03 70.22
dcn+reset               88.83 77.72 84.64 60.54 61.31 35.28 68.05
dec+pretrain            91.85 84.32 89.58 62.75 62.89 48.37 73.29
dec+brb+pretrain        91.71 84.00 91.80 62.16 64.64 47.80 73.68
dec+recluster+pretrain  90.97 84.04 90.64 62.74 62.99 48.34 73.29
dec+reset+pretrain      93.09 85.38 90.07 62.72 63.51 48.39 73.86
idec+pretrain           94.13 87.14 88.39 62.51 63.77 37.31 72.21
idec+brb+pretrain       94.88 88.11 89.29 63.83 65.12 44.01 74.21
idec+recluster+pretrain 94.36 87.08 88.40 62.30 63.80 37.33 72.21
idec+reset+pretrain     93.55 88.00 88.29 62.25 65.63 41.45 73.20
dcn+pretrain            87.19 79.29 85.22 58.62 57.75 37.82 67.65
dcn+brb+pretrain        91.81 80.35 86.22 57.97 61.01 47.55 70.82
dcn+recluster+pretrain  88.82 79.23 84.43 58.95 58.11 38.40 67.99
dcn+reset+pretrain      90.20 80.22 85.87 55.34 60.44 30.38 67.08
"""
ARI_OF_TABLE_15 = """
dec                     82.77 47.02 55.76 43.89 31.57 18.81 46.64
dec+brb                 89.77 67.57 78.72 47.11 38.61 31.77 58.92
dec+recluster           76.68 35.94 69.43 45.18 30.56 28.37 47.69
dec+reset               93.07 42.49 72.90 47.68 39.59 36.76 55.41
idec                    70.39 59.18 62.17 42.95 38.89 25.76 49.89
idec+brb                84.72 83.00 77.01 49.25 41.89 36.55 62.07
idec+recluster          72.33 72.34 73.40 42.84 38.71 34.65 55.71
idec+reset              60.97 68.11 69.07 46.79 43.23 29.83 53.00
dcn                     85.41 69.97 81.36 43.21 42.89 35.20 59.67
dcn+brb                 91.21 71.89 81.56 43.66 46.66 36.44 61.90
dcn+recluster           87.33 73.18 82.08 43.57 44.79 32.63 60.60
dcn+reset               84.38 68.79 77.68 43.32 46.69 23.67 57.42
dec+pretrain            88.86 75.54 83.41 47.05 47.40 40.09 63.73
dec+brb+pretrain        88.28 74.34 88.12 46.90 50.05 38.91 64.43
dec+recluster+pretrain  87.50 74.63 85.92 47.41 47.36 40.07 63.82
dec+reset+pretrain      91.12 77.04 84.47 47.63 48.63 39.93 64.80
idec+pretrain           91.73 79.26 81.84 43.14 48.00 30.42 62.40
idec+brb+pretrain       93.05 79.89 82.66 45.40 48.91 37.69 64.60
idec+recluster+pretrain 92.60 79.05 81.87 42.88 48.07 30.69 62.53
idec+reset+pretrain     88.65 79.72 81.14 43.33 49.71 34.29 62.81
dcn+pretrain            84.26 71.48 79.47 40.03 44.24 27.51 57.83
dcn+brb+pretrain        92.20 73.19 80.99 40.83 46.74 39.37 62.22
dcn+recluster+pretrain  88.18 70.71 78.53 41.40 44.45 29.60 58.81
dcn+reset+pretrain      87.67 71.52 80.31 37.24 46.01 22.04 57.47
"""

OF_TABLE_1 = """
simclr+kmeans 68.97 63.98 40.13 37.22 42.25 14.86
dec           88.29 80.60 77.23 50.16 51.66 35.37
dec+brb       90.57 82.57 81.18 50.46 51.72 35.05
idec          88.30 79.50 77.27 52.73 52.79 36.79
idec+brb      90.72 83.26 81.81 55.43 54.81 38.81
dcn           88.55 81.02 78.17 53.27 52.13 37.30
dcn+brb       91.23 83.66 82.42 56.92 56.76 41.15
"""


def rows_of(table: str) -> dict[str, tuple[float, ...]]:
    """The numbers of a table's rows, by what stands before them."""
    words = [line.split() for line in table.strip().splitlines()]
    return {name: tuple(float(number) for number in numbers) for name, *numbers in words}


GRAY: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "acc": rows_of(ACC_OF_TABLE_13),
    "nmi": rows_of(NMI_OF_TABLE_14),
    "ari": rows_of(ARI_OF_TABLE_15),
}
COLOR = rows_of(OF_TABLE_1)


def gray_figure(row: str, dataset: str) -> Figure:
    """What tables 13 to 15 report of one row on one of their data sets."""
    column = GRAY_COLUMNS.index(dataset)
    numbers = {metric: rows[row][column] for metric, rows in GRAY.items()}
    return Figure(**numbers, table="tables 13, 14 and 15", over="mean of ten runs")


def color_figure(row: str, dataset: str) -> Figure:
    """What table 1 reports of one row on one of its data sets."""
    first = 3 * COLOR_COLUMNS.index(dataset)
    acc, nmi, ari = COLOR[row][first : first + 3]
    return Figure(acc, nmi, ari, table="table 1", over="best run, on the test split")

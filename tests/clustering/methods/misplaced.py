"""A fit in which a center starts far from all samples."""

import torch

from clustering.data import Data
from clustering.run import Run


def fit_misplaced(method, x, center):
    """Fit a method of spaces to x, once its start has placed everything and the center was moved away."""
    place = method._place

    def misplace(run, data):
        place(run, data)
        with torch.no_grad():
            method.all_centers[center] = 1e3

    method._place = misplace
    run = Run()
    run.journal.plan = method.stages()
    method.fit(Data.of(x, scale="none"), run)

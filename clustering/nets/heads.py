"""Several classifiers over the same features, each layer of all of them computed by one product."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


class Layers(nn.Module):
    """One linear layer of every head, each with inputs of its own: y_h = W_h x_h + b_h."""

    def __init__(self, count: int, before: int, after: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(count, before, after))
        self.bias = nn.Parameter(torch.empty(count * after))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw fresh weights as PyTorch's linear layer does, by the inputs of one head."""
        bound = 1 / math.sqrt(self.weight.shape[1])
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """(h, b, before) to (h, b, after)."""
        return torch.baddbmm(self.bias.view(len(self.weight), 1, -1), x, self.weight)


class Heads(nn.Module):
    """h feed-forward classifiers that share nothing but their inputs.

    Args:
        count: h.
        widths: of the features, the hidden layers, and the clusters of each head.
    """

    def __init__(self, count: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.count = count
        self.first = nn.Linear(widths[0], count * widths[1])
        self.later = nn.ModuleList(Layers(count, *each) for each in pairwise(widths[1:]))

    def forward(self, features: Tensor) -> Tensor:
        """(h, b, k) logits of features (b, d)."""
        out: Tensor = self.first(features).view(len(features), self.count, -1).transpose(0, 1)
        for layer in self.later:
            out = layer(out.relu())
        return out

    def soft(self, features: Tensor) -> Tensor:
        """(h, b, k) assignments of features (b, d), rows on the simplex."""
        soft: Tensor = self(features).softmax(dim=2)
        return soft

"""Linear classifiers, one for each member of an ensemble, computed by one product."""

import math

import torch
from torch import Generator, Tensor, nn


class Classifiers(nn.Module):
    """g_i(z) = softmax(W_i z + b_i).

    Args:
        members: q classifiers.
        clusters: k, as many as the member with the most has.
        width: d of the embedding.
    """

    known: Tensor
    """(q, k) whether a member has the cluster."""

    def __init__(self, members: int, clusters: int, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, members * clusters)
        self.register_buffer("known", torch.ones(members, clusters, dtype=torch.bool))

    def start(self, counts: Tensor, generator: Generator) -> None:
        """Draw fresh weights; member i has the clusters 0 to counts[i] - 1 from now on."""
        weight = self.linear.weight
        bound = 1 / math.sqrt(weight.shape[1])
        with torch.no_grad():
            weight.uniform_(-bound, bound, generator=generator)
            self.linear.bias.zero_()
        self.known.copy_(torch.arange(self.known.shape[1], device=counts.device) < counts[:, None])

    def forward(self, z: Tensor) -> Tensor:
        """(b, q, k) logits, -inf where a member has no such cluster."""
        logits: Tensor = self.linear(z).view(len(z), *self.known.shape)
        return logits.masked_fill(~self.known, -math.inf)

    def log_probabilities(self, z: Tensor) -> Tensor:
        """(b, q, k) logarithms of the predictions, laid out with samples side by side in memory.

        A softmax over the few clusters of a member is several times faster that way.
        """
        linear = self.linear
        logits = torch.addmm(linear.bias[:, None], linear.weight, z.T).view(*self.known.shape, len(z))
        known = self.known[:, :, None]
        return logits.masked_fill(~known, -math.inf).log_softmax(dim=1).permute(2, 0, 1)

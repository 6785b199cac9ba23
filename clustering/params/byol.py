"""Params of BYOL."""

from typing import Literal

from pydantic import Field

from clustering.params.bootstrap import BootstrapParams
from clustering.params.nets import ContrastiveNet, ResNet


class BYOLParams(BootstrapParams):
    """A residual net trained to predict what a slow copy of it makes of another view: a model to start from.

    A later fit takes over the encoder alone, for no other method's projector has this one's batch norm. The
    defaults are those of ProPos (Huang et al., TPAMI 2023) for CIFAR-10, behind the encoder of SimCLR.
    """

    title = "BYOL"
    paper = (
        "Grill et al. Bootstrap Your Own Latent: A New Approach to Self-Supervised Learning. NeurIPS 2020."
    )

    method: Literal["byol"] = "byol"
    net: ContrastiveNet = Field(
        ResNet(projector=(4096, 256)), description="The network's architecture; its projector has batch norm."
    )

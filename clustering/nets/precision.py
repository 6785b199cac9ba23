"""Which number format a network's products take."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Literal, TypeAlias

import torch
from torch import Tensor

Precision: TypeAlias = Literal["auto", "float32", "bfloat16"]


def products(precision: Precision, x: Tensor) -> AbstractContextManager[object]:
    """A context in which matrix products and convolutions on x's device take the given format."""
    if precision == "float32" or (precision == "auto" and not fast_bfloat16(x.device.type)):
        return nullcontext()
    return torch.autocast(x.device.type, torch.bfloat16)


@cache
def fast_bfloat16(device_type: str) -> bool:
    """Whether the hardware multiplies bfloat16 faster than float32."""
    if device_type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))

"""Which number format a network's products take, and who computes them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Literal, TypeAlias

import torch
from torch import Tensor, nn

Precision: TypeAlias = Literal["auto", "float32", "bfloat16"]

_LEAST_FOR_ONEDNN = 2**14


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


@contextmanager
def float32_by_onednn(module: nn.Module) -> Iterator[None]:
    """Let oneDNN instead of MKL compute float32 products on AMD CPUs with AVX-512, at up to twice the speed.

    PyTorch offers the choice only as a leave to round inputs to bfloat16. oneDNN takes that leave on CPUs
    with AMX alone, so these are left out and the products stay float32.

    Args:
        module: whose products they are. One takes oneDNN some 15 µs more, whatever its size: where no weight
            has 2^14 values, as one of 128 x 128 has, MKL is left at it.
    """
    capabilities = torch.cpu.get_capabilities()
    amd = str(capabilities.get("cpu_name", "")).startswith("AMD")
    fit = amd and capabilities.get("avx512_bw") and not capabilities.get("amx_tile")
    sizes = [weight.numel() for weight in module.parameters() if weight.ndim > 1]
    if not fit or max(sizes, default=_LEAST_FOR_ONEDNN) < _LEAST_FOR_ONEDNN:
        yield
        return
    matmul = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = matmul.fp32_precision
    matmul.fp32_precision = "bf16"
    try:
        yield
    finally:
        matmul.fp32_precision = before

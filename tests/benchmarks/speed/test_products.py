import pytest
import torch

from benchmarks.speed import products
from benchmarks.speed.plain import verdict


def test_an_epoch_counts_its_batches_and_the_embedding_of_all_samples():
    layers = products.layers([784, 512, 256, 128, 10], 256, "bfloat16")
    assert [tuple(layer.weight.shape[::-1]) for layer in layers[:5]] == [
        (784, 512), (512, 256), (256, 128), (128, 10), (10, 128)
    ]  # fmt: skip
    assert [layer.first for layer in layers] == [True] + [False] * 7
    assert {layer.weight.dtype for layer in layers} == {torch.bfloat16}
    told = products.epoch([32, 8, 2], 64, "float32", 512, 1, embeds=True)
    assert min(told.values()) > 0


def test_the_ceiling_is_what_products_alone_would_reach():
    figures = {"epoch_s": 1.0, "epoch_cpu_s": 1.0, "loss": 1.0}
    timed = {"ae peer": 3.0, "ae float32": 2.0, "ae products float32": 1.5, "twice": 1.0, "augmented": 1.0}
    round_ = {name: figures | {"epoch_s": seconds, "epoch_cpu_s": seconds} for name, seconds in timed.items()}
    autoencoder, views = verdict([round_])
    assert (autoencoder["ratio"], autoencoder["ceiling"]) == (pytest.approx(1.5), pytest.approx(2))
    assert "ceiling" not in views

import numpy as np
import torch

from clustering import engine
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.tiny import images, tiny


def test_the_defaults_are_the_recipe_of_the_brb_paper():
    p = parse({"method": "simclr"})
    assert (p.batch_size, p.epochs, p.lr, p.temperature) == (512, 1000, 3e-3, 0.5)
    assert (p.optimizer.type, p.optimizer.weight_decay) == ("adamw", 1e-4)
    assert (p.schedule.warmup_epochs > 0, p.schedule.decay) == (True, "none")
    assert (*p.net.hidden, p.embedding_dim, *p.net.projector) == (512, 256, 128, 2048, 128)
    assert (p.net.depth, p.net.width, p.augment.type) == (18, 64, "simclr")


def test_views_of_one_image_come_nearer_than_those_of_others():
    x = np.random.default_rng(0).integers(0, 256, (48, 8, 8, 1)).astype(np.uint8)
    nearly = {"type": "affine", "degrees": 2, "translate": 0, "shear": 0}
    spec = {"epochs": 12, "lr": 1e-2, "schedule": {"warmup_epochs": 0}, "augment": nearly, "embedding_dim": 8}
    result = engine.fit(x, tiny("simclr", **spec), Run(seed=1))
    losses = [point.values["loss"] for point in result.curves]
    assert losses[-1] < losses[0] - 0.3


def test_the_temperature_is_heard():
    warm, cool = (
        engine.fit(images(), tiny("simclr", temperature=each, epochs=1)).embeddings for each in (1.0, 0.1)
    )
    assert not torch.equal(warm, cool)

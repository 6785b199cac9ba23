"""What methods with centers do over a contrastive net, with resets and a last stage that labels itself."""

import numpy as np
import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import describe
from clustering.errors import Drained
from clustering.params import parse
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import RESNET, images

LAST = {"epochs": 1, "warmup_epochs": 1, "threshold": 0.3}
WHOLE = {
    "n_clusters": 2,
    "embedding_dim": 4,
    "net": RESNET,
    "augment": {"type": "affine"},
    "batch_size": 20,
    "n_init": 2,
    "pretrain_epochs": 1,
    "epochs": 4,
    "brb": {"interval": 2, "alpha": 0.7, "block_step": 0.2},
    "self_label": LAST | {"strong": {"type": "strong", "padding": 1, "hole": 2, "operations": 1}},
}
METHODS = ["dec", "idec", "dcn"]


def params(method, **changes):
    return parse(WHOLE | {"method": method} | changes)


@pytest.mark.parametrize("method", METHODS)
def test_contrast_resets_and_labels_of_its_own_resume_bit_for_bit(method, tmp_path):
    x, spec = images(), params(method)
    whole = engine.fit(x, spec)
    assert [point.epoch for point in whole.curves if "reset" in point.values] == [3]
    for after in range(1 + METHODS.index(method) % 2, len(whole.curves), 2):
        heard, folder = [], tmp_path / str(after)

        def stop(heard=heard, after=after):
            return "drain" if sum(isinstance(each, Metrics) for each in heard) >= after else None

        with pytest.raises(Drained):
            engine.fit(x, spec, Run(report=heard.append, stop=stop, checkpoints=Checkpoints(folder)))
        resumed = engine.fit(x, spec, Run(checkpoints=Checkpoints(folder)))
        assert resumed.curves == whole.curves
        for name, tensor in whole.method.state_dict().items():
            assert torch.equal(resumed.method.state_dict()[name], tensor), (after, name)


@pytest.mark.parametrize("method", METHODS)
def test_a_self_labelled_model_says_of_new_samples_what_its_head_says(method, tmp_path):
    result = engine.fit(images(), params(method))
    (found,) = result.clusterings
    engine.save(result, tmp_path)
    told = engine.predict(tmp_path, images())
    np.testing.assert_array_equal(told.labels, found.labels)
    said = result.method.head(result.embeddings).softmax(dim=1).detach()
    np.testing.assert_allclose(found.soft, said, rtol=1e-5)
    assert len(describe(result, images(), {"y": np.arange(40) % 2}).rows()) == 1


def test_over_a_contrastive_net_only_views_are_seen_and_the_first_gives_the_target():
    method = engine.fit(images(), params("dec", epochs=0, brb=None, self_label=None)).method
    drawn = iter([torch.ones(3, 1, 8, 8), torch.zeros(3, 1, 8, 8)])
    batch = type("Batch", (), {"x": torch.full((3, 1, 8, 8), 9.0), "view": staticmethod(lambda: next(drawn))})
    assert method.views(batch)[:, 0, 0, 0].tolist() == [1, 1, 1, 0, 0, 0]


def test_the_contrast_goes_on_beside_the_clusters_and_dec_leaves_the_projector():
    for method, changed in (("dec", False), ("idec", True), ("dcn", True)):
        specs = (params(method, epochs=epochs, brb=None, self_label=None) for epochs in (0, 1))
        before, after = (engine.fit(images(), spec).method.net.projector[0].weight for spec in specs)
        assert torch.equal(before, after) != changed

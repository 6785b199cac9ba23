import pytest
import torch

from clustering.errors import Unsupported
from clustering.methods import METHODS, build
from clustering.methods.base import Method
from clustering.params import PARAMS, parse


def method(name, **spec):
    return build(parse({"method": name} | spec), (6,))


def test_every_params_class_has_its_method():
    assert METHODS.keys() == PARAMS.keys()
    assert all(issubclass(found, Method) for found in METHODS.values())


def test_a_method_without_centers_has_none():
    assert method("autoencoder").centers is None


class Bare(Method):
    def fit(self, data, run):
        pass

    def embed(self, x):
        return x


def test_what_a_method_lacks_is_refused():
    bare = Bare(parse({"method": "autoencoder"}), (6,))
    with pytest.raises(Unsupported, match="decoder"):
        bare.decode(torch.zeros(1, 6))
    with pytest.raises(Unsupported, match="soft"):
        bare.assign(torch.zeros(1, 6))


def test_a_buffer_takes_the_saved_size():
    fresh = method("kmeans", n_clusters=3)
    fresh.register_buffer("labels", torch.empty(0))
    fresh.load(fresh.state_dict() | {"labels": torch.arange(5.0)})
    assert torch.equal(fresh.labels, torch.arange(5.0))


def test_a_pretrained_method_has_no_clustering():
    assert method("autoencoder").clusterings(torch.zeros(4, 10)) == []

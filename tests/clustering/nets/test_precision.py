import torch
from torch import nn

from clustering.nets.precision import float32_by_onednn, products


def test_float32_products_stay_float32_whoever_computes_them():
    torch.manual_seed(0)
    net = nn.Linear(784, 200)
    a, b = torch.randn(300, 784), torch.randn(784, 200)
    exact = a.double() @ b.double()
    with float32_by_onednn(net):
        error = (a @ b - exact).abs().max()
    assert error < 1e-3 < (a.bfloat16() @ b.bfloat16() - exact).abs().max()


def test_the_choice_of_who_computes_is_given_back():
    before = torch.backends.mkldnn.matmul.fp32_precision
    with float32_by_onednn(nn.Linear(784, 200)):
        pass
    assert torch.backends.mkldnn.matmul.fp32_precision == before


def test_small_networks_are_left_as_they_are():
    before = torch.backends.mkldnn.matmul.fp32_precision
    with float32_by_onednn(nn.Sequential(nn.Linear(784, 20), nn.Linear(20, 784))):
        assert torch.backends.mkldnn.matmul.fp32_precision == before


def test_products_take_the_precision_asked_for():
    a = torch.ones(2, 2)
    for precision, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        with products(precision, a):
            assert (a @ a).dtype == dtype

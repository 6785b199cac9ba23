import torch

from clustering.nets.classifiers import Classifiers


def fresh(counts=(3, 2), width=4):
    classifiers = Classifiers(len(counts), max(counts), width)
    classifiers.start(torch.tensor(counts), torch.Generator().manual_seed(0))
    return classifiers


def test_one_product_is_as_many_linear_layers_as_members():
    classifiers, z = fresh(), torch.randn(5, 4)
    weights = classifiers.linear.weight.split(3)
    biases = classifiers.linear.bias.split(3)
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        known = classifiers.known[i]
        torch.testing.assert_close(classifiers(z)[:, i][:, known], (z @ weight.T + bias)[:, known])


def test_a_member_gives_no_probability_to_clusters_that_it_has_not():
    g = fresh()(torch.randn(5, 4)).softmax(dim=2)
    assert (g[:, 1, 2] == 0).all()
    torch.testing.assert_close(g.sum(dim=2), torch.ones(5, 2))


def test_gradients_stay_finite_where_a_member_has_fewer_clusters():
    classifiers = fresh()
    (-classifiers(torch.randn(5, 4)).log_softmax(dim=2)[:, :, 0].mean()).backward()
    assert classifiers.linear.weight.grad.isfinite().all()


def test_a_fresh_start_forgets_and_repeats():
    classifiers = fresh()
    first = classifiers.linear.weight.clone()
    classifiers.start(torch.tensor([3, 3]), torch.Generator().manual_seed(1))
    assert not torch.equal(classifiers.linear.weight, first)
    assert classifiers.known.all()
    assert torch.equal(fresh().linear.weight, first)


def test_log_probabilities_are_those_of_the_logits():
    classifiers = Classifiers(3, 4, 2)
    classifiers.start(torch.tensor([4, 2, 3]), torch.Generator().manual_seed(0))
    z = torch.randn(7, 2)
    found = classifiers.log_probabilities(z)
    g = classifiers(z).exp()
    torch.testing.assert_close(found.exp(), g / g.sum(dim=2, keepdim=True))
    assert found.exp()[:, 1, 2:].eq(0).all()

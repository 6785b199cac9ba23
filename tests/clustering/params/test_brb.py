import pytest
from pydantic import ValidationError

from clustering.params import parse
from clustering.params.brb import BRBParams

DEC = {"method": "dec", "n_clusters": 3}


def test_a_method_with_centers_takes_resets_and_has_none_unless_asked():
    for method in ("dec", "idec", "dcn"):
        assert parse(DEC | {"method": method}).brb is None
        assert parse(DEC | {"method": method, "brb": {}}).brb == BRBParams()


def test_the_defaults_are_the_papers_for_autoencoders():
    brb = BRBParams()
    assert (brb.alpha, brb.interval, brb.samples, brb.n_init, brb.recluster) == (
        0.8,
        20,
        10_000,
        10,
        "kmeans",
    )
    assert (brb.reset_embedding, brb.reset_batchnorm, brb.reset_moments) == (False, False, True)


@pytest.mark.parametrize("perturbation", ["embedding_noise", "reset_copy"])
@pytest.mark.parametrize("recluster", ["means", "none"])
def test_a_perturbation_whose_labels_nobody_takes_is_refused(perturbation, recluster):
    with pytest.raises(ValidationError, match=f"met recluster {recluster}"):
        parse(DEC | {"brb": {"perturbation": perturbation, "recluster": recluster}})


@pytest.mark.parametrize("wrong", [{"alpha": 1.1}, {"interval": 0}, {"samples": 1}, {"recluster": "best"}])
def test_a_reset_beyond_its_bounds_is_refused(wrong):
    with pytest.raises(ValidationError):
        parse(DEC | {"brb": wrong})


def test_a_reset_of_nothing_is_refused():
    idle = {"alpha": 1, "recluster": "none", "reset_moments": False}
    with pytest.raises(ValidationError, match="nothing of a reset"):
        parse(DEC | {"brb": idle})
    for change in ({"alpha": 0.9}, {"recluster": "kmeans"}, {"reset_moments": True}):
        assert parse(DEC | {"brb": idle | change}).brb is not None

import pytest
from pydantic import ValidationError

from clustering.params import parse, problems

KMEANS = {"method": "kmeans"}


def deccs(*members, **fields):
    chosen = {"members": list(members)} if members else {}
    return parse({"method": "deccs", "n_clusters": 4} | chosen | fields)


def test_the_default_ensemble_is_the_papers():
    specs = [member.spec(4) for member in deccs().members]
    assert [spec.method for spec in specs] == ["kmeans", "spectral", "agglomerative", "gmm"]
    assert {spec.n_clusters for spec in specs} == {4}
    assert (specs[0].n_init, specs[1].n_neighbors, specs[2].linkage) == (10, 10, "ward")
    assert (specs[3].regularization, specs[3].n_init, specs[3].covariance) == (1e-5, 10, "full")


def test_a_member_takes_any_param_of_its_method():
    params = deccs({"method": "agglomerative", "linkage": "single", "n_clusters": 7}, KMEANS)
    spec = params.members[0].spec(4)
    assert (spec.linkage, spec.n_clusters) == ("single", 7)
    assert parse(params.model_dump(mode="json")) == params


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({"method": "nmf"}, "one of .*agglomerative.*gmm.*kmeans.*; met nmf"),
        ({"method": "deccs"}, "met deccs"),
        ({"method": "nothing"}, "met nothing"),
        ({"method": "gmm", "n_init": 0}, "gmm: n_init: .*greater than or equal to 1; met 0"),
        ({"method": "gmm", "linkage": "ward"}, "gmm: linkage: .*met 'ward'"),
        ({"method": "dec", "initial_model": "mdl_1"}, "dec: initial_model: "),
    ],
)
def test_a_bad_member_is_refused_with_its_field(member, said):
    with pytest.raises(ValidationError, match=said) as caught:
        deccs(KMEANS, member)
    assert caught.value.errors()[0]["loc"] == ("deccs", "members", 1)


def test_an_ensemble_of_one_is_refused():
    with pytest.raises(ValidationError, match="at least 2 items"):
        deccs(KMEANS)


@pytest.mark.parametrize(("n", "size"), [(3000, 1500), (11_000, 5500), (70_000, 5600), (150, 100), (90, 90)])
def test_the_sample_is_the_papers_share_but_never_tiny(n, size):
    assert deccs().sample_size(n) == size


def test_what_keeps_a_member_from_its_sample_is_told_with_its_place():
    (found,) = problems(deccs(), kind="vectors", shape=(3,), n=4)
    assert (found.field, found.accepted) == ("/members/1/n_clusters", {"maximum": 3})
    assert found.message.startswith("Member 2: ")


def test_a_sample_too_large_for_a_member_points_at_the_share():
    found = problems(deccs(sample_share=0.5), kind="vectors", shape=(3,), n=70_000)
    assert {(each.field, each.code) for each in found} == {("/sample_share", "too_many_samples")}
    assert problems(deccs(), kind="vectors", shape=(3,), n=70_000) == []


def test_only_members_with_one_number_of_clusters_assign_softly():
    assert deccs().can("soft")
    assert not deccs(KMEANS, {"method": "gmm", "n_clusters": 3}).can("soft")

import pytest
import torch

from clustering.checkpoint import Checkpoints, Snapshot, pack, unpack


def snapshot(value):
    return Snapshot({"w": torch.full((3,), float(value))}, {"step": value})


def test_the_newest_checkpoint_comes_back_as_it_was_saved(tmp_path):
    kept = Checkpoints(tmp_path / "new")
    kept.save(1, snapshot(1))
    kept.save(2, snapshot(2))
    newest = Checkpoints(tmp_path / "new").newest()
    assert newest.state == {"step": 2}
    assert torch.equal(newest.tensors["w"], torch.full((3,), 2.0))


def test_only_the_newest_two_are_kept(tmp_path):
    kept = Checkpoints(tmp_path)
    for step in (9, 10, 11):
        kept.save(step, snapshot(step))
    assert [int(path.name[:10]) for path in sorted(tmp_path.iterdir())] == [10, 11]


def test_a_file_names_its_own_digest(tmp_path):
    saved = Checkpoints(tmp_path).save(1, snapshot(1))
    assert saved.sha256 in saved.path.name
    assert saved.size_bytes == saved.path.stat().st_size


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-1], lambda content: b"\xff" + content[1:], lambda _: b""]
)
def test_a_damaged_checkpoint_falls_back_to_the_one_before(tmp_path, damage):
    kept = Checkpoints(tmp_path)
    kept.save(1, snapshot(1))
    newest = kept.save(2, snapshot(2)).path
    newest.write_bytes(damage(newest.read_bytes()))
    assert kept.newest().state == {"step": 1}


def test_a_draft_that_was_never_renamed_is_not_read(tmp_path):
    (tmp_path / "draft").write_bytes(b"half")
    assert Checkpoints(tmp_path).newest() is None
    Checkpoints(tmp_path).save(1, snapshot(1))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_does_not_exist_has_no_checkpoint(tmp_path):
    assert Checkpoints(tmp_path / "none").newest() is None


def test_a_checkpoint_is_due_after_the_interval(tmp_path):
    assert Checkpoints(tmp_path, every_s=0).due()
    assert not Checkpoints(tmp_path, every_s=3600).due()


def test_an_optimizer_comes_back_from_its_packed_state():
    weights = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.Adam([{"params": [weights], "max_norm": 5.0}], lr=0.1, fused=True)
    weights.square().sum().backward()
    optimizer.step()
    tensors = {}
    tree = pack(optimizer.state_dict(), "resumes", tensors)
    restored = unpack(tree, tensors)
    assert restored["param_groups"][0]["max_norm"] == 5.0
    assert torch.equal(restored["state"][0]["exp_avg"], optimizer.state[weights]["exp_avg"])
    assert torch.equal(restored["state"][0]["step"], torch.tensor(1.0))


def test_tensors_that_share_memory_are_saved(tmp_path):
    shared = torch.arange(4.0)
    Checkpoints(tmp_path).save(1, Snapshot({"a": shared, "b": shared, "t": shared.view(2, 2).t()}, {}))
    tensors = Checkpoints(tmp_path).newest().tensors
    assert torch.equal(tensors["a"], tensors["b"])
    assert torch.equal(tensors["t"], shared.view(2, 2).t())

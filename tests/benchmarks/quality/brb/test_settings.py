from benchmarks.quality.brb.settings import CELLS, Cell, Settings, as_changes, autoencoder, spec
from clustering.params import parse

PLAIN = Cell("dec", "plain", "scratch")
BRB = Cell("dcn", "brb", "pretrained")


def test_every_cell_of_the_table_is_there_once():
    names = [cell.name for cell in CELLS]
    assert len(names) == len(set(names)) == 3 * 4 * 2
    assert "dec-brb-scratch" in names


def test_scratch_trains_nothing_before_and_pretrained_starts_from_a_model():
    assert spec(PLAIN, "mnist", Settings())["pretrain_epochs"] == 0
    assert spec(BRB, "mnist", Settings())["initial_model"] == "mdl_0"
    assert "brb" not in spec(PLAIN, "mnist", Settings())


def test_changes_reach_into_blocks_and_leave_alone_what_has_none():
    settings = Settings(changes=as_changes(["lr=3e-4", "brb.interval=40", "optimizer.type=adam"]))
    assert spec(BRB, "mnist", settings)["lr"] == 3e-4
    assert spec(BRB, "mnist", settings)["brb"]["interval"] == 40
    assert "brb" not in spec(PLAIN, "mnist", settings)
    assert spec(BRB, "mnist", Settings())["brb"]["interval"] == 20


def test_the_shared_autoencoder_is_the_one_that_a_cell_would_have_trained():
    settings = Settings(changes=as_changes(["pretrain_epochs=7", "net.hidden=[8]", "pretrain_lr=0.01"]))
    given, shared = parse(spec(BRB, "digits", settings)), parse(autoencoder("digits", settings))
    assert (shared.epochs, shared.lr) == (given.pretrain_epochs, given.pretrain_lr) == (7, 0.01)
    assert (shared.net, shared.embedding_dim, shared.scale) == (given.net, given.embedding_dim, given.scale)
    assert (shared.batch_size, shared.clip_norm) == (given.batch_size, given.clip_norm)

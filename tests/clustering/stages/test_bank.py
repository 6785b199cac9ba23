import torch

from clustering.stages.bank import MemoryBank


def pushed(*batches, size=5):
    bank = MemoryBank(size, 1, "cpu")
    for batch in batches:
        bank.push(torch.tensor(batch, dtype=torch.float32)[:, None])
    return bank


def held(bank):
    return sorted(bank.rows.flatten().tolist())


def test_a_new_embedding_takes_the_place_of_the_oldest():
    assert held(pushed([1, 2, 3], [4, 5])) == [1, 2, 3, 4, 5]
    assert held(pushed([1, 2, 3], [4, 5, 6, 7])) == [3, 4, 5, 6, 7]
    assert held(pushed([1, 2, 3], [4, 5], [6], [7, 8, 9])) == [5, 6, 7, 8, 9]


def test_of_a_batch_larger_than_the_bank_the_latest_stay():
    bank = pushed([1, 2], range(3, 11))
    assert held(bank) == [6, 7, 8, 9, 10]
    bank.push(torch.tensor([[11.0]]))
    assert held(bank) == [7, 8, 9, 10, 11]


def test_a_bank_is_full_once_every_place_was_taken():
    assert not pushed([1, 2, 3, 4]).full
    assert pushed([1, 2, 3, 4], [5]).full


def test_a_restored_bank_goes_on_where_it_was():
    whole, restored = pushed([1, 2, 3]), MemoryBank(5, 1, "cpu")
    restored.load_state_dict(whole.state_dict())
    for bank in (whole, restored):
        bank.push(torch.tensor([[4.0], [5.0], [6.0]]))
    assert torch.equal(whole.rows, restored.rows)
    assert restored.full


def test_what_is_kept_has_no_graph():
    bank = MemoryBank(2, 1, "cpu")
    bank.push(torch.ones(1, 1, requires_grad=True) * 2)
    assert not bank.rows.requires_grad

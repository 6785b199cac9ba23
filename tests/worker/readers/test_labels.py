import numpy as np
import pytest

from worker.readers.errors import Refused
from worker.readers.labels import IdColumn, LabelColumn
from worker.readers.limits import Limits


def column(*blocks, limits=None):
    labels = LabelColumn("y", limits or Limits())
    for block in blocks:
        labels.add(np.asarray(block))
    codes, values = labels.finish()
    return codes.tolist(), values


def test_integers_are_ordered_by_number_and_texts_by_letter():
    assert column([10, 9, -1, 9]) == ([2, 1, 0, 1], ["-1", "9", "10"])
    assert column(["10", "9", "x"]) == ([0, 1, 2], ["10", "9", "x"])


def test_blocks_share_their_codes():
    assert column([3, 1], [2, 3], [1]) == ([2, 0, 1, 2, 0], ["1", "2", "3"])


def test_codes_do_not_depend_on_the_order_of_samples():
    values = np.random.default_rng(0).integers(-5, 20, 200)
    codes, names = column(values)
    turned, same = column(values[::-1])
    assert (codes[::-1], names) == (turned, same)


@pytest.mark.parametrize("values", [["a", " "], [0.5, 1.0], [np.nan, 1.0], [np.inf, 1.0], [1e300, 0.0]])
def test_what_is_no_label_is_refused(values):
    with pytest.raises(Refused):
        column(values)


def test_too_many_different_labels_are_refused_as_probable_ids():
    with pytest.raises(Refused, match="more than 3 different values") as caught:
        column(np.arange(4), limits=Limits(label_values=3))
    assert "id_column" in caught.value.accepted


@pytest.mark.parametrize("text", ["a" * 1001, "\0", "\ud800"])
def test_ids_that_cannot_be_stored_are_refused(tmp_path, text):
    with pytest.raises(Refused):
        IdColumn(tmp_path / "ids.parquet", Limits()).add([text])

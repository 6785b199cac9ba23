import json

import numpy as np
import pytest

from facet.errors import FacetError
from facet.uploads import media_type, packed, parts


def test_an_array_travels_as_npz_with_its_labels():
    x, y = np.ones((4, 3)), [0, 1, 0, 1]
    with packed(x, y) as path, np.load(path, allow_pickle=False) as sent:
        assert set(sent) == {"x", "y"}
        assert sent["y"].tolist() == y


def test_label_columns_keep_their_names():
    with packed(np.ones((2, 2)), {"shape": [0, 1], "color": [1, 0]}) as path, np.load(path) as sent:
        assert set(sent) == {"x", "y_shape", "y_color"}


def test_the_packed_file_is_gone_afterwards():
    with packed(np.ones((2, 2)), None) as path:
        assert path.exists()
    assert not path.exists()


def test_objects_are_never_pickled():
    with pytest.raises(ValueError, match="pickle"), packed(np.array([{}, {}], dtype=object), None):
        pass


def test_the_meta_part_goes_first_and_the_file_is_open(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n")
    fields, files = parts(tmp_path / "a.csv", {"name": "a"})
    assert json.loads(fields["meta"]) == {"name": "a"}
    name, opened, kind = files["file"]
    assert (name, opened.read(), kind) == ("a.csv", b"1,2\n", "text/csv")
    opened.close()


def test_an_unknown_suffix_is_refused_with_what_is_accepted(tmp_path):
    with pytest.raises(FacetError, match=r"\.pkl; accepted: \.npy"):
        media_type(tmp_path / "model.pkl")

import json

import pytest

from tests.worker.readers.corpus import CORPUS
from worker.readers.convert import convert
from worker.readers.errors import Refused
from worker.readers.order import Order, parse_options


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: f"{hostile.format}-{hostile.name}")
def test_a_hostile_file_is_refused_with_its_code_and_leaves_nothing(hostile, tmp_path):
    upload, out = tmp_path / "upload", tmp_path / "out"
    upload.write_bytes(hostile.make())
    out.mkdir()
    with pytest.raises(Refused) as caught:
        convert(Order(upload, hostile.format, out, parse_options(hostile.options, hostile.format)))
    assert caught.value.code == hostile.code, caught.value.detail
    assert caught.value.detail.endswith(".")
    assert caught.value.accepted is not None
    assert json.loads(json.dumps(caught.value.problem()))["detail"] == caught.value.detail
    assert sorted(tmp_path.iterdir()) == [out, upload]
    assert not list(out.iterdir())


def test_the_corpus_is_large_and_its_files_differ():
    assert len(CORPUS) >= 60
    assert len({(hostile.format, hostile.name) for hostile in CORPUS}) == len(CORPUS)

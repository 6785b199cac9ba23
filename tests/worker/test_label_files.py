import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from worker.label_files import clusterings
from worker.messages import LabelFile


def test_clusterings_come_from_jobs_label_columns_and_arrays(tmp_path: Path) -> None:
    pq.write_table(pa.table({"index": [0, 1, 2], "cluster": [1, -1, 0]}), tmp_path / "job-0.parquet")
    folder = tmp_path / "canonical"
    folder.mkdir()
    pq.write_table(pa.table({"y": [1, 0, 2]}), folder / "labels.parquet")
    facts = {"y": {"values": ["-1", "0", "7"]}}
    (folder / "meta.json").write_text(json.dumps({"report": {"labels": facts}}))
    np.save(folder / "x.npy", np.array([[0.0, 5.0], [1.0, 5.0], [1.0, -1.0]], dtype=np.float32))
    found = list(
        clusterings(
            [
                LabelFile(name="job/0", path=tmp_path / "job-0.parquet", column="cluster"),
                LabelFile(name="ds/y", path=folder / "labels.parquet", column="y"),
                LabelFile(name="ds", path=folder / "x.npy"),
            ]
        )
    )
    assert [name for name, _ in found] == ["job/0", "ds/y", "ds/0", "ds/1"]
    assert [labels.tolist() for _, labels in found] == [[1, -1, 0], [1, -1, 2], [0, 1, 1], [5, 5, -1]]

"""One upload through the readers, in this process."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from worker.readers.convert import convert
from worker.readers.limits import Limits
from worker.readers.order import Order, parse_options


@dataclass(frozen=True)
class Outcome:
    """What a reader said and wrote."""

    said: dict
    folder: Path

    @property
    def x(self):
        return np.load(self.folder / "x.npy", allow_pickle=False)

    @property
    def report(self):
        return self.said["report"]

    def label(self, name):
        """The values of a label column, sample by sample."""
        codes = pq.read_table(self.folder / "labels.parquet").column(name).to_pylist()
        values = self.report["labels"][name]["values"]
        return [values[code] for code in codes]

    @property
    def ids(self):
        return pq.read_table(self.folder / "ids.parquet").column("id").to_pylist()


def read(data, upload_format, folder, *, limits=None, **options):
    """Convert the bytes of an upload of some format; the folder must be new or empty."""
    folder.mkdir(exist_ok=True)
    upload, out = folder / "upload", folder / "out"
    upload.write_bytes(data)
    said = convert(
        Order(upload, upload_format, out, parse_options(options, upload_format), limits or Limits())
    )
    return Outcome(said, out / "canonical")

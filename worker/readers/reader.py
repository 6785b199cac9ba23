"""The process that reads an upload: one order as a JSON line in, one answer as a JSON line out.

Exit status: 0 the dataset's description was written, 3 a problem was.
"""

import json
import os
import sys
from typing import Any

import pyarrow as pa

from worker.readers import sandbox
from worker.readers.convert import convert
from worker.readers.errors import Refused
from worker.readers.order import parse_order

ORDER_BYTES = 1 << 20


def main() -> int:
    """Read the order, enter the sandbox, convert."""
    answer = os.dup(1)
    os.dup2(2, 1)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    try:
        order = parse_order(sys.stdin.readline(ORDER_BYTES))
        sandbox.enter(order.out, order.limits)
        said: dict[str, Any] = convert(order)
        status = 0
    except Refused as refused:
        said, status = refused.problem(), 3
    with os.fdopen(answer, "w") as pipe:
        pipe.write(json.dumps(said) + "\n")
    return status

"""Everything the engine refuses or gives up on.

ClusteringError          the caller can act on it; has a stable `code` and a `detail`
├── InvalidData          the samples, or params that cannot fit them
├── TooLarge             more memory than allowed, estimated before it is taken
├── Diverged             training produced a loss or embedding that is not finite
├── Collapsed            embeddings too much alike for so many clusters
├── Unsupported          the method lacks what was asked of it
└── CheckpointRefused    a checkpoint of another spec, seed, data set or initial model
Interrupted              nobody's fault: the run was told to stop
├── Cancelled            at once, nothing kept
└── Drained              at the end of an epoch, after a checkpoint
"""

from typing import ClassVar


class ClusteringError(Exception):
    """Base of what a caller can act on."""

    code: ClassVar[str] = "clustering_error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidData(ClusteringError):
    """The samples cannot be clustered with these params; names what was met and what is accepted."""

    code = "invalid_data"


class TooLarge(ClusteringError):
    """More memory than is allowed; names the estimate and the budget, in bytes."""

    code = "too_large"

    def __init__(self, what: str, needed_bytes: int, budget_bytes: int) -> None:
        super().__init__(f"{what} need about {needed_bytes} bytes of memory; {budget_bytes} are allowed.")
        self.needed_bytes = needed_bytes
        self.budget_bytes = budget_bytes


class Diverged(ClusteringError):
    """Training left the finite numbers; names the stage, the epoch and the value."""

    code = "diverged"


class Collapsed(ClusteringError):
    """The embeddings are too much alike for the clusters; names where, the numbers and what would help."""

    code = "collapsed_embedding"


class Unsupported(ClusteringError):
    """The method cannot do this, for example decode without a decoder."""

    code = "unsupported"


class CheckpointRefused(ClusteringError):
    """The newest checkpoint was written by another fit."""

    code = "checkpoint_refused"


class Interrupted(Exception):
    """The run was told to stop; not an error of the user."""


class Cancelled(Interrupted):
    """Stopped at once; the results are not wanted."""


class Drained(Interrupted):
    """Stopped at the end of an epoch behind a checkpoint; to be resumed elsewhere."""

"""What outlives a process: rows, bytes, and the rules for changing them.

Functions here take a session and never commit; the caller who handles the request or the message
does. Time is the database's. Importing the package loads every table.
"""

from models.api_key import ApiKey
from models.artifact import Artifact
from models.attempt import Attempt, Cause
from models.base import Base
from models.cluster import Cluster
from models.clustering import Clustering
from models.dataset import Dataset, DatasetState
from models.event import Event
from models.idempotency_record import IdempotencyRecord
from models.job import HELD, TERMINAL, Job, JobState, Priority
from models.leadership import Leadership
from models.metric_point import MetricPoint
from models.project import DEFAULT_PROJECT, Project
from models.trained_model import TrainedModel
from models.worker import Worker, WorkerState

__all__ = [
    "DEFAULT_PROJECT",
    "HELD",
    "TERMINAL",
    "ApiKey",
    "Artifact",
    "Attempt",
    "Base",
    "Cause",
    "Cluster",
    "Clustering",
    "Dataset",
    "DatasetState",
    "Event",
    "IdempotencyRecord",
    "Job",
    "JobState",
    "Leadership",
    "MetricPoint",
    "Priority",
    "Project",
    "TrainedModel",
    "Worker",
    "WorkerState",
]

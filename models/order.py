"""The order of the queue; sharing rules grow here."""

from models.job import Job
from models.project import Project

FAIR_ORDER = (
    Job.priority.desc(),
    (Project.usage / Project.weight).asc(),
    Job.queued_at.asc(),
    Job.id.asc(),
)

"""Waiting for jobs."""

from facet.errors import JobEndedError


def ended(client, job):
    """A job that has succeeded."""
    done = client.wait(job["id"], timeout=90)
    if done["state"] != "succeeded":
        raise JobEndedError(done)
    return done

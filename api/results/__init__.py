"""Reading what a job has found."""

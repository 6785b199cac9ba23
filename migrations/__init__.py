"""Changes: the schema from one version to the next."""

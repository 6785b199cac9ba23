"""The embedded service: every process of Facet as children of one command."""

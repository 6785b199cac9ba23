"""The HTTP service: speaks, and never loads the engine."""

__version__ = "0.1.0"

"""Routes, a resource a file."""

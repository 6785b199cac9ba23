"""Whether the thesis's methods find what its papers report, on data generated from their descriptions."""

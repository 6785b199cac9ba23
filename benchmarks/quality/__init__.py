"""How well the methods find true classes: a folder a suite."""

"""The peer, ClustPy 0.0.3: its environment (`environment.py`) and, in its own Python, its autoencoder."""

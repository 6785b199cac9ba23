"""How well the methods find true classes, beside the peer's published and stated figures."""

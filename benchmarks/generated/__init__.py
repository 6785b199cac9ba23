"""Data of the thesis's experiments, made of a seed from what its papers say of them.

Source:
    Miklautz. Prototype-based Representation Learning with Deep Clustering. Dissertation, University of
    Vienna: appendices A.1 (ENRC), A.2 (ACe/DeC), A.3 (DECCS) and A.4 (glass beads). What a description
    leaves open is chosen here and said in the generator's docstring.
"""

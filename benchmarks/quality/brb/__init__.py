"""Whether resets break the reclustering barrier, in the setting of Miklautz et al., ICLR 2025."""

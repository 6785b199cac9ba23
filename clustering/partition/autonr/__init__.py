"""AutoNR: how many clusterings there are, and how many clusters in each, by description length alone."""

"""What results of several kinds of methods show, in the words of each. Imports without torch."""

OF_SEARCH = "Description length in bits after each step of the search that made it shorter."
OF_SUBSPACES = {
    "spaces": "Clusters and dimensions of each space, noise included, the cost and the iterations it took.",
    "rotation": "(d, d) matrix from features to the dimensions of the spaces.",
    "outliers": "A row for each sample and space that it is an outlier of, where outliers are told apart.",
}
OF_CODES = {"spaces": "Clusters of each space and the dimensions that weigh most in it."}

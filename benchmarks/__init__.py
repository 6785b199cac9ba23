"""What Facet costs and how well it does, measured."""

"""The subcommands of `facet`, a file each."""

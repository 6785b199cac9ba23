"""One file a change, named by its minute and what it does."""

"""Acts: claims jobs, supervises runners, ingests datasets, sweeps."""

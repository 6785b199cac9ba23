"""Whether contrast, clustering and resets find shapes in color images, end to end on a CPU."""

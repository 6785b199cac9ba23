"""U-SPEC: spectral clustering through a few representatives, in memory and time linear in the samples."""

"""What travels: inputs refuse unknown fields, outputs have no defaults."""

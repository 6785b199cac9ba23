"""Changes: the database schema, one dated step at a time."""

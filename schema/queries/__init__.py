"""What can be asked of the catalogue: one module per kind of query, with its answer."""

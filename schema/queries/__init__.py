"""The queries that the catalogue answers: one module per kind, each with its result."""

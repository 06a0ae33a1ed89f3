"""A document's life: scanned, parsed, counted, validated, run."""

"""Writing the catalogue: batches, versions, rollups, leases and refresh."""

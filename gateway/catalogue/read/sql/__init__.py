"""SQL of the reading side: every SELECT on records that answers a caller is built here, with the caller's row rules."""

"""The audit log: which agency read which non-public records and sensitive fields, and for which purpose."""

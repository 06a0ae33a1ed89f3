"""The versioned memory of what each source has said."""

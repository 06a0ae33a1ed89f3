"""The `gateway` command: one module per noun."""

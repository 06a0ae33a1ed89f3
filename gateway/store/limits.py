"""How much a database is used at a time, and how long its statements take, unless settings or callers say otherwise."""

CONNECTIONS = 4
"""Connections of a process that read for callers at the same time."""

COMMAND_SECONDS = 600.0
"""Seconds that a statement of a command may take. Statements that answer requests have less, imports have no limit."""

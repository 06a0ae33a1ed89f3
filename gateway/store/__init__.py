"""The database and Redis: engines, dialects and column types."""

"""The database and Redis: engines, dialects, column types and errors."""

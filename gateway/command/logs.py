"""What the running service writes down: one JSON object a line on standard error, and nothing of what was asked."""

import logging
import sys

import orjson
import structlog


def configure() -> None:
    """Sets up this process's logs. Of libraries' own logs only place and level are written, from WARNING on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlaceOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class PlaceOnly(logging.Formatter):
    """Where and how grave: a library's own words may hold addresses, statements or data."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"event": "library", "logger": record.name, "line": record.lineno, "level": record.levelname.lower()}
        return orjson.dumps(said).decode()

"""The logs of a running service: a line of JSON per event on standard error, without queries or data."""

import logging
import sys

import orjson
import structlog


def configure_logs() -> None:
    """Sets up this process's logs. Of what libraries log, from WARNING on, only logger, line and level are written."""
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
    handler.setFormatter(LocationFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class LocationFormatter(logging.Formatter):
    """Writes where a library logged, and how severe it is: its messages may hold addresses, statements or data."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"event": "library", "logger": record.name, "line": record.lineno, "level": record.levelname.lower()}
        return orjson.dumps(event).decode()

"""Logs: one JSON object per line for machines, plain lines while developing, secrets in neither."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

Entry = MutableMapping[str, Any]

_HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_?key", re.IGNORECASE)
# API keys, secrets of webhooks, links that set a password: whoever reads the log must not be able
# to use them.
_SECRET_VALUES = (
    (re.compile(r"srt_[\w-]{12,}"), "srt_[hidden]"),
    (re.compile(r"whsec_[\w+/-]{12,}=*"), "whsec_[hidden]"),
    (re.compile(r"(/password/reset/key/)[^/\s]+"), r"\1[hidden]"),
    (re.compile(r"(/portal/enter/[0-9a-f-]{36}/)[^/\s]+", re.IGNORECASE), r"\1[hidden]"),
    # The secret address of a calendar, and the links that stop letters.
    (re.compile(r"(/calendar/)[\w-]{12,}"), r"\1[hidden]"),
    (re.compile(r"(/notifications/stop/)[^/\s]+"), r"\1[hidden]"),
    (re.compile(r"(bearer\s+)[\w.~+/-]{12,}=*", re.IGNORECASE), r"\1[hidden]"),
    (re.compile(r"(\w+://[^:/\s]*:)[^@/\s]+@"), r"\1[hidden]@"),
)

# Every few seconds these are sent, and a worker says so twice more: it would drown the rest.
_EVERY_FEW_SECONDS = frozenset(
    {
        "accounts.deliver",
        "assessments.findings_sweep",
        "assessments.follow_all_evidence",
        "assessments.moving_sweep",
        "audit.seal",
        "audit.sweep",
        "reports.sweep",
        "scoring.exports_sweep",
        "scoring.sample_sweep",
        "scoring.sweep",
        "vendors.findings_sweep",
        "vendors.imports_sweep",
        "vendors.merges_sweep",
        "vendors.screening_sweep",
        "webhooks.fan_out",
        "webhooks.send",
    }
)


def worth_a_line(record: logging.LogRecord) -> bool:
    """Whether this is more than "sent", "received" or "succeeded" of what runs all the time."""
    if record.levelno > logging.INFO or not record.name.startswith("celery."):
        return True
    told = record.args
    names = told.values() if isinstance(told, dict) else told or ()
    return not any(isinstance(name, str) and name in _EVERY_FEW_SECONDS for name in names)


def hide_secrets(logger: Any, method: str, entry: Entry) -> Entry:
    """Blank out values whose name or shape says that they are secret."""
    for name, value in entry.items():
        if _SECRET_NAMES.search(name):
            entry[name] = _HIDDEN
        elif isinstance(value, str):
            for pattern, instead in _SECRET_VALUES:
                value = pattern.sub(instead, value)  # noqa: PLW2901 - the patterns build on each other
            entry[name] = value
    return entry


def configuration(*, level: str, readable: bool) -> dict[str, Any]:
    """Configure structlog; the returned dictionary is Django's LOGGING for everything else."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    render: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=False)]
        if readable
        else [structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    # Last before the line is written, so that tracebacks are covered as well.
                    hide_secrets,
                    *render,
                ],
            }
        },
        "filters": {"worth a line": {"()": lambda: worth_a_line}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["worth a line"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
    }

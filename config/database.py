"""How processes are connected to PostgreSQL, and how both sides notice that the other is gone."""

from typing import Any, Final
from urllib.parse import unquote

from pydantic import PostgresDsn

#: Seconds of silence before the other side is asked whether it is there, between two questions;
#: how many may stay without an answer. A host that was cut off is given up after 25 s.
_IDLE, _BETWEEN, _QUESTIONS = 10, 5, 3
_GIVEN_UP: Final = (_IDLE + _BETWEEN * _QUESTIONS) * 1_000  # milliseconds
#: A transaction in which nothing was asked for so long belongs to nobody any more. Milliseconds.
_LEFT_OPEN: Final = 15 * 60 * 1_000
#: The same for the server's side: by itself it would keep the locks of a vanished host for hours.
_OF_THE_SERVER: Final = {
    "tcp_keepalives_idle": _IDLE,
    "tcp_keepalives_interval": _BETWEEN,
    "tcp_keepalives_count": _QUESTIONS,
    "tcp_user_timeout": _GIVEN_UP,
    "idle_in_transaction_session_timeout": _LEFT_OPEN,
}


def settings_of(url: PostgresDsn) -> dict[str, Any]:
    """The entry of DATABASES for this address."""
    host = url.hosts()[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": (url.path or "/").lstrip("/"),
        "USER": unquote(host["username"] or ""),
        "PASSWORD": unquote(host["password"] or ""),
        "HOST": host["host"] or "localhost",
        "PORT": host["port"] or 5432,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": _IDLE,
            "keepalives_interval": _BETWEEN,
            "keepalives_count": _QUESTIONS,
            "tcp_user_timeout": _GIVEN_UP,
            "options": " ".join(f"-c {name}={value}" for name, value in _OF_THE_SERVER.items()),
        },
    }

"""The base of every error that a service raises on purpose."""

from typing import Any


class Refused(Exception):
    """A service will not do what was asked. The message says why, for whoever asked.

    `status` is the HTTP status that pages and the API answer with; `code` names the kind of
    error for programs; `extra` holds values that a program or page may show beside it.
    """

    status = 409
    code = "refused"

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class OutOfDate(Refused):
    """Someone else changed the row since it was read."""

    status = 409
    code = "out_of_date"


class Invalid(Refused):
    """Values that cannot be taken; `extra["errors"]` maps a field to its messages."""

    status = 422
    code = "invalid"

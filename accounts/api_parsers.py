"""How the API reads a body: JSON, no larger than it may be, and nothing that no text can hold."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser


class TooLarge(APIException):
    """The body is larger than this installation takes."""

    status_code = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The body is larger than {most:,} bytes, the most that is taken here. "
            "Send it in several requests."
        )


class JSONParser(BaseParser):
    """JSON as RFC 8259 has it, in UTF-8; errors say the line and the column."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value sent. TooLarge, ParseError, or ValidationError with a pointer."""
        body = _read(stream, parser_context or {})
        try:
            value = json.loads(body, parse_constant=_no_number, parse_float=_finite)
        except RecursionError:
            raise ParseError("This is not JSON as it is read here: nested too deeply.") from None
        except UnicodeDecodeError as error:
            raise ParseError(f"This is not JSON: not UTF-8 at byte {error.start}.") from error
        except ValueError as error:
            raise ParseError(f"This is not JSON: {error}.") from error
        if found := next(_unfit(value, ()), None):
            raise ValidationError(found)
        return value


def _read(stream: IO[Any], context: Mapping[str, Any]) -> bytes:
    most: int = settings.API_MAX_BODY_BYTES
    request = context.get("request")
    length = request.META.get("CONTENT_LENGTH", "") if request is not None else ""
    if length.isdecimal() and int(length) > most:
        raise TooLarge(most)
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise TooLarge(most)
    return body


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is larger than any number that is kept here")
    return number


def _unfit(value: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    """The errors, nested as in the body, of texts that no column of the database can hold."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            yield _nested(path, "This has a character that no text has.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unfit(key, path)
            yield from _unfit(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unfit(inner, (*path, index))


def _nested(path: tuple[str | int, ...], message: str) -> Any:
    found: Any = [message]
    for part in reversed(path):
        found = {str(part): found}
    return found

"""How the API reads a body: JSON, no larger than it may be, and nothing that no text can hold; or a
form with a file, piece by piece."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from audit.texts import straightened


class TooLarge(APIException):
    """The body, or a file in it, is larger than this installation takes."""

    status_code = 413


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
        return straightened(value)


class FileParser(MultiPartParser):
    """A form with files, each up to EVIDENCE_MAX_BYTES: what is large waits on the disk."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        """Fields and files. TooLarge, ParseError."""
        most: int = settings.EVIDENCE_MAX_BYTES
        refusal = TooLarge(f"A file of {most:,} bytes is the largest that is taken here.")
        counted = _Counted(stream, settings.API_MAX_UPLOAD_BYTES, refusal)
        parsed = super().parse(cast("IO[Any]", counted), media_type, parser_context)
        if any(file.size > most for _name, files in parsed.files.lists() for file in files):
            raise refusal
        return parsed


class _Counted:
    """A stream that raises as soon as more comes out of it than may."""

    def __init__(self, stream: IO[Any], most: int, refusal: TooLarge) -> None:
        self._stream, self._left, self._refusal = stream, most, refusal

    def read(self, size: int = -1) -> bytes:
        """The next bytes; b"" at the end."""
        piece: bytes = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise self._refusal
        return piece


def _read(stream: IO[Any], context: Mapping[str, Any]) -> bytes:
    most: int = settings.API_MAX_BODY_BYTES
    request = context.get("request")
    length = request.META.get("CONTENT_LENGTH", "") if request is not None else ""
    refusal = TooLarge(
        f"The body is larger than {most:,} bytes, the most that is taken here. "
        "Send it in several requests."
    )
    if length.isdecimal() and int(length) > most:
        raise refusal
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise refusal
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

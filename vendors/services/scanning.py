"""Asking ClamAV about a file, where an installation has it."""

import logging
from typing import BinaryIO, Final

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
)
from django.conf import settings
from django.utils.translation import gettext as _

from audit.errors import Refused
from vendors.models import EvidenceFile

log: Final = logging.getLogger(__name__)


class ScannerUnavailable(Refused):
    """The scanner does not answer, and nothing is stored unscanned."""

    status = 503
    code = "scanner_unavailable"


class Infected(Refused):
    """The scanner found something."""

    status = 422
    code = "infected"


def scan(file: BinaryIO) -> EvidenceFile.Scan:
    """What the scanner says of `file`: nothing found, or off where none is set up.

    Raises Infected, ScannerUnavailable.
    """
    if not settings.CLAMAV_SOCKET:
        return EvidenceFile.Scan.OFF
    file.seek(0)
    try:
        # One answer, for the stream: ("OK" | "FOUND" | "ERROR", what was found).
        ((status, found),) = _client().instream(file).values()
    except BufferTooLongError as error:
        raise Infected(_("The file is larger than the virus scanner takes.")) from error
    except (ClamdError, OSError, ValueError) as error:
        log.error("The virus scanner at %s does not answer: %s", settings.CLAMAV_SOCKET, error)
        raise _unavailable() from error
    finally:
        file.seek(0)
    if status == "FOUND":
        log.warning("A virus scanner refused an upload: %s", found)
        raise Infected(_("The virus scanner found something in this file, so it was not taken."))
    if status != "OK":
        log.error("The virus scanner answered %s: %s", status, found)
        raise _unavailable()
    return EvidenceFile.Scan.CLEAN


def _unavailable() -> ScannerUnavailable:
    return ScannerUnavailable(
        _("The virus scanner does not answer, so the file was not taken. Try again later."),
        retry_after=60,
    )


def _client() -> ClamdNetworkSocket:
    where = settings.CLAMAV_SOCKET
    if where.startswith(("/", "unix:")):
        path = where.removeprefix("unix://").removeprefix("unix:")
        return ClamdUnixSocket(path=path, timeout=settings.CLAMAV_TIMEOUT)
    host, _colon, port = where.removeprefix("tcp://").rpartition(":")
    return ClamdNetworkSocket(
        host=host.strip("[]"), port=int(port), timeout=settings.CLAMAV_TIMEOUT
    )

"""What a checkpoint says, as a line of the anchor file and as a block in a letter. Pure."""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from audit import signing

_TEXT: Final = "text/plain"
_BEGIN: Final = "-----BEGIN SURETY CHECKPOINT-----"
_END: Final = "-----END SURETY CHECKPOINT-----"
# Forwarded letters carry marks before each line.
_BLOCK: Final = re.compile(re.escape(_BEGIN) + r"(.*?)" + re.escape(_END), re.DOTALL)
_FIELD: Final = re.compile(r"^[>|\s]*([A-Z][A-Za-z-]*):\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Figures:
    """How the record stood: after event no. `sequence`, the last one under seal no. `seal`."""

    sequence: int
    seal: int
    seal_hash: str
    """Of the seal, in hexadecimal."""
    sum: str
    """The running sum over all events up to `sequence`, in hexadecimal."""
    at: str
    """ISO 8601, in UTC."""
    key: str = ""
    """The public key, in base 64."""
    signature: str = ""
    """In base 64."""

    def said(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "surety": "checkpoint",
            "sequence": self.sequence,
            "seal": self.seal,
            "hash": self.seal_hash,
            "sum": self.sum,
            "at": self.at,
        }

    def is_signed_by(self, public: bytes) -> bool:
        """Whether the signature is one of this public key over these figures."""
        return signing.holds(public, self.said(), signing.from_text(self.signature))

    def as_line(self) -> dict[str, Any]:
        """As an object; it says of its seal what a plain anchor says."""
        return {
            "seal": self.seal,
            "sequence": self.sequence,
            "hash": self.seal_hash,
            "sum": self.sum,
            "at": self.at,
            "key": self.key,
            "signature": self.signature,
        }

    def line(self) -> str:
        """For the anchor file."""
        return json.dumps(self.as_line())

    def block(self) -> str:
        """For a letter."""
        return "\n".join(
            [
                _BEGIN,
                f"Event: {self.sequence}",
                f"Seal: {self.seal}",
                f"Hash: {self.seal_hash}",
                f"Sum: {self.sum}",
                f"At: {self.at}",
                f"Key: {self.key}",
                f"Signature: {self.signature}",
                _END,
            ]
        )


def from_anchor(line: dict[str, Any]) -> Figures | None:
    """The figures of a line of the anchor file; None for a line about a seal alone."""
    try:
        return Figures(
            sequence=int(line["sequence"]),
            seal=int(line["seal"]),
            seal_hash=str(line["hash"]),
            sum=str(line["sum"]),
            at=str(line["at"]),
            key=str(line["key"]),
            signature=str(line["signature"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def in_text(text: str) -> Iterator[Figures]:
    """Every whole block in a text, also in a forwarded one."""
    for block in _BLOCK.finditer(text):
        given = dict(_FIELD.findall(block.group(1)))
        names = {"Event": "sequence", "Hash": "hash"}
        found = from_anchor({names.get(n, n.lower()): value for n, value in given.items()})
        if found is not None:
            yield found


def in_letter(path: Path) -> list[Figures]:
    """Every block in a letter that was saved: its text, or the whole message (.eml).

    Raises OSError where it cannot be read.
    """
    raw = path.read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message["From"] and message["Subject"]:
        texts = [part.get_content() for part in message.walk() if part.get_content_type() == _TEXT]
    else:
        texts = [raw.decode("utf-8", errors="replace")]
    return [found for text in texts for found in in_text(text)]

"""Which codings of content somebody takes (RFC 9110, 12.5.3)."""

import re
from typing import Final

_NO_WEIGHT: Final = re.compile(r"q\s*=\s*0(\.0*)?")


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, with a weight that is not nothing."""
    for one in accepted.lower().split(","):
        coding, *parameters = (part.strip() for part in one.split(";"))
        if coding == "gzip":
            return not any(_NO_WEIGHT.fullmatch(part) for part in parameters)
    return False

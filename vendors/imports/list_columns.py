"""Which column of a watch-list holds what, by its heading, and what its words mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from vendors.master_data import name_key

#: Headings as publishers write them: OFAC, UN, EU, and the template of our own.
_HEADINGS: Final[Mapping[str, str]] = {
    "ref": """reference|ref|uid|id|ent num|entity id|dataid|data id|entity logicalid|
        entity logical id|reference number|permanent reference number|list id|number""",
    "name": """name|sdn name|entry name|namealias wholename|name alias wholename|whole name|
        primary name|full name|market|domain|infringer""",
    "original": "name original script|original script|name in original script",
    "kind": """kind|type|sdn type|entity type|subject type|entity subjecttype|
        entity subjecttype classificationcode|schema""",
    "aliases": "aliases|alias|aka|also known as|other names|alt names",
    "countries": """countries|country|nationality|nationalities|citizenship|
        citizenship countryiso2code|address countryiso2code|country code|jurisdiction""",
    "lei": "lei|lei code|legal entity identifier",
    "registration_number": """registration number|registration numbers|registration no|
        company number|tax number|identification number""",
    "programme": """programme|program|programs|list|regime|entity regulation programme|
        regulation programme|reason for listing|listed for""",
    "remarks": "remarks|remark|entity remark|comment|comments|notes|note|listed on",
}
_FIELD_OF: Final[Mapping[str, str]] = {
    heading.strip(): field for field, words in _HEADINGS.items() for heading in words.split("|")
}
#: Without these a list cannot be read, nor compared with the version before.
NEEDED: Final = ("ref", "name")
#: What a template of our own is headed by.
TEMPLATE: Final = (
    "reference",
    "name",
    "kind",
    "aliases",
    "countries",
    "lei",
    "registration number",
    "programme",
    "remarks",
)
#: The columns of the file that the US Treasury publishes without headings.
SDN_COLUMNS: Final = (
    "ent_num",
    "SDN_Name",
    "SDN_Type",
    "Program",
    "Title",
    "Call_Sign",
    "Vess_type",
    "Tonnage",
    "GRT",
    "Vess_flag",
    "Vess_owner",
    "Remarks",
)

_KINDS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in {
        "person": "person|individual|p|natural person|people",
        "organisation": """organisation|organization|entity|enterprise|company|e|legal entity|
            legal person|group|""",
        "vessel": "vessel|ship|v",
        "aircraft": "aircraft|airplane",
        "place": "market|website|online market|marketplace|physical market|place|domain",
    }.items()
    for word in (one.strip() for one in words.split("|"))
}
_WEAK: Final = ("low", "weak", "weak aka", "low quality")
_QUALITY: Final = re.compile(
    r"^\s*(a\.?k\.?a\.?|f\.?k\.?a\.?|n\.?k\.?a\.?|good|strong|low|weak(?: aka)?)\s*:\s*",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(
    r"(?:Registration (?:ID|Number)|Tax ID No\.|Company Number|Business Registration Number|"
    r"D-U-N-S Number|C\.R\. No\.)\s+([A-Z0-9][A-Z0-9./-]{3,29})"
)
_LEI: Final = re.compile(
    r"\b(?:LEI|Legal Entity (?:Number|Identifier))\s*:?\s*([A-Z0-9]{18}\d{2})\b"
)


def fields_of(header: Sequence[str]) -> tuple[dict[str, list[int]], list[str]]:
    """(field -> its columns, headings that are not used)."""
    used: dict[str, list[int]] = {}
    unused: list[str] = []
    for index, heading in enumerate(header):
        field = _FIELD_OF.get(name_key(heading.replace("_", " ")))
        if field is not None:
            used.setdefault(field, []).append(index)
        elif heading.strip():
            unused.append(heading.strip())
    return used, unused


def kind_of(text: str) -> str | None:
    """The kind that a word of the list means; None where it is not known."""
    cleaned = name_key(text)
    return _KINDS.get("" if cleaned in {"0", ""} else cleaned)


def aliases_of(text: str) -> tuple[list[str], list[str]]:
    """(names, names that the publisher itself calls weak) in a cell like "aka:X|Low:Y; Z"."""
    names: list[str] = []
    weak: list[str] = []
    for part in re.split(r"[|;\n]", text):
        found = _QUALITY.match(part)
        quality = name_key(found[1]) if found else ""
        name = " ".join((part[found.end() :] if found else part).split()).strip('“”"')
        if any(char.isalnum() for char in name):
            (weak if quality in _WEAK else names).append(name)
    return names, weak


def listed_of(text: str) -> list[str]:
    """The single values in a cell that lists several."""
    return [part.strip() for part in re.split(r"[|;\n]", text) if part.strip()]


def numbers_in(remarks: str) -> tuple[list[str], str]:
    """(registration numbers, the LEI) that remarks in the manner of OFAC mention."""
    lei = _LEI.search(remarks)
    return [one.rstrip(".-/") for one in _NUMBERS.findall(remarks)], lei[1] if lei else ""

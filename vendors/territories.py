"""Regions whose registers grant one right for all their members, beside the countries themselves.

Pure: no Django.

Members as of January 2026. European patents and Madrid or Hague registrations are not here: they
take effect country by country, and are entered so.
"""

from collections.abc import Mapping
from typing import Final

from vendors.question_file import translatable

#: Codes that the ISO leaves free for this use (EU) or that WIPO's standard ST.3 gives (BX, OA).
REGIONS: Final[Mapping[str, str]] = {
    "EU": translatable("European Union (EU trade marks and designs)"),
    "BX": translatable("Benelux"),
    "OA": translatable("African Intellectual Property Organization (OAPI)"),
}
_MEMBERS: Final[Mapping[str, str]] = {
    "EU": "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK",
    "BX": "BE LU NL",
    "OA": "BF BJ CF CG CI CM GA GN GQ GW KM ML MR NE SN TD TG",
}
MEMBERS: Final = {region: frozenset(codes.split()) for region, codes in _MEMBERS.items()}


def covers(territory: str, country: str) -> bool:
    """Whether a right registered for `territory` holds in `country`."""
    return territory == country or country in MEMBERS.get(territory, frozenset())

"""Which countries are emerging markets: those that the IMF does not class as advanced economies.

Source: International Monetary Fund, World Economic Outlook, statistical appendix, table B, April
2023: 41 advanced economies (Liechtenstein, not a member, is added here as what it trades with).
The class decides which model of insolvency is proposed; a person may decide otherwise.
"""

from typing import Final

AS_OF: Final = "2023-04"
_TABLE_B: Final = """
AD AU AT BE CA HR CY CZ DK EE FI FR DE GR HK IS IE IL IT JP KR LV LI LT LU MO MT NL NZ NO PT PR SM
SG SK SI ES SE CH TW GB US
"""
_ADVANCED: Final = frozenset(_TABLE_B.split())


def is_emerging(country: str) -> bool | None:
    """Whether a country (ISO 3166-1 alpha-2) is an emerging market; None for no country."""
    return country not in _ADVANCED if country else None

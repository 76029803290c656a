"""Which column of a list holds what, by its heading; and which country a text means."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from django.conf import settings
from django.utils import translation
from django_countries import countries

from vendors.imports.layouts import read_as
from vendors.master_data import name_key

_HEADINGS: Final[Mapping[str, str]] = {
    "name": """name|vendor|supplier|company|vendor name|supplier name|company name|legal name|
        legal entity|legal entity name|organisation|organization|organisation name|
        organization name|business partner|business partner name|partner name|account name|
        creditor name|name 1|name1|firma|firmenname|lieferant|lieferantenname|kreditorname""",
    "country": """country|country code|country name|country iso|iso country|iso country code|
        iso2|iso 2|iso3|country key|country region|region country|land|land1|laenderschluessel|
        landerschlussel|nation|ctry|country of registration|country of incorporation""",
    "registration_number": """registration number|registration id|registration no|registration nr|
        registration|registration code|reg no|reg nr|reg id|reg number|regno|company number|
        company no|company registration number|company registration no|company registration|crn|
        business registration number|business number|commercial register number|
        trade register number|register number|registernummer|handelsregisternummer|isin""",
    "currency": "currency|currency code|order currency|curr|waers|wahrung|waehrung",
    "city": "city|town|place|ort|ort01|stadt|head office|headquarters|location",
    "website": "website|web site|url|homepage|home page|web|web address|internet",
    "external_id": """external id|external key|vendor id|supplier id|vendor number|vendor no|
        vendor nr|supplier number|supplier no|supplier nr|vendor code|supplier code|vendor account|
        supplier account|account number|creditor|creditor number|kreditor|kreditorennummer|
        lieferantennummer|lifnr|erp id|erp number|sap id|sap number|sap vendor|partner id""",
    "system": "system|external system|source system|erp system|erp|source|client system",
    "category": """category|vendor category|supplier category|commodity|commodity group|
        material group|spend category|purchasing category|category name|warengruppe""",
    "lei": "lei|lei code|lei number|legal entity identifier",
    "vat_number": """vat|vat number|vat no|vat nr|vat id|vat code|vat registration number|
        vat registration no|vat reg no|tax number|tax no|tax id|tin|gst number|gstin|ust id|ustid|
        ust idnr|ustidnr|umsatzsteuer id|mwst nummer|stceg|tva|partita iva|nif|cif|abn""",
}

FIELDS: Final = tuple(_HEADINGS)
_FIELD_OF: Final[Mapping[str, str]] = {
    heading.strip(): field for field, words in _HEADINGS.items() for heading in words.split("|")
}

#: Names in use for countries that the ISO list names otherwise.
_VARIANTS: Final[Mapping[str, str]] = {
    "AE": "uae|emirates|u a e",
    "BA": "bosnia|bosnia herzegovina|bih",
    "BN": "brunei darussalam",
    "BO": "plurinational state of bolivia",
    "CD": "dr congo|drc|democratic republic of congo|congo kinshasa",
    "CG": "republic of the congo|congo brazzaville",
    "CI": "ivory coast|cote d ivoire|cote divoire",
    "CN": "prc|peoples republic of china|mainland china|pr china|p r china",
    "CV": "cape verde|cabo verde",
    "CZ": "czech republic|czechia",
    "GB": "uk|u k|great britain|britain|united kingdom of great britain and northern ireland",
    "GR": "el|hellas|hellenic republic",
    "HK": "hong kong sar|hongkong|hong kong china|hong kong sar china",
    "IE": "republic of ireland|eire",
    "IR": "iran|islamic republic of iran|persia",
    "KP": "north korea|dprk|democratic peoples republic of korea",
    "KR": "south korea|korea|republic of korea|korea republic of|korea south|rok|s korea",
    "KG": "kyrgyz republic",
    "LA": "laos|lao pdr|lao peoples democratic republic",
    "MD": "moldova|republic of moldova",
    "MK": "macedonia|north macedonia|fyrom|republic of north macedonia",
    "MM": "burma|myanmar",
    "MO": "macau|macao|macau sar|macao sar",
    "NL": "holland|the netherlands",
    "PS": "palestine|palestinian territories|state of palestine|west bank and gaza",
    "PH": "the philippines",
    "RU": "russia|russian federation",
    "SK": "slovakia|slovak republic",
    "ST": "sao tome",
    "SY": "syria|syrian arab republic",
    "SZ": "swaziland|eswatini",
    "TL": "east timor|timor leste",
    "TR": "turkey|turkiye|republic of turkey",
    "TW": "taiwan|taiwan roc|taiwan province of china|republic of china|chinese taipei|roc",
    "TZ": "tanzania|united republic of tanzania",
    "US": "usa|united states|united states of america|u s|u s a|us of a|america",
    "VA": "vatican|vatican city|holy see",
    "VE": "venezuela|bolivarian republic of venezuela",
    "VN": "vietnam|viet nam|socialist republic of vietnam",
    "SA": "ksa|kingdom of saudi arabia",
}
#: Parts of a country that lists give in its place. Taken, and said.
_PARTS: Final[Mapping[str, str]] = {
    "AE": "dubai|abu dhabi|sharjah|ras al khaimah|ajman",
    "GB": "england|scotland|wales|northern ireland",
}


def field_of(heading: str) -> str | None:
    """The vendor field that a column with this heading holds; None where it is not known."""
    return _FIELD_OF.get(name_key(heading.replace("_", " ")))


def known_headings(row: Sequence[str]) -> int:
    """How many headings of a row are known; 0 where none of them is the name."""
    fields, _unused = columns_of([cell if len(cell) < 60 else "" for cell in row])
    return len(fields) if "name" in fields else 0


def columns_of(header: Sequence[str], choice: str = "") -> tuple[dict[str, int], list[str]]:
    """(field -> index of its column, headings that are not used). The first of two counts.

    `choice`: as what it is read, where somebody has chosen (`layouts.read_as`).
    What a list of an ERP has is decided by its layout; only other headings speak for themselves.
    """
    layout, found = read_as(header, choice)
    used = dict(found)
    taken = set(used.values())
    for index, heading in enumerate(header):
        field = field_of(heading)
        # An ERP's other columns of ids and names are not what they look like.
        spare = not layout or field in {"lei", "registration_number", "system"}
        if field is not None and field not in used and spare and index not in taken:
            used[field] = index
            taken.add(index)
    unused = [heading for index, heading in enumerate(header) if heading and index not in taken]
    return used, unused


@cache
def _countries() -> Mapping[str, str]:
    codes: dict[str, str] = {}
    for code in countries.countries:
        codes[code.lower()] = code
        if three := countries.alpha3(code):
            codes[three.lower()] = code
    for table in (_VARIANTS, _PARTS):
        for code, names in table.items():
            codes |= dict.fromkeys((name.strip() for name in names.split("|")), code)
    # English first: where languages use one word for two countries, English decides.
    for language in ("en", *(key for key, _label in settings.LANGUAGES)):
        with translation.override(language):
            for code, name in countries:
                codes.setdefault(name_key(str(name)), code)
    return codes


@cache
def country_code(text: str) -> str | None:
    """The ISO 3166-1 code that a country's name or code means; None where it is not known."""
    key = name_key(text)
    found = _countries().get(key)
    if found is None and key.startswith("the "):
        found = _countries().get(key.removeprefix("the "))
    if found is None and "," in text:
        # "Tanzania, United Republic of", as official lists write it.
        first, _comma, rest = text.partition(",")
        found = _countries().get(name_key(f"{rest} {first}"))
    return found


def is_part(text: str) -> bool:
    """Whether the text names a part of a country rather than the country."""
    key = name_key(text)
    return any(key in names.split("|") for names in _PARTS.values())

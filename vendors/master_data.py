"""What a vendor's master data may look like: each value tidied, or refused with a sentence.

Services, forms and the import all come through here, so that a value is taken or refused alike
whichever way it comes. Every function raises ValueError with a sentence for the reader.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django_countries import countries
from stdnum import get_cc_module, isin, lei
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidFormat,
    InvalidLength,
)
from stdnum.exceptions import (
    ValidationError as NumberInvalid,
)

from audit.errors import Invalid
from audit.texts import straight
from vendors.currencies import CODES

NAME_LENGTH: Final = 200
_web_address = URLValidator(schemes=["http", "https"])
#: Letters before the VAT numbers of the European Union, and of others that write them.
_EUROPEAN: Final = frozenset({code.upper() for code in eu_vat.MEMBER_STATES} - {"GR"} | {"EL"})
_VAT_LETTERS: Final = _EUROPEAN | {"CH", "GB", "NO"}
_BREAKS_IN_NUMBERS: Final = re.compile(r"[ ./_-]")


def tidy(value: str) -> str:
    """One line of text: composed (NFC), without control characters, spaces single and trimmed."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    composed = unicodedata.normalize("NFC", straight(value))
    kept = "".join(
        " " if char.isspace() else char
        for char in composed
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cs", "Co"}
    )
    return " ".join(kept.replace("\ufeff", "").replace("\u200b", "").split())


def _short(value: str, length: int) -> str:
    text = tidy(value)
    if len(text) > length:
        raise ValueError(
            _("Use at most %(most)d characters; this has %(count)d.")
            % {"most": length, "count": len(text)}
        )
    return text


def clean_name(value: str) -> str:
    """A name with at least one letter or digit, in any script."""
    text = _short(value, NAME_LENGTH)
    if not text:
        raise ValueError(_("Enter a name."))
    if not any(char.isalnum() for char in text):
        raise ValueError(_("The name has no letter or digit in it."))
    return text


def clean_country(value: str) -> str:
    """An ISO 3166-1 alpha-2 code, or "" for not known. Namibia is NA."""
    code = tidy(value).upper()
    if code and code not in countries.countries:
        raise ValueError(_("Country “%(value)s” is not known.") % {"value": value})
    return code


def clean_registration_number(value: str) -> str:
    """A number of a register, as written."""
    return _short(value, 60)


def clean_lei(value: str) -> str:
    """A Legal Entity Identifier (ISO 17442) whose check digits are right, or ""."""
    text = tidy(value)
    if not text:
        return ""
    try:
        return str(lei.validate(text))
    except InvalidLength as error:
        raise ValueError(_("An LEI has 20 letters and digits.")) from error
    except (InvalidChecksum, InvalidFormat) as error:
        raise ValueError(
            _("The check digits of this LEI do not match. Look for a typing mistake.")
        ) from error
    except NumberInvalid as error:
        raise ValueError(_("This is not an LEI.")) from error


def clean_vat_number(value: str) -> str:
    """A VAT number in capitals, without breaks; its check digits right where it names a country.

    `with_country` looks at one without a country's letters.
    """
    text = _BREAKS_IN_NUMBERS.sub("", tidy(value).upper())
    if len(text) > 20:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": 20})
    return _vat_of(text, text[:2]) if text[:2] in _VAT_LETTERS else text


def with_country(number: str, country: str) -> str:
    """A cleaned VAT number without a country's letters, as one of this country."""
    if not number or number[:2] in _VAT_LETTERS or not country:
        return number
    return _vat_of(number, country)


def _vat_of(number: str, country: str) -> str:
    """The number as its country writes it; as it is where that country's numbers are not known."""
    letters = {"GR": "EL"}.get(country, country)
    european = letters in _EUROPEAN
    module = eu_vat if european else get_cc_module(country.lower(), "vat")
    if module is None:
        return number
    written = number if number.startswith(letters) or not european else f"{letters}{number}"
    try:
        return str(module.validate(written))
    except InvalidChecksum as error:
        raise ValueError(
            _("The check digits of this VAT number do not match. Look for a typing mistake.")
        ) from error
    except NumberInvalid as error:
        raise ValueError(
            _("A VAT number of this country looks different. Look for a typing mistake.")
        ) from error


#: Country -> the numbers of its company registers that hold a check digit, as python-stdnum
#: names them.
_REGISTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "AU": ("au.acn", "au.abn"),
    "BE": ("be.vat",),
    "BR": ("br.cnpj",),
    "CH": ("ch.uid",),
    "CN": ("cn.uscc",),
    "CZ": ("cz.dic",),
    "DK": ("dk.cvr",),
    "EE": ("ee.registrikood",),
    "FI": ("fi.ytunnus",),
    "FR": ("fr.siren", "fr.siret"),
    "HR": ("hr.oib",),
    "IL": ("il.hp",),
    "IT": ("it.iva",),
    "JP": ("jp.cn",),
    "KR": ("kr.brn",),
    "NO": ("no.orgnr",),
    "PL": ("pl.nip", "pl.regon"),
    "PT": ("pt.nif",),
    "RU": ("ru.inn", "ru.ogrn"),
    "SE": ("se.orgnr",),
    "TR": ("tr.vkn",),
    "TW": ("tw.ubn",),
    "UA": ("ua.edrpou",),
    "VN": ("vn.mst",),
}


def doubt_about_number(number: str, country: str) -> str:
    """A sentence where a registration number has the form of its country's and wrong digits.

    "" where nothing speaks against it. A doubt, not a refusal: registers have exceptions.
    """
    wrong = False
    for name in _REGISTERS.get(country, ()) if number else ():
        try:
            import_module(f"stdnum.{name}").validate(number)
        except InvalidChecksum:
            wrong = True
        except NumberInvalid:
            continue
        else:
            return ""
    if not wrong:
        return ""
    return _("The check digits of this registration number do not match. Is it mistyped?")


def clean_city(value: str) -> str:
    """A place."""
    return _short(value, 120)


def clean_category(value: str) -> str:
    """What the unit files the vendor under."""
    return _short(value, 60)


def clean_website(value: str) -> str:
    """An address on the web; "https://" is put before it when it has no scheme."""
    text = tidy(value)
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    if len(address) > 200:
        raise ValueError(_("Use at most 200 characters."))
    try:
        _web_address(address)
    except ValidationError as error:
        raise ValueError(_("Enter a web address, like example.com.")) from error
    return address


def clean_currency(value: str) -> str:
    """An ISO 4217 code, or ""."""
    code = tidy(value).upper()
    if code and code not in CODES:
        raise ValueError(_("Currency “%(value)s” is not known.") % {"value": value})
    return code


def clean_system(value: str) -> str:
    """The key of another system: small letters, digits, hyphens, underscores."""
    key = re.sub(r"\s+", "-", tidy(value).lower())
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", key):
        raise ValueError(
            _("Use letters, digits and hyphens, at most 40, like “sap-100” (system and client).")
        )
    return key


def clean_external_id(value: str) -> str:
    """An id in another system, as it is shown there."""
    text = _short(value, 80)
    if not text:
        raise ValueError(_("Enter the id that the vendor has in that system."))
    return text


CLEANERS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": clean_name,
    "country": clean_country,
    "registration_number": clean_registration_number,
    "lei": clean_lei,
    "vat_number": clean_vat_number,
    "city": clean_city,
    "website": clean_website,
    "currency": clean_currency,
}


def clean(values: Mapping[str, Any], country: str = "") -> dict[str, str]:
    """The vendor fields among `values`, tidied. Raises Invalid with the messages per field.

    `country` is the vendor's where `values` do not say.
    """
    cleaned: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for field, value in values.items():
        if field not in CLEANERS:
            errors[field] = [_("A vendor has no such field.")]
            continue
        try:
            cleaned[field] = CLEANERS[field](str(value or ""))
        except ValueError as error:
            errors[field] = [str(error)]
    if cleaned.get("vat_number"):
        try:
            cleaned["vat_number"] = with_country(
                cleaned["vat_number"], cleaned.get("country", country)
            )
        except ValueError as error:
            errors["vat_number"] = [str(error)]
    if errors:
        raise invalid(errors)
    return cleaned


def invalid(errors: Mapping[str, list[str]]) -> Invalid:
    """The error that carries messages per field, its sentence being the first of them."""
    return Invalid(next(iter(errors.values()))[0], errors=dict(errors))


def registration_key(number: str) -> str:
    """What registration numbers are compared by: capitals, without spaces and punctuation.

    `Vendor.registration_key` is the same in the database.
    """
    return _BREAKS_IN_NUMBERS.sub("", number.upper())


def website_domain(address: str) -> str:
    """The part of a web address that somebody registers: acme.co.uk of https://www.acme.co.uk/en.

    `Vendor.website_domain` is the same in the database.
    """
    host = re.match(r"[a-z]+://(?:[^/?#@]*@)?([^/:?#]+)", address.lower())
    found = host and re.search(
        r"[^.]+\.(?:(?:co|com|net|org|gov|edu|ac|or|ne|go|gob|nom)\.[a-z]{2}|[^.]+)$", host[1]
    )
    return found[0] if found else ""


def name_key(name: str) -> str:
    """What names are compared by for being *the same*: small letters, no punctuation or marks."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(
        "".join(
            char if char.isalnum() else " "
            for char in plain
            if not unicodedata.combining(char) and char not in ".'\u2019"
        ).split()
    )


def is_worldwide(number: str) -> bool:
    """Whether a registration number says which company it is without a country (an ISIN)."""
    return bool(isin.is_valid(registration_key(number)))


#: The key of a system that ends so compares ids letter by letter: 007 and 7 are two vendors there.
EXACT: Final = "-text"


def external_key(value: str, system: str = "") -> str:
    """What external ids are compared by: without spaces around, numeric ones without zeros before.

    SAP shows 0000100042 as 100042; both are the same vendor. Not so where the system's key says
    that its ids are text (`EXACT`).
    """
    text = tidy(value)
    if not text.isascii() or not text.isdigit() or system.endswith(EXACT):
        return text
    return text.lstrip("0") or "0"


def external_ref(system: str, value: str) -> tuple[str, str]:
    """(system, key): what an id is looked up by, however the two were written."""
    system = tidy(system).lower()
    return system, external_key(value, system)

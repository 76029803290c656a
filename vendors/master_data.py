"""What a vendor's master data may look like: each value tidied, or refused with a sentence.

Services, forms and the import all come through here, so that a value is taken or refused alike
whichever way it comes. Every function raises ValueError with a sentence for the reader.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django_countries import countries
from stdnum import isin, lei
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidFormat,
    InvalidLength,
)
from stdnum.exceptions import (
    ValidationError as NumberInvalid,
)

from audit.errors import Invalid
from vendors.currencies import CODES

NAME_LENGTH: Final = 200
_web_address = URLValidator(schemes=["http", "https"])
_BREAKS_IN_NUMBERS: Final = re.compile(r"[ ./_-]")


def tidy(value: str) -> str:
    """One line of text: composed (NFC), without control characters, spaces single and trimmed."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    composed = unicodedata.normalize("NFC", value)
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
        raise ValueError(_("Enter the vendor's name."))
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
    "city": clean_city,
    "website": clean_website,
    "currency": clean_currency,
}


def clean(values: Mapping[str, Any]) -> dict[str, str]:
    """The vendor fields among `values`, tidied. Raises Invalid with the messages per field."""
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


def external_key(value: str) -> str:
    """What external ids are compared by: without spaces around, numeric ones without zeros before.

    SAP shows 0000100042 as 100042; both are the same vendor.
    """
    text = tidy(value)
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text

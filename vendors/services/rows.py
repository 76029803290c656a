"""What services that change a row under its version share."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.principal import Principal
from audit.errors import OutOfDate


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


R = TypeVar("R", bound=Versioned)


def check_version(row: Versioned, version: int, fields: Collection[str]) -> None:
    """Raise OutOfDate, with what stands now, unless `row` (locked) still has this version."""
    if row.version != version:
        raise OutOfDate(
            _("Somebody else has changed this since you opened it."),
            current={name: getattr(row, name) for name in fields},
            version=row.version,
        )


def differing(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that the row does not have yet."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def user_id(by: Principal) -> UUID | None:
    """The user behind a principal; None for programs and the system."""
    return UUID(by.id) if by.kind == "user" else None


def label(by: Principal) -> str:
    """The name to show where there is no user."""
    return "" if by.kind == "user" else by.label


def plain(value: Any) -> Any:
    """A value as an event or a form carries it: plain JSON."""
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


Cleaners = Mapping[str, Callable[[Any], Any]]

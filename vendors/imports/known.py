"""The vendors there are, as far as a list may mean them, found by any of their marks.

Kept up to date while a list is gone through, so that each row sees what the rows before it will
have done. That is what makes a second run of the same list change nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from vendors.imports.rows import Candidate
from vendors.master_data import is_worldwide, name_key, registration_key
from vendors.record_tags import record_tag

FIELDS = (
    "name",
    "country",
    "registration_number",
    "lei",
    "vat_number",
    "city",
    "website",
    "currency",
)


@dataclass
class KnownVendor:
    """A vendor in the database. `line`: the row of the list that means it, once one does."""

    id: UUID
    values: dict[str, str]
    linked: bool
    category: str = ""
    version: int = 1
    units: dict[UUID, str] = field(default_factory=dict)  # unit -> category
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (kind, source)
    external: dict[str, set[str]] = field(default_factory=dict)  # system -> keys
    line: int = 0

    @property
    def tag(self) -> str:
        """The tag of the record as it stands."""
        return record_tag(
            self.version,
            ((system, key) for system, keys in self.external.items() for key in keys),
            ((name, kind) for name, (kind, _source) in self.aliases.items()),
            self.units.items(),
        )

    @property
    def registration(self) -> str:
        """What its registration number is compared by."""
        return registration_key(self.values["registration_number"])


class Known:
    """Vendors by external id, by LEI, by registration number, and by name and country."""

    def __init__(self, vendors: Iterable[KnownVendor] = ()) -> None:
        self._there: dict[UUID, KnownVendor] = {}
        self._external: dict[tuple[str, str], KnownVendor] = {}
        self._lei: dict[str, list[KnownVendor]] = defaultdict(list)
        self._vat: dict[str, list[KnownVendor]] = defaultdict(list)
        self._registration: dict[str, list[KnownVendor]] = defaultdict(list)
        self._name: dict[tuple[str, str], list[KnownVendor]] = defaultdict(list)
        for vendor in vendors:
            self._there[vendor.id] = vendor
            self._enter(vendor)

    def there(self, vendor_id: UUID) -> KnownVendor | None:
        """The vendor of this id of ours."""
        return self._there.get(vendor_id)

    def identified(self, ref: tuple[str, str]) -> KnownVendor | None:
        """The vendor with this id (system, key)."""
        return self._external.get(ref)

    def marked(self, row: Candidate) -> list[KnownVendor]:
        """The vendors that share a mark with the row: external id, LEI, VAT or register number."""
        found: dict[UUID, KnownVendor] = {}
        if row.external_key and row.external_key in self._external:
            vendor = self._external[row.external_key]
            found[vendor.id] = vendor
        if row.lei:
            found |= {vendor.id: vendor for vendor in self._lei[row.lei]}
        if row.vat_number:
            found |= {
                vendor.id: vendor
                for vendor in self._vat[row.vat_number]
                if _same_country(vendor.values["country"], row.country)
            }
        if row.registration_key:
            found |= {vendor.id: vendor for vendor in self._same_number(row)}
        return list(found.values())

    def namesake(self, row: Candidate) -> KnownVendor | None:
        """The unit's vendor with this name and country, unless its marks say it is another."""
        for vendor in self._name[row.name.lower(), row.country]:
            if vendor.linked and not contradicts(row, vendor):
                return vendor
        return None

    def change(self, vendor: KnownVendor, values: dict[str, str]) -> None:
        """Let the vendor have these values from now on."""
        self._leave(vendor)
        vendor.values |= values
        self._enter(vendor)

    def identify(self, vendor: KnownVendor, row: Candidate) -> None:
        """Let the vendor have the row's external id as well."""
        if row.external_key:
            system, key = row.external_key
            vendor.external.setdefault(system, set()).add(key)
            self._external[row.external_key] = vendor

    def _same_number(self, row: Candidate) -> list[KnownVendor]:
        same = self._registration[row.registration_key]
        if is_worldwide(row.registration_key):
            return same
        return [vendor for vendor in same if _same_country(vendor.values["country"], row.country)]

    def _enter(self, vendor: KnownVendor) -> None:
        for system, keys in vendor.external.items():
            self._external |= dict.fromkeys(((system, key) for key in keys), vendor)
        if vendor.values["lei"]:
            self._lei[vendor.values["lei"]].append(vendor)
        if vendor.values["vat_number"]:
            self._vat[vendor.values["vat_number"]].append(vendor)
        if vendor.registration:
            self._registration[vendor.registration].append(vendor)
        self._name[vendor.values["name"].lower(), vendor.values["country"]].append(vendor)

    def _leave(self, vendor: KnownVendor) -> None:
        if vendor.values["lei"]:
            self._lei[vendor.values["lei"]].remove(vendor)
        if vendor.values["vat_number"]:
            self._vat[vendor.values["vat_number"]].remove(vendor)
        if vendor.registration:
            self._registration[vendor.registration].remove(vendor)
        self._name[vendor.values["name"].lower(), vendor.values["country"]].remove(vendor)


def _same_country(one: str, other: str) -> bool:
    """Whether two countries may be the same; one that is not known may be any."""
    return one == other or not one or not other


def contradicts(row: Candidate, vendor: KnownVendor) -> bool:
    """Whether the row has a mark that differs from the vendor's of the same kind."""
    for name in ("lei", "vat_number"):
        mine, theirs = getattr(row, name), vendor.values[name]
        if mine and theirs and mine != theirs:
            return True
    if row.registration_key and vendor.registration not in {"", row.registration_key}:
        return True
    if row.external_key:
        system, key = row.external_key
        keys = vendor.external.get(system, set())
        return bool(keys) and key not in keys
    return False


class Seen:
    """The rows of the list that were taken so far, found by their marks."""

    def __init__(self) -> None:
        self._external: dict[tuple[str, str], Candidate] = {}
        self._lei: dict[str, Candidate] = {}
        self._vat: dict[tuple[str, str], Candidate] = {}
        self._registration: dict[str, list[Candidate]] = defaultdict(list)
        self._name: dict[tuple[str, str], list[Candidate]] = defaultdict(list)

    def add(self, row: Candidate) -> None:
        """Remember a row that was taken."""
        if row.external_key:
            self._external.setdefault(row.external_key, row)
        if row.lei:
            self._lei.setdefault(row.lei, row)
        if row.vat_number:
            self._vat.setdefault((row.country, row.vat_number), row)
        if row.registration_key:
            self._registration[row.registration_key].append(row)
        self._name[name_key(row.name), row.country].append(row)

    def marked(self, row: Candidate) -> list[tuple[str, Candidate]]:
        """(field, earlier row) for each mark that an earlier row has as well."""
        found: list[tuple[str, Candidate]] = []
        if row.external_key and row.external_key in self._external:
            found.append(("external_id", self._external[row.external_key]))
        if row.lei and row.lei in self._lei:
            found.append(("lei", self._lei[row.lei]))
        if row.vat_number and (row.country, row.vat_number) in self._vat:
            found.append(("vat_number", self._vat[row.country, row.vat_number]))
        worldwide = is_worldwide(row.registration_key)
        found += [
            ("registration_number", earlier)
            for earlier in self._registration.get(row.registration_key, ())
            if row.registration_key and (worldwide or _same_country(earlier.country, row.country))
        ]
        return found

    def namesake(self, row: Candidate) -> Candidate | None:
        """An earlier row with this name and country, unless their marks say they are two."""
        for earlier in self._name[name_key(row.name), row.country]:
            differ = (
                (row.lei and earlier.lei and row.lei != earlier.lei)
                or (row.vat_number and earlier.vat_number and row.vat_number != earlier.vat_number)
                or (
                    row.registration_key
                    and earlier.registration_key
                    and row.registration_key != earlier.registration_key
                )
                or (
                    row.external_key
                    and earlier.external_key
                    and row.system == earlier.system
                    and row.external_key != earlier.external_key
                )
            )
            if not differ:
                return earlier
        return None

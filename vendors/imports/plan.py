"""What each row of a list would do, decided before anything is written.

Rows are taken in their order. Which of them means a vendor that is there follows from marks, in
this order: the external id; the LEI, the VAT or the registration number (with the country, unless
it is an ISIN); the same name and country within the unit. A list never overwrites what another
unit keeps, and an empty cell never erases anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from vendors.imports.known import FIELDS, Known, KnownVendor, Seen
from vendors.imports.rows import Candidate, Said
from vendors.master_data import name_key

#: What tells companies apart.
_TELLING = frozenset({"name", "country", "registration_number", "lei", "vat_number"})


def _mark(row: Candidate, column: str) -> str:
    """The mark of a row as people write it."""
    if column == "external_id":
        return f"{row.system}:{row.external_id}"
    return str(getattr(row, column))


@dataclass(frozen=True)
class Step:
    """What a row does to a vendor that is there: link it, change it, or leave it as it is."""

    row: Candidate
    vendor: KnownVendor
    before: dict[str, str]
    after: dict[str, str]
    link: bool
    category: bool
    new_id: bool

    @property
    def writes(self) -> bool:
        """Whether anything changes."""
        return bool(self.after) or self.link or self.category or self.new_id


@dataclass
class Plan:
    """Every row of a list, under what becomes of it."""

    new: list[Candidate] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    refused: list[Said] = field(default_factory=list)
    duplicates: list[Said] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)

    @property
    def linked(self) -> list[Step]:
        """Vendors of other units that the unit takes up."""
        return [step for step in self.steps if step.link]

    @property
    def changed(self) -> list[Step]:
        """Vendors of the unit that get other values."""
        return [step for step in self.steps if step.writes and not step.link]

    @property
    def unchanged(self) -> list[Step]:
        """Vendors that are there just so."""
        return [step for step in self.steps if not step.writes]


class _Refusal(ValueError):
    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value


class _Duplicate(ValueError):
    """The row repeats an earlier one."""


def plan(rows: Iterable[Candidate | Said], known: Known) -> Plan:
    """What becomes of each row, given the vendors there are."""
    made = Plan()
    seen = Seen()
    for row in rows:
        if isinstance(row, Said):
            made.refused.append(row)
            continue
        try:
            _repeats(row, seen)
            vendor = _meant(row, known)
            step = _step(row, vendor, known) if vendor else None
        except _Refusal as refusal:
            made.refused.append(Said(row.line, refusal.column, refusal.value, str(refusal)))
            continue
        except _Duplicate as duplicate:
            made.duplicates.append(Said(row.line, "name", row.name, str(duplicate)))
            continue
        seen.add(row)
        made.notices += row.notices
        if step is None:
            made.new.append(row)
        else:
            made.steps.append(step)
    return made


def _same_name(one: str, other: str) -> bool:
    return name_key(one) == name_key(other)


def _repeats(row: Candidate, seen: Seen) -> None:
    """Raise when an earlier row is the same vendor, or claims the same mark for another."""
    marked = seen.marked(row)
    for column, earlier in marked:
        if not _same_name(earlier.name, row.name):
            raise _Refusal(
                column,
                _mark(row, column),
                _("Line %(first)d has the same one for “%(taken)s”; line %(line)d says “%(name)s”.")
                % {
                    "first": earlier.line,
                    "taken": earlier.name,
                    "line": row.line,
                    "name": row.name,
                },
            )
    twin = marked[0][1] if marked else seen.namesake(row)
    if twin is not None:
        raise _Duplicate(_("The same vendor as line %(line)d.") % {"line": twin.line})


def _meant(row: Candidate, known: Known) -> KnownVendor | None:
    """The vendor in the database that the row means; None where it is new."""
    marked = known.marked(row)
    if len(marked) > 1:
        for vendor in marked:
            vendor.line = vendor.line or row.line
        names = " · ".join(vendor.values["name"] for vendor in marked[:3])
        raise _Refusal(
            "name",
            row.name,
            _("Its numbers belong to different vendors: %(names)s.")
            % {"names": names.removesuffix(".")},
        )
    found = marked[0] if marked else known.namesake(row)
    return _claim(row, found) if found else None


def _claim(row: Candidate, vendor: KnownVendor) -> KnownVendor:
    """The vendor, meant by this row from now on. Raises when it cannot be this row's."""
    # Two rows that mean one vendor would undo each other: the first of them decides, even where
    # it is refused.
    claimed, vendor.line = vendor.line, vendor.line or row.line
    same = _same_name(vendor.values["name"], row.name)
    if claimed:
        if same:
            raise _Duplicate(_("The same vendor as line %(line)d.") % {"line": claimed})
        raise _Refusal(
            "name", row.name, _("Line %(line)d means the same vendor.") % {"line": claimed}
        )
    if not same and not (vendor.linked and _by_external_id(row, vendor)):
        column = _shared_mark(row, vendor)
        raise _Refusal(
            column,
            _mark(row, column),
            _("It belongs to “%(name)s” (%(country)s) already.")
            % {
                "name": vendor.values["name"],
                "country": vendor.values["country"] or _("no country"),
            },
        )
    return vendor


def _by_external_id(row: Candidate, vendor: KnownVendor) -> bool:
    if row.external_key is None:
        return False
    system, key = row.external_key
    return key in vendor.external.get(system, ())


def _shared_mark(row: Candidate, vendor: KnownVendor) -> str:
    if _by_external_id(row, vendor):
        return "external_id"
    for name in ("lei", "vat_number"):
        if getattr(row, name) and getattr(row, name) == vendor.values[name]:
            return name
    return "registration_number"


def _step(row: Candidate, vendor: KnownVendor, known: Known) -> Step:
    """What the row changes of the vendor it means; `known` sees it at once."""
    by_id = _by_external_id(row, vendor)
    after: dict[str, str] = {}
    for name in FIELDS:
        value, present = getattr(row, name), vendor.values[name]
        if not value or value == present:
            continue
        if name == "name" and _same_name(value, present):
            # Capitals and punctuation are no other name.
            continue
        if present and row.external_key is None and name in _TELLING:
            # What tells companies apart changes only where an id of ours says which one is meant:
            # one on record, or one that this row puts there. Importing it again changes nothing.
            continue
        after[name] = value
    if not vendor.linked:
        differing = [name for name in after if vendor.values[name]]
        if differing:
            raise _Refusal(
                differing[0],
                getattr(row, differing[0]),
                _(
                    "Another business unit knows this vendor with other details. Link it to your "
                    "unit on a page of its own first, then import again."
                ),
            )
    category = bool(row.category) and row.category != vendor.category
    new_id = row.external_key is not None and not by_id
    step = Step(
        row=row,
        vendor=vendor,
        before={name: vendor.values[name] for name in after},
        after=after,
        link=not vendor.linked,
        category=category,
        new_id=new_id,
    )
    known.change(vendor, after)
    known.identify(vendor, row)
    vendor.linked = True
    return step

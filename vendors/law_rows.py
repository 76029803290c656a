"""What is on record about countries, as pages and the API show it. No database in here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vendors.intake import IpKind
from vendors.jurisdictions import (
    ALSO_SHOWN,
    ENFORCEMENT,
    PROTECTS,
    SHORT,
    SPECIAL_301,
    TREATIES,
    CountryLaw,
    Listing,
    Stand,
    Status,
)
from vendors.law_words import (
    REMARKS,
    SUBJECTS,
    as_of_words,
    kind_name,
    status_word,
    through_words,
)

#: What a status asks of the reader: the kind of its pill.
PILLS: Final[Mapping[str, str]] = {
    Status.IN_FORCE: "done",
    Status.SIGNED: "waiting",
    Status.SUSPENDED: "stopped",
    Status.LEFT: "stopped",
    Status.NONE: "attention",
    Status.UNKNOWN: "todo",
    Listing.PRIORITY_FOREIGN: "attention",
    Listing.PRIORITY_WATCH: "attention",
    Listing.WATCH: "waiting",
    Listing.UNLISTED: "todo",
}


@dataclass(frozen=True, slots=True)
class Row:
    """How a country stands to one subject on a day."""

    subject: str
    name: str
    says: str
    status: str
    word: str
    pill: str
    since: date | None
    until: date | None
    coming: date | None
    source: str
    as_of: str
    recorded: str
    known: bool
    confirmed: bool
    by_counsel: bool
    through: str
    remark: str

    @property
    def counts_for(self) -> str:
        """For which kinds of IP it counts; "" where it has no weight."""
        return weight_words(self.subject)

    @property
    def when(self) -> str:
        """Since when, or from when on, in words."""
        if self.coming is not None:
            return _("from %(day)s on") % {"day": day_words(self.coming)}
        if self.status == Status.LEFT and self.until is not None:
            return _("until %(day)s") % {"day": day_words(self.until)}
        if self.since is None:
            in_force = self.status == Status.IN_FORCE
            return _("since when is not on record") if in_force else ""
        said = _("since %(day)s") % {"day": day_words(self.since)}
        if self.until is not None:
            said = _("%(since)s until %(day)s") % {"since": said, "day": day_words(self.until)}
        return said


def day_words(day: date) -> str:
    """A day in the reader's language."""
    return formats.date_format(day, "DATE_FORMAT")


def row(subject: str, stand: Stand) -> Row:
    """How a country stands to `subject`, in words."""
    fact = stand.fact
    unlisted = subject == SPECIAL_301 and not stand.known
    return Row(
        subject=subject,
        name=str(SUBJECTS[subject].name),
        says=str(SUBJECTS[subject].says),
        status=str(stand.status),
        word=_("Not listed") if unlisted else status_word(stand.status),
        pill=PILLS[stand.status],
        since=fact.since if fact else None,
        until=fact.until if fact else None,
        coming=stand.coming,
        source=fact.source if fact else "",
        as_of=as_of_words(fact.as_of) if fact else "",
        recorded=fact.as_of if fact else "",
        known=stand.known,
        confirmed=fact is not None and fact.confirmed,
        by_counsel=fact is not None and fact.by_counsel,
        through=through_words(fact.through) if fact else "",
        remark=str(REMARKS.get(fact.remark, "")) if fact else "",
    )


def rows(law: CountryLaw, subjects: Iterable[str], day: date) -> list[Row]:
    """How a country stands to some subjects."""
    return [row(subject, law.on(subject, day)) for subject in subjects]


@dataclass(frozen=True, slots=True)
class Protection:
    """What protects one kind of IP in one country on a day."""

    kind: str
    label: str
    rows: Sequence[Row]
    also: Sequence[Row]

    @property
    def holding(self) -> list[Row]:
        """The treaties in force."""
        return [one for one in self.rows if one.status == Status.IN_FORCE]

    @property
    def lacking(self) -> list[Row]:
        """The treaties that are known not to be in force."""
        return [one for one in self.rows if one.known and one.status != Status.IN_FORCE]

    @property
    def open(self) -> list[Row]:
        """The treaties of which it is not known."""
        return [one for one in self.rows if not one.known]

    @property
    def whole_since(self) -> date | None:
        """The day from which all of them are in force; None while they are not, or not dated."""
        days = [one.since for one in self.holding if one.since is not None]
        return max(days) if days and len(days) == len(self.rows) else None

    @property
    def sentence(self) -> str:
        """Which treaties protect it, and from when."""
        if not self.rows:
            return _("No treaty on record protects it; it is a matter of data protection law.")
        if not self.holding:
            return _("None of the treaties that protect it is known to be in force.")
        named = ", ".join(
            f"{SHORT.get(one.subject, one.name)} ({one.when})" for one in self.holding
        )
        said = ngettext(
            "%(count)d of %(of)d treaties in force: %(named)s.",
            "%(count)d of %(of)d treaties in force: %(named)s.",
            len(self.holding),
        ) % {"count": len(self.holding), "of": len(self.rows), "named": named}
        if self.whole_since is not None and len(self.rows) > 1:
            said += " " + _("All of them since %(day)s.") % {"day": day_words(self.whole_since)}
        return said


def protection(law: CountryLaw, kind: str, day: date) -> Protection:
    """What protects one kind of IP."""
    found = IpKind(kind)
    weighted = [treaty for treaty in TREATIES if treaty in PROTECTS[found]]
    return Protection(
        kind=kind,
        label=kind_name(kind),
        rows=rows(law, weighted, day),
        also=rows(law, ALSO_SHOWN[found], day),
    )


def treaties(law: CountryLaw, day: date) -> list[Row]:
    """How a country stands to every treaty."""
    return rows(law, TREATIES, day)


def enforcement(law: CountryLaw, day: date) -> list[Row]:
    """How a country stands to every means of enforcement."""
    return rows(law, ENFORCEMENT, day)


def special_301(law: CountryLaw, day: date) -> Row:
    """Where USTR lists a country."""
    return row(SPECIAL_301, law.on(SPECIAL_301, day))


def weight_words(subject: str) -> str:
    """For which kinds of IP a treaty counts; "" where it has no weight."""
    labels = [kind_name(kind) for kind, treaty in PROTECTS.items() if subject in treaty]
    return ", ".join(labels)

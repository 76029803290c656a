"""What is on record of a vendor besides its answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.templatetags.ui import NONE, band_word
from reports.content.vendor.seen import Seen
from reports.document import Block, Column, Facts, Kind, Section, Table, Words
from scoring import finance_charts, finance_words, words
from scoring.selectors.finances import Finances, finances_of
from vendors.country_names import country_name
from vendors.intake import SERVICES
from vendors.models import Contract, InsurancePolicy, Match
from vendors.selectors.contracts import policies_of, recorded_of
from vendors.selectors.incidents import of_vendor as incidents_of
from vendors.selectors.matches import matches_of


def engagements(seen: Seen) -> Iterator[Section]:
    """What the vendor does for whom, and how each of it stands."""
    yield Section(
        _("Engagements"),
        [
            Table(
                title="",
                sheet=_("Engagements"),
                columns=[
                    Column(_("Engagement"), width=2),
                    Column(_("Business unit"), width=1.4),
                    Column(_("Service"), width=1.6),
                    Column(_("Status"), width=0.9),
                    Column(_("Tier"), width=1.2),
                    Column(_("Band"), width=1),
                    Column(_("Points"), Kind.POINTS, width=0.7),
                    Column(_("Decision"), width=1.3),
                    Column(_("Spend a year"), Kind.AMOUNT, width=0),
                    Column(_("Currency"), width=0),
                    Column(_("Made in"), width=0),
                ],
                rows=[
                    _engagement(line.engagement, line.current, seen)
                    for line in seen.page.engagements
                ],
                empty=_("No engagement is on record."),
            )
        ],
    )


def _engagement(one: Any, current: Any, seen: Seen) -> tuple[Any, ...]:
    score = current.score if current else None
    return (
        one.title,
        one.unit.name,
        str(_(SERVICES.get(one.service, one.service))),
        one.get_status_display(),
        words.tier(score.tier if score else one.tier),
        band_word(score.band) if score else _("Not rated"),
        score.points if score else None,
        seen.decisions[one.pk].word,
        one.annual_spend,
        one.currency if one.annual_spend is not None else "",
        ", ".join(country_name(code) for code in one.made_in),
    )


def contracts(seen: Seen) -> Iterator[Section]:
    """Contracts of the engagements, and the vendor's insurance."""
    rows = [
        _contract(one, recorded.engagement.title)
        for recorded in recorded_of(seen.vendor, seen.reader, seen.unit)
        for one in recorded.contracts
    ]
    yield Section(
        _("Contracts and insurance"),
        [
            Table(
                title=_("Contracts"),
                sheet=_("Contracts"),
                columns=[
                    Column(_("Contract"), width=2),
                    Column(_("Engagement"), width=1.5),
                    Column(_("Status"), width=0.9),
                    Column(_("Ends"), Kind.DAY, width=1.1),
                    Column(_("Notice by"), Kind.DAY, width=1.1),
                    Column(_("Governing law"), width=1.1),
                    Column(_("Cap on liability"), width=1.5),
                    Column(_("Indemnity for IP claims"), width=1.3),
                    Column(_("Reference"), width=0),
                    Column(_("Signed on"), Kind.DAY, width=0),
                    Column(_("Starts on"), Kind.DAY, width=0),
                    Column(_("Renewal"), width=0),
                ],
                rows=rows,
                empty=_("No contract is on record."),
            ),
            Table(
                title=_("Insurance"),
                sheet=_("Insurance"),
                columns=[
                    Column(_("Kind"), width=1.4),
                    Column(_("Insurer"), width=1.5),
                    Column(_("Policy number"), width=1.2),
                    Column(_("Limit for the period"), Kind.AMOUNT, width=1.3),
                    Column(_("Currency"), width=0.8),
                    Column(_("Expires on"), Kind.DAY, width=1.2),
                    Column(_("Certificate seen"), Kind.DAY, width=1.2),
                    Column(_("Status"), width=0),
                    Column(_("Used up"), Kind.AMOUNT, width=0),
                    Column(_("Deductible"), Kind.AMOUNT, width=0),
                ],
                rows=[_policy(one) for one in policies_of(seen.vendor)],
                empty=_("No insurance is on record."),
            ),
        ],
    )


def _contract(one: Contract, engagement: str) -> tuple[Any, ...]:
    return (
        one.title,
        engagement,
        one.get_status_display(),
        one.term_ends_on or one.ends_on,
        one.notice_on,
        country_name(one.law_country.code) if one.law_country else NONE,
        _cap(one),
        one.get_indemnity_display() or NONE,
        one.reference,
        one.signed_on,
        one.starts_on,
        one.get_renewal_display(),
    )


def _cap(one: Contract) -> str:
    if one.cap_kind == Contract.Cap.AMOUNT and one.cap_amount is not None:
        return f"{_money(one.cap_amount)} {one.cap_currency}"
    if one.cap_kind == Contract.Cap.PERCENT and one.cap_percent is not None:
        share = number_format(one.cap_percent.normalize())
        return _("%(share)s%% of the yearly fees") % {"share": share}
    return one.get_cap_kind_display() or NONE


def _money(amount: Decimal) -> str:
    return number_format(amount, 0 if amount == amount.to_integral() else 2, force_grouping=True)


def _policy(one: InsurancePolicy) -> tuple[Any, ...]:
    return (
        one.get_kind_display(),
        one.insurer,
        one.number,
        one.limit,
        one.currency,
        one.expires_on,
        one.certificate_seen_on,
        one.get_status_display(),
        one.eroded,
        one.deductible,
    )


def finances(seen: Seen) -> Iterator[Section]:
    """Statements, the model that counts, and what they say."""
    found = finances_of(seen.vendor, seen.as_of)
    if not found.years:
        yield Section(_("Finances"), [Words([_("No financial statement is on record.")])])
        return
    why = str(finance_words.WHY[found.choice.why])
    model = found.choice.model
    said = [
        _("Read by %(model)s: %(why)s") % {"model": finance_words.MODELS[model].title, "why": why}
        if model
        else why
    ]
    yield Section(_("Finances"), [Words(said), *_finances(found)])


def _finances(found: Finances) -> Iterator[Block]:
    for chart, sheet in (
        (finance_charts.figures(found, ""), _("Five years")),
        (finance_charts.scores(found, ""), _("Insolvency model")),
    ):
        if chart is not None:
            yield Table(
                title=chart["title"],
                sheet=sheet,
                note=chart["summary"],
                columns=[
                    Column(str(name), Kind.AMOUNT if at and at <= _numbers(chart) else Kind.TEXT)
                    for at, name in enumerate(chart["head"])
                ],
                rows=list(_figures(chart)),
            )
    statement = found.latest.statement if found.latest else None
    if statement is not None:
        yield Facts(
            [
                (_("Latest year"), str(statement.fiscal_year)),
                (_("Source"), statement.get_source_display() or NONE),
                (_("Covers"), statement.get_scope_display()),
                (
                    _("Doubt about going concern"),
                    _("Yes") if statement.going_concern_doubt else _("No"),
                ),
            ]
        )


def _numbers(chart: Any) -> int:
    """How many columns after the first are figures."""
    data = chart["data"]
    return len(data["series"]) if "series" in data else 1


def _figures(chart: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a chart with numbers instead of texts, where it draws them."""
    data = chart["data"]
    columns = [one["values"] for one in data["series"]] if "series" in data else [data["values"]]
    for at, row in enumerate(chart["rows"]):
        yield (row[0], *(values[at] for values in columns), *row[1 + len(columns) :])


def incidents(seen: Seen) -> Iterator[Section]:
    """IP incidents of the vendor, those that other units share among them."""
    rows = list(incidents_of(seen.vendor, seen.reader).select_related("unit"))
    yield Section(
        _("Incidents"),
        [
            Table(
                title="",
                sheet=_("Incidents"),
                columns=[
                    Column(_("Found on"), Kind.DAY, width=1.2),
                    Column(_("What happened"), width=2.6),
                    Column(_("Severity"), width=0.9),
                    Column(_("Status"), width=1.2),
                    Column(_("How it was found"), width=1.4),
                    Column(_("Business unit"), width=1.3),
                    Column(_("Open measures"), Kind.COUNT, width=0.8),
                ],
                rows=[
                    (
                        one.found_on,
                        _("%(title)s (disputed)") % {"title": one.title}
                        if one.disputed_on
                        else one.title,
                        one.get_severity_display(),
                        one.get_status_display(),
                        one.get_found_how_display(),
                        one.unit.name,
                        vars(one)["measures_open"],
                    )
                    for one in rows
                ],
                empty=_("No incident is on record."),
            )
        ],
    )


def screening(seen: Seen) -> Iterator[Section]:
    """Matches with watch-lists, of the vendor, its other names and its owners."""
    found = matches_of(seen.vendor)
    standing = sum(one.status in {Match.Status.OPEN, Match.Status.CONFIRMED} for one in found)
    yield Section(
        _("Screening"),
        [
            Words(
                [
                    _("%(standing)s of %(all)s matches stand: open, or confirmed.")
                    % {"standing": standing, "all": len(found)}
                ]
                if found
                else []
            ),
            Table(
                title="",
                sheet=_("Screening"),
                columns=[
                    Column(_("Our name"), width=1.8),
                    Column(_("Listed name"), width=1.8),
                    Column(_("List"), width=1.8),
                    Column(_("Whose name"), width=1.3),
                    Column(_("Alike"), Kind.SHARE, width=0.6),
                    Column(_("Status"), width=1),
                ],
                rows=[
                    (
                        one.our_name,
                        one.listed_name,
                        one.watch_list.title,
                        one.get_side_display(),
                        one.score / 10_000,
                        one.get_status_display(),
                    )
                    for one in found
                ],
                empty=_("No name on a watch-list is like that of the vendor or of an owner."),
            ),
        ],
    )

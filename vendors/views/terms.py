"""Terms of a contract in words, and its clauses as a bar."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.figures import figure
from vendors.clauses import checklist
from vendors.models import Clause, Contract

#: Wide as the drawings of scores are.
_WIDTH: Final = 400
#: Status -> how it is drawn; "" is what nobody has looked at.
LOOKS: Final[Mapping[str, str]] = {
    Clause.Status.PREFERRED: "good",
    Clause.Status.LICENCE: "fair",
    Clause.Status.FALLBACK: "fair",
    Clause.Status.WEAK: "weak",
    Clause.Status.MISSING: "missing",
    Clause.Status.NOT_APPLICABLE: "out",
    "": "unseen",
}


def term_words(contract: Contract) -> str:
    """From when until when, and what happens then."""
    end = contract.term_ends_on or contract.ends_on
    parts = []
    if contract.starts_on:
        parts.append(_("from %(day)s") % {"day": date_format(contract.starts_on, "DATE_FORMAT")})
    if end is None:
        parts.append(_("open term"))
    else:
        parts.append(_("until %(day)s") % {"day": date_format(end, "DATE_FORMAT")})
    if contract.renewal == Contract.Renewal.AUTOMATIC and contract.renewal_months:
        parts.append(
            ngettext(
                "renews by itself for %(count)d month",
                "renews by itself for %(count)d months",
                contract.renewal_months,
            )
            % {"count": contract.renewal_months}
        )
    elif contract.renewal == Contract.Renewal.AGREED:
        parts.append(_("renewed only by agreement"))
    return ", ".join(parts)


def cap_words(contract: Contract) -> str:
    """The cap; "" where it is not known."""
    if contract.cap_kind == Contract.Cap.AMOUNT and contract.cap_amount is not None:
        return f"{contract.cap_currency} {figure(contract.cap_amount, 0)}"
    if contract.cap_kind == Contract.Cap.PERCENT and contract.cap_percent is not None:
        return _("%(share)s %% of the yearly fees") % {"share": figure(contract.cap_percent)}
    return _("No cap") if contract.cap_kind == Contract.Cap.UNCAPPED else ""


def carved_words(contract: Contract) -> str:
    """What the cap does not cover; "" where nobody has looked or there is no cap."""
    if contract.carve_outs is None or contract.cap_kind in {"", Contract.Cap.UNCAPPED}:
        return ""
    named = [str(Contract.CarveOut(one).label) for one in contract.carve_outs]
    return ", ".join(named) or _("Nothing is carved out")


def bar(statuses: Mapping[str, int], whole: bool) -> dict[str, Any]:
    """The points of the checklist by status, as a drawing with words beside it.

    `whole`: all points are expected; of an amendment only those it touches.
    """
    points = len(checklist().by_key) if whole else sum(statuses.values())
    counts = [
        (status, str(Clause.Status(status).label), statuses.get(status, 0))
        for status in Clause.Status.values
    ]
    unseen = points - sum(count for _status, _label, count in counts)
    counts.append(("", _("Not looked at"), max(unseen, 0)))
    parts, at = [], 0.0
    for status, label, count in counts:
        if not count:
            continue
        width = _WIDTH * count / points
        parts.append(
            {
                "look": LOOKS[status],
                "label": label,
                "count": count,
                "x": f"{at:.1f}",
                "width": f"{max(width - 1, 1):.1f}",
            }
        )
        at += width
    words = ", ".join(f"{part['label']}: {part['count']}" for part in parts)
    return {"parts": parts, "words": words, "points": points}

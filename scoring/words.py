"""The words for what scores say: names of dimensions and tiers, firmness, causes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.templatetags.ui import band_word, percent, points, recorded_day
from scoring.engine.explain import DIMENSION_NAMES
from scoring.engine.methodology import DIMENSIONS, TIERS
from scoring.models import Standing
from scoring.selectors.moves import Moved
from scoring.selectors.turns import Turn

#: Tier, most exposed first, in words.
TIER_WORDS: Final[Mapping[str, Promise]] = {
    "critical": lazy("Tier 1, critical"),
    "high": lazy("Tier 2, high"),
    "moderate": lazy("Tier 3, moderate"),
    "low": lazy("Tier 4, low"),
}
STATUS_WORDS: Final[Mapping[str, Promise]] = {
    "final": lazy("Final"),
    "provisional": lazy("Provisional"),
    "not_rated": lazy("Not rated"),
}
#: Type of the event that caused a score, or what the scoring service says itself.
_CAUSES: Final[Mapping[str, Promise]] = {
    "ageing": lazy("Time went by: an answer or a proof aged"),
    "sweep": lazy("Caught up after a change"),
    "assessment.opened": lazy("Assessment opened"),
    "assessment.answers_saved": lazy("Answers changed"),
    "assessment.submitted": lazy("Assessment submitted"),
    "assessment.reviewed": lazy("An answer was reviewed"),
    "assessment.section_accepted": lazy("The answers of a section were accepted"),
    "assessment.answer_overridden": lazy("An answer was overridden in review"),
    "assessment.override_undone": lazy("The override of an answer was undone"),
    "assessment.put_back": lazy("Review put back"),
    "assessment.taken_back": lazy("Assessment taken back"),
    "assessment.evidence_attached": lazy("Evidence was put beside an answer"),
    "assessment.evidence_detached": lazy("Evidence was taken away from an answer"),
    "assessment.proof_changed": lazy("The proof of an answer changed"),
    "assessment.sent": lazy("Assessment sent to the vendor"),
    "assessment.handed_in": lazy("The vendor handed in its part"),
    "assessment.moved": lazy("Assessment moved to another questionnaire"),
    "assessment.moved_back": lazy("The move to another questionnaire was undone"),
    "assessment.returned": lazy("Assessment sent back"),
    "assessment.reopened": lazy("Assessment reopened"),
    "assessment.signed_off": lazy("Assessment signed off"),
    "assessment.cancelled": lazy("Assessment cancelled"),
    "assessment.superseded": lazy("Replaced by a newer assessment"),
    "engagement.created": lazy("Engagement added"),
    "vendor.merged": lazy("Merged with another record of the vendor"),
    "vendor.unmerged": lazy("A merge with another record was undone"),
    "engagement.changed": lazy("Facts of the engagement changed"),
    "methodology.published": lazy("A new version of the method"),
    "scoring.rescore_many": lazy("The portfolio was scored again"),
}
#: The first word of the type of an event about a vendor's records -> what it comes to.
_CAUSES_BY_NOUN: Final[Mapping[str, Promise]] = {
    "subcontract": lazy("Subcontractors changed"),
    "incident": lazy("Incidents changed"),
    "monitoring": lazy("Monitoring recorded"),
    "training": lazy("Training recorded"),
    "ip": lazy("The IP schedule changed"),
    "site": lazy("Sites changed"),
    "contract": lazy("Contracts changed"),
    "clause": lazy("Clauses judged"),
    "policy": lazy("Insurance changed"),
    "exposure": lazy("The possible loss was estimated"),
    "statement": lazy("Financial statements changed"),
    "financial_profile": lazy("Financial statements changed"),
    "financial_model": lazy("Financial statements changed"),
    "country": lazy("The law of a country was assessed"),
    "screening": lazy("Screening found a possible match"),
    "match": lazy("A match with a watch-list was decided"),
    "vendor": lazy("Master data changed"),
    "owner": lazy("Owners changed"),
    "alias": lazy("Names of the vendor changed"),
    "personal_data": lazy("The record of personal data changed"),
    "ict_service": lazy("The record of IT services changed"),
    "vendors": lazy("Vendors were imported"),
}
#: Why the proof of an answer does not count in full (`scoring.engine.explain.Gap`).
GAP_WORDS: Final[Mapping[str, Promise]] = {
    "no_proof": lazy("No proof attached"),
    "unreviewed": lazy("Not reviewed yet"),
    "fading": lazy("Getting old"),
    "outdated": lazy("Too old"),
    "lapsed": lazy("Expired"),
}
#: How the inputs of a question came to differ (`scoring.engine.compare.Kind`), if not by ageing.
MOVE_WORDS: Final[Mapping[str, Promise]] = {
    "state": lazy("Answered or asked otherwise"),
    "answer": lazy("Another answer"),
    "evidence": lazy("Another level of proof"),
    "renewed": lazy("Brought up to date"),
}
#: State of an answer that is not simply answered (`assessments.sheet.State`).
STATE_WORDS: Final[Mapping[str, Promise]] = {
    "blank": lazy("Not answered"),
    "dont_know": lazy("Don't know"),
    "declined": lazy("Declined to say"),
    "na_pending": lazy("Not applicable, awaiting a reviewer"),
    "na_approved": lazy("Not applicable"),
    "hidden": lazy("Not asked"),
}


def rate(used: str) -> str:
    """A rate of exchange as it is kept, "USD/EUR 2025-12-31 1.0867", for people."""
    pair, day, value = used.split(" ")
    return _("%(pair)s %(value)s of %(day)s") % {
        "pair": pair,
        "value": number_format(Decimal(value)),
        "day": recorded_day(day),
    }


def dimension(key: str) -> str:
    """The name of a dimension; "" for none."""
    return _(DIMENSION_NAMES[key]) if key else ""


def dimensions() -> list[tuple[str, str]]:
    """Every dimension and its name, in the order of the method."""
    return [(key, dimension(key)) for key in DIMENSIONS]


def tier(key: str) -> str:
    """A tier in words; "" where there is no engagement yet."""
    return str(TIER_WORDS[key]) if key else ""


def tiers() -> list[tuple[str, str]]:
    """Every tier and its words, the most exposed first."""
    return [(key, tier(key)) for key in TIERS]


def cause(kind: str) -> str:
    """Why a score was made, in words."""
    known = _CAUSES.get(kind) or _CAUSES_BY_NOUN.get(kind.partition(".")[0])
    return str(known) if known else kind.replace("_", " ").replace(".", ": ")


def aged(moved: Moved) -> str:
    """How an answer aged, in words."""
    if moved.kind == "lapsed":
        return _("The proof expired; what is left is a statement")
    if moved.kind == "outdated":
        return _("Too old: nothing of the proof counts any more")
    before, after = moved.left
    return _("The proof faded: %(after)s of it counts, and %(before)s before") % {
        "before": percent(before),
        "after": percent(after),
    }


def turn(one: Turn) -> str:
    """Why a vendor's rating moved on a day; "" where the record does not say."""
    said = [cause(kind) for kind in one.causes]
    if one.first:
        said.insert(0, _("First rating"))
    elif one.other:
        said.insert(0, _("Another assessment decides"))
    return "; ".join(said)


def outstanding(standing: Standing) -> list[str]:
    """What a vendor's rating still lacks, as short phrases; empty when it is firm."""
    said = []
    if standing.not_rated:
        said.append(
            ngettext(
                "%(count)s engagement not rated", "%(count)s engagements not rated",
                standing.not_rated,
            )
            % {"count": standing.not_rated}
        )  # fmt: skip
    if standing.missing_proofs:
        said.append(
            ngettext(
                "proof outstanding for %(count)s answer",
                "proof outstanding for %(count)s answers",
                standing.missing_proofs,
            )
            % {"count": standing.missing_proofs}
        )
    if standing.status == "provisional" and not said:
        said.append(_("not signed off yet"))
    return said


def firmness(standing: Standing) -> str:
    """How firm a vendor's rating is, in one line, with what is outstanding."""
    if standing.status == "not_rated":
        return _("Not rated: too little is known for a score")
    said = ", ".join(outstanding(standing))
    if standing.status == "final":
        return _("Final; %(rest)s") % {"rest": said} if said else _("Final: nothing outstanding")
    return _("Provisional: %(rest)s") % {"rest": said}


def in_short(standing: Standing) -> str:
    """A vendor's rating in one plain sentence."""
    if standing.points is None:
        return _("Not rated: too little is known for a score.")
    said = [
        _("%(band)s at %(points)s of 100")
        % {"band": band_word(standing.band), "points": points(standing.points)}
    ]
    if standing.worst_dimension:
        weakest = dimension(standing.worst_dimension)
        said.append(_("weakest dimension: %(dimension)s") % {"dimension": weakest})
    if standing.blocked:
        said.append(_("a knock-out blocks it"))
    return "; ".join([*said, *outstanding(standing)]) + "."

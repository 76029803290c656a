"""Scores in plain sentences: one per part, one headline, and what would lower the score most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import FRESH, Batch, Resolved, check, resolve
from scoring.engine.contributions import Contribution, PartKind, parts_of
from scoring.engine.evaluate import NONE, Result, Status, score
from scoring.engine.methodology import BANDS, DIMENSIONS, FULL
from scoring.engine.phrases import (
    Phrase,
    Points,
    Value,
    gettext_noop,
    ngettext_noop,
    share_out,
)
from scoring.engine.plan import Plan
from scoring.engine.whatif import Change, Improvement, improvements_of

BAND_NAMES: Final = {
    "low": gettext_noop("Low"),
    "moderate": gettext_noop("Moderate"),
    "elevated": gettext_noop("Elevated"),
    "high": gettext_noop("High"),
    "critical": gettext_noop("Critical"),
}
DIMENSION_NAMES: Final = {
    "ip_law_compliance": gettext_noop("IP law and compliance"),
    "financial_stability": gettext_noop("Financial stability"),
    "liabilities": gettext_noop("Liabilities"),
    "contract_terms": gettext_noop("Contract terms"),
    "monitoring_enforcement": gettext_noop("Monitoring and enforcement"),
    "technology_protection": gettext_noop("Technology protection"),
    "training_awareness": gettext_noop("Training and awareness"),
}


class Gap(StrEnum):
    """Why the proof of an answer does not count in full."""

    NO_PROOF = "no_proof"
    UNREVIEWED = "unreviewed"
    FADING = "fading"
    OUTDATED = "outdated"
    LAPSED = "lapsed"


#: The answer adds something, and so does its proof.
_BOTH: Final = {
    Gap.NO_PROOF: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s' (%(stated)s), and no proof is "
        "attached (%(gap)s)."
    ),
    Gap.UNREVIEWED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s' (%(stated)s), and nobody has "
        "reviewed the proof yet (%(gap)s)."
    ),
    Gap.FADING: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s' (%(stated)s), and the proof is "
        "getting old (%(gap)s)."
    ),
    Gap.OUTDATED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s' (%(stated)s), and the answer is "
        "too old to count as proved (%(gap)s)."
    ),
    Gap.LAPSED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s' (%(stated)s), and the proof has "
        "expired (%(gap)s)."
    ),
}
#: The answer is as good as can be; only its proof is wanting.
_PROOF: Final = {
    Gap.NO_PROOF: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s', but no proof is attached."
    ),
    Gap.UNREVIEWED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s', but nobody has reviewed the "
        "proof yet."
    ),
    Gap.FADING: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s', but the proof is getting old."
    ),
    Gap.OUTDATED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s', but the answer is too old to "
        "count as proved."
    ),
    Gap.LAPSED: gettext_noop(
        "'%(item)s' adds %(points)s points: answered '%(answer)s', but the proof has expired."
    ),
}
_ANSWER: Final = gettext_noop("'%(item)s' adds %(points)s points: answered '%(answer)s'.")
_GATE: Final = gettext_noop(
    "'%(item)s' adds %(points)s points: answered '%(answer)s'; its proof is looked for in the "
    "questions that follow from it."
)
_INDICATOR: Final = gettext_noop("'%(item)s' adds %(points)s points: the records show %(answer)s.")
_INDICATOR_GAP: Final = gettext_noop(
    "'%(item)s' adds %(points)s points: the records show %(answer)s (%(stated)s), and they are not "
    "fully proved (%(gap)s)."
)
_INDICATOR_OLD: Final = gettext_noop(
    "'%(item)s' adds %(points)s points: the records show %(answer)s (%(stated)s), and they are "
    "getting old (%(gap)s)."
)
_INDICATOR_UNKNOWN: Final = gettext_noop(
    "'%(item)s' adds %(points)s points: the records hold too little to say, so the cautious end "
    "of what is possible counts."
)
_NO_ANSWER: Final = {
    State.BLANK: gettext_noop("'%(item)s' adds %(points)s points: it has not been answered."),
    State.DONT_KNOW: gettext_noop(
        "'%(item)s' adds %(points)s points: the answer was 'Don't know', which counts in full "
        "until somebody finds out."
    ),
    State.DECLINED: gettext_noop(
        "'%(item)s' adds %(points)s points: the vendor declined to say, which counts in full."
    ),
    State.NA_PENDING: gettext_noop(
        "'%(item)s' adds %(points)s points: it was marked as not applicable, which counts in full "
        "until a reviewer agrees."
    ),
}
_NO_RECORD: Final = gettext_noop(
    "'%(item)s' adds %(points)s points: there are no records to judge it by."
)
_BASE: Final = gettext_noop(
    "The exposure itself adds %(points)s points: no control takes away all of the risk in what is "
    "entrusted."
)
_UNRATED: Final = gettext_noop(
    "%(points)s points stand for all that controls could take away: no question that counts "
    "applies."
)
_UPLIFT: Final = gettext_noop(
    "Knock-out: '%(item)s', answered '%(answer)s', lifts the score by %(points)s points to "
    "%(total)s."
)
_NOTHING: Final = gettext_noop("'%(item)s' adds nothing: answered '%(answer)s'.")
_NOTHING_UNSAID: Final = gettext_noop("'%(item)s' adds nothing to this score.")

_CHANGES: Final = {
    Change.ANSWER: gettext_noop("Answer '%(item)s': up to %(points)s points less."),
    Change.PROVE: gettext_noop(
        "Attach proof for '%(item)s' and have it reviewed: %(points)s points less."
    ),
    Change.REMEDY: gettext_noop(
        "Put right what '%(item)s' asks about: up to %(points)s points less."
    ),
}


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """The words of an item: its text, and the answer given (or what the records show)."""

    text: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """A score in one line: `band` is a key, None if not rated; `firm` says what is outstanding."""

    band: str | None
    status: Status
    sentence: Phrase
    firm: tuple[Phrase, ...]
    worst: Phrase | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say about one score; `parts` add up to it."""

    headline: Headline
    parts: tuple[tuple[Contribution, Phrase], ...]
    knock_outs: tuple[Phrase, ...]
    improvements: tuple[tuple[Improvement, Phrase], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One assessment as the engine saw it, with the words for it."""

    plan: Plan
    resolved: Resolved
    result: Result
    labels: Mapping[str, ItemLabel] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return self.labels[key].text if key in self.labels else key

    def answer(self, key: str, at: int) -> Value:
        label = self.labels.get(key)
        if label is not None and label.answer is not None:
            return label.answer
        risk = Points(int(self.resolved.pt[at, 0]) * 10)
        return Phrase(gettext_noop("%(risk)s of 100"), {"risk": risk})


def explain(
    plan: Plan,
    batch: Batch,
    row: int = 0,
    labels: Mapping[str, ItemLabel] | None = None,
    most: int = 5,
) -> Explanation:
    """Explain one row. `labels` by item key; `most`: how many improvements to name at most."""
    check(plan, batch)
    return explain_resolved(plan, resolve(plan, batch.row(row)), labels, most)


def explain_resolved(
    plan: Plan,
    resolved: Resolved,
    labels: Mapping[str, ItemLabel] | None = None,
    most: int = 5,
) -> Explanation:
    """Explain one row of resolved inputs, as `provenance.unpack_inputs` gives them.

    With `most` 0 nothing is tried, and there are no improvements: that takes most of the time.
    """
    seen = _Row(plan, resolved, score(plan, resolved), labels or {})
    parts = parts_of(plan, resolved)
    return Explanation(
        headline=headline(plan, seen.result, signed_off=bool(resolved.signed_off[0])),
        parts=tuple((part, _part(seen, part)) for part in parts),
        knock_outs=tuple(
            _knock_out(seen, at)
            for column, at in enumerate(plan.knock_outs)
            if seen.result.triggered[0, column]
        ),
        improvements=tuple(
            (
                one,
                Phrase(
                    _CHANGES[one.change], {"item": seen.text(one.key), "points": Points(one.points)}
                ),
            )
            for one in (improvements_of(plan, resolved)[:most] if most else ())
        ),
    )


def headline(plan: Plan, result: Result, row: int = 0, *, signed_off: bool) -> Headline:
    """Return band, what would make it firm, and the worst dimension of one row of a result."""
    status = Status(int(result.status[row]))
    at = int(result.worst_dimension[row])
    worst = None
    if at != NONE:
        name = Phrase(DIMENSION_NAMES[DIMENSIONS[at]])
        worst = Phrase(
            gettext_noop("Weakest dimension: %(dimension)s (%(points)s)."),
            {"dimension": name, "points": Points(int(result.dimension_pt[row, at]))},
        )
    firm = _outstanding(result, row, signed_off=signed_off)
    if status is Status.NOT_RATED:
        # Cut, not rounded: 59.9 % must not be shown as the 60 % that is needed.
        known = int(result.coverage[row]) * 100 // FULL
        needed = round(plan.methodology.coverage.provisional * 100)
        sentence = Phrase(
            gettext_noop(
                "Not rated: %(known)s%% of what counts is known, and %(needed)s%% is needed."
            ),
            {"known": known, "needed": needed},
        )
        return Headline(None, status, sentence, firm, worst)
    band = BANDS[int(result.band[row])]
    name = Phrase(BAND_NAMES[band])
    if not firm:
        sentence = Phrase(gettext_noop("%(band)s; nothing outstanding."), {"band": name})
        return Headline(band, status, sentence, firm, worst)
    listed = firm[0]
    for more in firm[1:]:
        listed = Phrase(gettext_noop("%(first)s, %(second)s"), {"first": listed, "second": more})
    sentence = Phrase(gettext_noop("%(band)s; %(firm)s."), {"band": name, "firm": listed})
    return Headline(band, status, sentence, firm, worst)


def _outstanding(result: Result, row: int, *, signed_off: bool) -> tuple[Phrase, ...]:
    required, unanswered = int(result.required_open[row]), int(result.unanswered[row])
    counted = (
        (
            required,
            ngettext_noop(
                "required answers outstanding: %(count)s question",
                "required answers outstanding: %(count)s questions",
            ),
        ),
        (
            # Named apart only where there are more than the required ones.
            unanswered if unanswered > required else 0,
            ngettext_noop(
                "unanswered: %(count)s question",
                "unanswered: %(count)s questions",
            ),
        ),
        (
            int(result.proof_outstanding[row]),
            ngettext_noop(
                "proof outstanding for %(count)s answer",
                "proof outstanding for %(count)s answers",
            ),
        ),
    )
    phrases = [
        Phrase(one, {"count": count}, plural=many, count=count)
        for count, (one, many) in counted
        if count
    ]
    if not signed_off:
        phrases.append(Phrase(gettext_noop("not signed off yet")))
    return tuple(phrases)


def _part(row: _Row, part: Contribution) -> Phrase:
    if part.key is None or part.at is None:
        return Phrase(
            _BASE if part.kind is PartKind.BASE else _UNRATED, {"points": Points(part.points)}
        )
    params: dict[str, Value] = {
        "item": row.text(part.key),
        "answer": row.answer(part.key, part.at),
        "points": Points(part.points),
    }
    if part.kind is PartKind.KNOCK_OUT:
        total = Points(int(row.result.computed[0]))
        return Phrase(_UPLIFT, {**params, "total": total})
    state = State(int(row.resolved.state[part.at, 0]))
    indicator = bool(row.plan.is_indicator[part.at])
    if not part.points:
        bare = indicator or state is not State.ANSWERED
        return Phrase(_NOTHING_UNSAID if bare else _NOTHING, params)
    if state is not State.ANSWERED:
        unsaid = indicator and state is not State.DECLINED
        return Phrase(_NO_RECORD if unsaid else _NO_ANSWER[state], params)
    if part.kind is PartKind.GATE:
        return Phrase(_GATE, params)
    total, stated, gap = share_out(part.points, part.answer)
    params = {**params, "points": total, "stated": stated, "gap": gap}
    if indicator:
        return Phrase(_indicator(row, part), params)
    if not part.proof:
        return Phrase(_ANSWER, params)
    reason = gap_of(row.resolved, part.at)
    return Phrase((_BOTH if part.answer else _PROOF)[reason], params)


def _indicator(row: _Row, part: Contribution) -> str:
    at = part.at or 0
    if not row.resolved.known[at, 0]:
        return _INDICATOR_UNKNOWN
    if not part.proof:
        return _INDICATOR
    old = gap_of(row.resolved, at) in (Gap.FADING, Gap.OUTDATED, Gap.LAPSED)
    return _INDICATOR_OLD if old else _INDICATOR_GAP


def gap_of(resolved: Resolved, at: int, row: int = 0) -> Gap:
    """Return why the proof of an answered item (canonical index) does not count in full."""
    if resolved.lapsed[at, row]:
        return Gap.LAPSED
    if resolved.fade[at, row] == 0:
        return Gap.OUTDATED
    if resolved.evidence[at, row] == EvidenceLevel.SELF_DECLARED:
        return Gap.NO_PROOF
    return Gap.FADING if resolved.fade[at, row] < FRESH else Gap.UNREVIEWED


def _knock_out(row: _Row, at: int) -> Phrase:
    key = row.plan.item_keys[at]
    knock_out = row.plan.item(at).knock_out
    params: dict[str, Value] = {
        "item": row.text(key),
        "answer": row.answer(key, at),
        "floor": Points(knock_out.floor if knock_out is not None else 0),
    }
    if knock_out is not None and knock_out.block:
        return Phrase(
            gettext_noop(
                "Knock-out: '%(item)s', answered '%(answer)s', blocks an approval and keeps the "
                "score at %(floor)s or above."
            ),
            params,
        )
    return Phrase(
        gettext_noop(
            "Knock-out: '%(item)s', answered '%(answer)s', keeps the score at %(floor)s or above."
        ),
        params,
    )

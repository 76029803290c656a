"""Watch-lists: is the vendor, an owner, or somebody who takes part in its work listed?

    r = the worst of what people have confirmed

A confirmed match of the vendor itself weighs by the kind of list: sanctions 1, a known infringer
.8, an entry on our own list .6, a notorious market .5. Further down, at a fourth party, it is
halved with every step; a sanctions match stays at .8 at any depth. Listed owners that hold half or
more, directly or through others, count as a sanctions match; holding less, as .4 and their share.
Listed means here: confirmed on a list of sanctions. An owner on another list weighs half of it.

A match that nobody has decided yet widens the range up to what it would be (to 1 where it is the
vendor itself), and there is no point value until somebody decides. What was dismissed says nothing.
Where there is no match, the questions count instead. All weights are expert judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps

#: Kind of list -> risk of a confirmed match of the vendor itself.
SEVERITY: Final = {"sanctions": 1.0, "infringers": 0.8, "own": 0.6, "notorious_markets": 0.5}
#: What a match loses with every step down the chain of subcontractors.
DAMPING: Final = 0.5
#: What a sanctions match at a fourth party weighs, however far down.
SANCTIONS_BELOW: Final = 0.8
#: What an owner on another list than sanctions weighs of a match of the vendor itself.
OWNER: Final = 0.5
#: Listed owners with less than half of it: this much, and their share.
MINORITY: Final = 0.4
HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Hit:
    """A match that somebody confirmed, or that waits to be decided.

    `depth` 0: of the vendor itself; 1: of one of its subcontractors, and so on. `side`: "vendor",
    "alias" or "owner". `name`: whom it is about, `listed`: the name on the list, `score`: 1/10,000.
    """

    key: str
    kind: str
    watch_list: str
    side: str
    name: str
    listed: str
    score: int
    confirmed: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What listed owners hold of a company, 0 to 1. `most`: if unknown shares were all theirs.

    `depth` 0: of the vendor itself. `waiting`: while some owners' matches wait to be decided, what
    they would hold if all of these were confirmed.
    """

    name: str
    held: Fraction
    most: Fraction
    waiting: Fraction = Fraction(0)
    depth: int = 0


def value(
    hits: Sequence[Hit], shares: Sequence[Share], *, next_change: date | None = None
) -> Value | None:
    """The indicator of one engagement; None where nothing was found.

    `next_change`: the next day on which an owner comes or goes.
    """
    confirmed = [hit for hit in hits if hit.confirmed]
    waiting = [hit for hit in hits if not hit.confirmed]
    known = max(
        [0.0, *map(_risk, confirmed), *(_share_risk(one.held, one.depth) for one in shares)]
    )
    worst = max(
        [
            known,
            *map(_risk_at_most, waiting),
            *(_share_risk(max(one.most, one.waiting), one.depth) for one in shares),
        ]
    )
    held = [one for one in shares if one.held or one.most or one.waiting]
    if not confirmed and not waiting and not held:
        return None
    enough = worst <= known
    if not confirmed and not worst:
        return None
    lo, hi = steps(known), steps(worst)
    return Value(
        lo=lo,
        pt=lo if enough else hi,
        hi=hi,
        enough=enough,
        evidence=EvidenceLevel.REVIEWER_VERIFIED if enough else EvidenceLevel.SELF_DECLARED,
        said=tuple(_said(confirmed, waiting, held)),
        inputs={
            "matches": [_input(hit) for hit in (*confirmed, *waiting)],
            "owners": [
                {
                    "depth": one.depth,
                    "held": _percent(one.held),
                    "most": _percent(one.most),
                    "waiting": _percent(one.waiting),
                }
                for one in held
            ],
        },
        next_change=next_change,
    )


def _risk(hit: Hit) -> float:
    """What a match weighs once it is confirmed."""
    severity = SEVERITY[hit.kind]
    if hit.side == "owner":
        # Listed owners count by what they hold.
        severity = 0.0 if hit.kind == "sanctions" else severity * OWNER
    return _below(severity, hit.depth)


def _risk_at_most(hit: Hit) -> float:
    """What a match that waits may turn out to be: of the vendor itself, anything."""
    return 1.0 if hit.depth == 0 and hit.side != "owner" else _risk(hit)


def _share_risk(share: Fraction, depth: int) -> float:
    if not share:
        return 0.0
    return _below(1.0 if share >= HALF else MINORITY + float(share), depth)


def _below(severity: float, depth: int) -> float:
    if depth == 0:
        return severity
    return SANCTIONS_BELOW if severity >= 1 else severity * DAMPING**depth


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.1f}".removesuffix(".0")


def _said(confirmed: Sequence[Hit], waiting: Sequence[Hit], shares: Sequence[Share]) -> list[Said]:
    said: list[Said] = []
    for one in sorted(shares, key=lambda one: (one.depth, -one.held)):
        code = "blocked" if one.held >= HALF else "minority" if one.held else ""
        if code:
            said.append(
                Said(
                    code if one.depth == 0 else f"{code}_below",
                    {"name": one.name, "percent": _percent(one.held)},
                )
            )
        elif one.most:
            said.append(Said("share_unknown", {"name": one.name}))
    worst = sorted(confirmed, key=lambda hit: (-_risk(hit), hit.depth, hit.key))
    said.extend(Said(_code("confirmed", hit), _named(hit)) for hit in worst[:5])
    if waiting:
        own = sum(hit.depth == 0 for hit in waiting)
        first = max(waiting, key=lambda hit: (hit.depth == 0, hit.score, hit.key))
        said.append(
            Said("waiting", {"count": len(waiting), "below": len(waiting) - own, **_named(first)})
        )
    return said


def _code(word: str, hit: Hit) -> str:
    where = "below" if hit.depth else "owner" if hit.side == "owner" else "vendor"
    return f"{word}_{where}"


def _named(hit: Hit) -> dict[str, Any]:
    return {"name": hit.name, "listed": hit.listed, "watch_list": hit.watch_list}


def _input(hit: Hit) -> dict[str, Any]:
    return {
        "match": hit.key,
        "list": hit.watch_list,
        "kind": hit.kind,
        "side": hit.side,
        "depth": hit.depth,
        "score": hit.score,
        "confirmed": hit.confirmed,
    }

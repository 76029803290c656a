"""Fourth parties: do our terms reach everyone who takes part in the work?

    r = 1 - k / n

Of the n links of which it is known, k have our terms passed on in writing and were approved by us.
A link is a subcontract that serves the engagement: one of the vendor's own, or one further down on
which some of the IP entrusted with the engagement travels on. One that we did not approve fails
whatever its terms; of one that we approved, it may not be known whether our terms were passed on.
Such links widen the range: at best all of them hold our terms, at worst none. Where nothing is
known of any link, there is no point value. How many vendors rely on the same company is shown
beside; it does not enter the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps


@dataclass(frozen=True, slots=True)
class Passed:
    """An active subcontract that serves the engagement. `depth` 1: one of the vendor's own.

    `ip_kinds`: of the IP entrusted with the engagement, what travels on it. `flowed_down` None: it
    is not known whether our terms were passed on.
    """

    key: str
    name: str
    depth: int
    ip_kinds: tuple[str, ...]
    flowed_down: bool | None
    approved: bool

    @property
    def known(self) -> bool:
        """Whether it is known if the link holds our terms."""
        return not self.approved or self.flowed_down is not None

    @property
    def holds(self) -> bool:
        """Our terms were passed on, and we approved it."""
        return self.approved and self.flowed_down is True


def value(links: Sequence[Passed]) -> Value | None:
    """The indicator of one engagement; None where no subcontract is on record."""
    if not links:
        return None
    total = len(links)
    holding = sum(one.holds for one in links)
    unknown = sum(not one.known for one in links)
    lo = steps(1 - (holding + unknown) / total)
    hi = steps(1 - holding / total)
    known = total - unknown
    return Value(
        lo=lo,
        pt=steps(1 - holding / known) if known else hi,
        hi=hi,
        enough=known > 0,
        evidence=EvidenceLevel.SELF_DECLARED,
        said=tuple(_said(links, holding, unknown)),
        inputs={"subcontracts": [_input(one) for one in links]},
    )


def _said(links: Sequence[Passed], holding: int, unknown: int) -> list[Said]:
    total = len(links)
    said = [Said("share", {"holding": holding, "total": total})]
    refused = [one for one in links if not one.approved]
    if refused:
        said.append(Said("not_approved", {"count": len(refused), "names": _names(refused)}))
    without = [one for one in links if one.approved and one.flowed_down is False]
    if without:
        said.append(Said("without_terms", {"count": len(without), "names": _names(without)}))
    if unknown:
        open_ones = [one for one in links if not one.known]
        said.append(Said("unknown", {"count": unknown, "names": _names(open_ones)}))
    deeper = sum(one.depth > 1 for one in links)
    if deeper:
        said.append(Said("deeper", {"count": deeper}))
    return said


def _names(links: Sequence[Passed]) -> str:
    """The first three, by name."""
    names = sorted({one.name for one in links})
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _input(one: Passed) -> dict[str, Any]:
    return {
        "subcontract": one.key,
        "depth": one.depth,
        "ip_kinds": list(one.ip_kinds),
        "flowed_down": one.flowed_down,
        "approved": one.approved,
    }

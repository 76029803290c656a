"""What was agreed: contracts with clauses, policies, exposures, regulated data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.clauses import checklist
from vendors.models import Clause, Contract
from vendors.services import agreements, clauses, contracts, estimates, insurance

Settled = Literal["preferred", "licence", "fallback", "weak", "missing", "not_applicable"]
#: Fields that are weeks in the files and days in a record.
_DAYS = (
    "signed_on", "starts_on", "ends_on", "notice_by", "valid_from", "expires_on",
    "certificate_seen_on", "agreed_on", "exit_plan_on", "last_audit_on", "next_audit_on",
)  # fmt: skip


class Paper(Part):
    """A contract. `values` by the names of `contracts.FIELDS`; days are weeks ago there."""

    deal: str
    weeks: Ago
    values: dict[str, Any]
    usual: Settled | None = None
    """How points are settled that `clauses` does not name; none: nobody has looked."""
    clauses: dict[str, Settled] = {}
    extracts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    """Why a point does not apply, or why counsel approves of a fallback."""
    no_assignment: bool = False
    """Whether a licence is all that the local law allows."""
    reviewed: Ago | None = None
    left_open: tuple[str, ...] = ()
    """Points that counsel has not reviewed."""
    ended: Ago | None = None


class Policy(Part):
    """An insurance policy of a vendor; `values` as in a contract."""

    vendor: str
    weeks: Ago
    values: dict[str, Any]


class Once(Part):
    """What an engagement has one of: its exposure, personal data, or ICT service."""

    deal: str
    weeks: Ago
    values: dict[str, Any]


class Agreed(Part):
    """All of it."""

    contracts: tuple[Paper, ...]
    policies: tuple[Policy, ...]
    exposures: tuple[Once, ...]
    personal_data: tuple[Once, ...]
    ict_services: tuple[Once, ...]


def stories(scene: Scene, told: Agreed) -> Iterator[Story]:
    """One story per record."""
    for paper in told.contracts:
        if scene.has(paper.deal):
            yield _contract(scene, paper)
    for policy in told.policies:
        if scene.has(policy.vendor):
            yield _policy(scene, policy)
    for kind, some in (
        (estimates.set_exposure, told.exposures),
        (estimates.set_personal_data, told.personal_data),
        (estimates.set_ict_service, told.ict_services),
    ):
        for one in some:
            if scene.has(one.deal):
                yield _once(scene, kind, one)


def values_of(scene: Scene, told: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record, with days in place of weeks."""
    return {
        name: scene.day(value) if name in _DAYS and value is not None else value
        for name, value in told.items()
    }


def _contract(scene: Scene, paper: Paper) -> Story:
    yield scene.at(paper.weeks, "contracts")
    deal = scene.deal(paper.deal)
    by, legal = scene.buyer(deal.unit), scene.legal(deal.unit)
    contract = agreements.put(
        engagement=deal,
        contract=None,
        values=values_of(scene, paper.values),
        points=[_point(paper, key) for key in checklist().by_key if _settled(paper, key)],
        by=by,
    )
    if paper.reviewed is not None:
        yield scene.at(paper.reviewed, "contracts")
        _review(contract, paper, legal)
    if paper.ended is not None:
        yield scene.at(paper.ended, "contracts")
        contract = Contract.objects.select_related("engagement").get(pk=contract.pk)
        contracts.change(
            contract=contract, version=contract.version, values={"status": "ended"}, by=by
        )


def _settled(paper: Paper, key: str) -> Settled | None:
    return paper.clauses.get(key, paper.usual)


def _point(paper: Paper, key: str) -> dict[str, Any]:
    status = _settled(paper, key)
    return {
        "key": key,
        "status": status,
        "extract": paper.extracts.get(key, ""),
        "reason": paper.reasons.get(key, "") if status == "not_applicable" else "",
        "no_assignment": paper.no_assignment and status == "licence",
    }


def _review(contract: Contract, paper: Paper, legal: Any) -> None:
    for row in Clause.objects.filter(contract=contract).exclude(key__in=paper.left_open):
        reason = paper.reasons.get(row.key, "") if row.status in clauses.DEVIATIONS else ""
        clauses.review(
            contract=contract,
            key=row.key,
            version=row.version,
            approve=bool(reason),
            reason=reason,
            by=legal,
        )


def _policy(scene: Scene, policy: Policy) -> Story:
    yield scene.at(policy.weeks, "policies")
    vendor = scene.vendor(policy.vendor)
    insurance.create(
        vendor=vendor,
        values=values_of(scene, policy.values),
        by=scene.buyer(scene.unit(vendor)),
    )


def _once(scene: Scene, kind: Any, one: Once) -> Story:
    yield scene.at(one.weeks, "once")
    deal = scene.deal(one.deal)
    kind(
        engagement=deal,
        version=0,
        values=values_of(scene, one.values),
        by=scene.buyer(deal.unit),
    )

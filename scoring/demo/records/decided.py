"""Decisions on engagements, and findings on their way: planned, put right, accepted, disputed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from accounts.permissions import Role
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from scoring.selectors.decisions import current
from scoring.services import decisions
from scoring.verdicts import APPROVALS
from vendors.finding_kinds import OBSERVATION
from vendors.models import Finding
from vendors.services import finding_answers, finding_rules, findings, remediation

Severity = Literal["low", "moderate", "high", "critical"]
Doing = Literal[
    "plan", "share", "done", "verify", "not_verified", "accept", "dispute", "uphold", "dismiss"
]


class Condition(Part):
    """What an approval depends on. `due`: weeks ago; negative: to come."""

    text: str
    due: Ago | None = None
    finding: bool = True


class Verdict(Part):
    """A decision of legal on an engagement. `until`: weeks ago; negative: to come."""

    deal: str
    weeks: Ago
    verdict: Literal["approved", "approved_with_conditions", "on_hold", "rejected"]
    reason: str
    despite: str = ""
    until: Ago | None = None
    conditions: tuple[Condition, ...] = ()


class Step(Part):
    """Something that is done about a finding. `until`: its day, weeks ago; negative: to come."""

    weeks: Ago
    do: Doing
    text: str = ""
    until: Ago | None = None


class Found(Part):
    """A finding of an engagement: raised by hand, or one of a kind that Surety raised itself."""

    deal: str
    weeks: Ago
    kind: str = OBSERVATION
    title: str = ""
    detail: str = ""
    severity: Severity = "moderate"
    steps: tuple[Step, ...] = ()


class Rule(Part):
    """What raises findings in a tier. `answer_risk`: 1/10,000; none: no answer does."""

    tier: Severity
    answer_risk: int | None = None
    missing_evidence: bool = False


class Decided(Part):
    """One part per noun."""

    rules: tuple[Rule, ...]
    decisions: tuple[Verdict, ...]
    findings: tuple[Found, ...]


def stories(scene: Scene, told: Decided) -> Iterator[Story]:
    """The rules before anything is handed in; then one story per decision and per finding."""
    yield _rules(scene, told.rules)
    for verdict in told.decisions:
        if scene.has(verdict.deal):
            yield _decision(scene, verdict)
    for found in told.findings:
        if scene.has(found.deal):
            yield _finding(scene, found)


def _rules(scene: Scene, told: tuple[Rule, ...]) -> Story:
    yield scene.early(118, 30)
    for one in told:
        finding_rules.set_rule(
            tier=one.tier,
            version=0,
            answer_risk=one.answer_risk,
            missing_evidence=one.missing_evidence,
            knock_out=True,
            by=scene.administrator,
        )


def _decision(scene: Scene, told: Verdict) -> Story:
    yield scene.at(told.weeks, told.reason)
    deal = scene.deal(told.deal)
    known = current(deal)
    if known.now.blocked and told.verdict in APPROVALS:
        return
    decisions.decide(
        engagement=deal,
        verdict=told.verdict,
        reason=told.reason,
        despite=told.despite or "The open points are small, and are followed up.",
        conditions=[
            decisions.Condition(text=one.text, due_on=_day(scene, one.due), finding=one.finding)
            for one in told.conditions
        ],
        expires_on=_day(scene, told.until),
        after=known.number,
        seen=known.seen,
        by=scene.legal(deal.unit),
    )


def _finding(scene: Scene, told: Found) -> Story:
    yield scene.at(told.weeks, told.title or told.deal)
    deal = scene.deal(told.deal)
    if told.title:
        finding = findings.raise_(
            vendor=deal.vendor,
            unit=deal.unit,
            engagement=deal,
            kind=told.kind,
            title=told.title,
            detail=told.detail,
            severity=told.severity,
            by=scene.buyer(deal.unit),
        )
    else:
        raised = Finding.objects.filter(engagement=deal, kind=told.kind, status="open")
        first = raised.order_by("pk").first()
        if first is None:
            return
        finding = first
    for step in told.steps:
        yield scene.at(step.weeks, step.text or told.title)
        finding.refresh_from_db()
        if not finding.is_closed:
            _do(scene, finding, step)


def _do(scene: Scene, finding: Finding, step: Step) -> None:
    buyer, legal = scene.buyer(finding.unit), scene.legal(finding.unit)
    version, until = finding.version, _day(scene, step.until)
    match step.do:
        case "plan":
            findings.plan(
                finding=finding,
                version=version,
                remedy=step.text,
                owner=scene.someone(Role.PROCUREMENT, finding.unit),
                due_on=until,
                by=buyer,
            )
        case "share":
            finding_answers.share(finding=finding, version=version, shared=True, by=buyer)
        case "done":
            remediation.report_done(finding=finding, version=version, note=step.text, by=buyer)
        case "verify" | "not_verified":
            remediation.verify(
                finding=finding,
                version=version,
                holds=step.do == "verify",
                reason=step.text,
                by=legal,
            )
        case "accept":
            remediation.accept(
                finding=finding, version=version, until=until, reason=step.text, by=legal
            )
        case "dispute":
            findings.dispute(finding=finding, version=version, reason=step.text, by=buyer)
        case _:
            findings.resolve(
                finding=finding,
                version=version,
                upheld=step.do == "uphold",
                reason=step.text,
                by=legal,
            )


def _day(scene: Scene, weeks: float | None) -> date | None:
    return scene.day_or_none(weeks)

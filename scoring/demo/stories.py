"""What happens to each vendor: added, engaged, assessed, reviewed, and again a year later."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import Principal
from assessments.models import Assessment
from assessments.schema import Questionnaire
from assessments.selectors.assessments import outstanding, schema_of
from assessments.services import answers, assessments, review
from assessments.services.answers import AnswerInput
from assessments.sheet import EvidenceLevel
from audit import clock
from scoring.demo.answers import Filler, Reply, correct, proofs, weakest
from scoring.demo.calendar import Calendar, Story
from scoring.demo.cast import Company, Deal, Level, Persona, Round
from scoring.demo.stage import Stage
from vendors.intake import intake
from vendors.models import Engagement, Vendor
from vendors.services import engagements, imports, vendors

#: System and client of the ERP.
SAP: Final = "sap-prd-100"
_LEVELS: Final[Mapping[Level, EvidenceLevel]] = {
    "document": EvidenceLevel.DOCUMENT,
    "verified": EvidenceLevel.REVIEWER_VERIFIED,
    "independent": EvidenceLevel.INDEPENDENT,
}

#: Usual intake answers by exposure.
_INTAKE: Final[Mapping[str, Mapping[str, str]]] = {
    "low": {
        "harm_if_lost": "minor",
        "access_depth": "view_on_site",
        "substitutability": "at_once",
        "subcontracting": "none",
        "volume_control": "impossible",
        "system_connection": "none",
    },
    "moderate": {
        "harm_if_lost": "serious",
        "access_depth": "parts",
        "substitutability": "three_months",
        "subcontracting": "named",
        "volume_control": "we_control",
        "system_connection": "portal",
    },
    "high": {
        "harm_if_lost": "severe",
        "access_depth": "most",
        "substitutability": "year",
        "subcontracting": "named",
        "volume_control": "audited",
        "system_connection": "interface",
    },
    "critical": {
        "harm_if_lost": "existential",
        "access_depth": "complete",
        "substitutability": "over_a_year",
        "subcontracting": "with_consent",
        "volume_control": "trusted",
        "system_connection": "network",
    },
}
_HOME: Final = "DE"
_STRONG: Final = frozenset(
    {"AT", "BE", "CH", "CZ", "DK", "FI", "FR", "GB", "IE", "IT", "JP", "KR", "NL", "SE", "SG", "US"}
)
_WEAK: Final = frozenset({"BD", "PK", "VN"})
_SPEND: Final = ((50_000, "under_50k"), (250_000, "to_250k"), (1_000_000, "to_1m"),
                 (10_000_000, "to_10m"))  # fmt: skip


class Stories:
    """All that happens, as stories for the calendar."""

    def __init__(self, stage: Stage, calendar: Calendar) -> None:
        self.stage = stage
        self.calendar = calendar

    def of(self, company: Company) -> Iterator[Story]:
        """The vendor's own story, and one for each of its engagements."""
        known: list[Vendor] = []
        first = max([company.weeks, *(deal.weeks for deal in company.deals)])
        yield self._vendor(company, known, first)
        for deal in company.deals:
            yield self._engagement(company, deal, known)

    def _buyer(self, unit: str) -> Principal:
        return self.stage.principal(self.stage.someone(Role.PROCUREMENT, unit))

    def _vendor(self, company: Company, known: list[Vendor], weeks: float) -> Story:
        # In the morning, before anything is done with it.
        moment = self.calendar.moment(weeks, seed=company.name).replace(hour=6)
        yield moment
        unit = company.unit or max(company.deals, key=lambda deal: deal.weeks).unit
        by = self._buyer(unit)
        vendor = vendors.create(
            name=company.name,
            unit=self.stage.units[unit],
            country=company.country,
            registration_number=company.registration,
            lei=company.lei,
            city=company.city,
            website=company.website,
            currency=company.currency,
            category=company.category,
            owner=self.stage.users[self.stage.someone(Role.PROCUREMENT, unit)],
            pk=company.id,
            by=by,
        )
        if company.sap:
            vendors.set_external_id(vendor=vendor, system=SAP, value=company.sap, by=by)
        known.append(vendor)
        if company.archived:
            yield self.calendar.moment(company.archived, seed=company.name)
            vendors.archive(vendor=vendor, by=by)

    def _engagement(self, company: Company, deal: Deal, known: list[Vendor]) -> Story:
        yield self.calendar.moment(deal.weeks, seed=deal.title)
        vendor, unit, by = known[0], self.stage.units[deal.unit], self._buyer(deal.unit)
        if not vendor.unit_links.filter(unit=unit).exists():
            owner = self.stage.users[self.stage.someone(Role.PROCUREMENT, deal.unit)]
            vendors.link_unit(
                vendor=vendor, unit=unit, category=company.category, owner=owner, by=by
            )
        made_in = deal.made_in or (company.country,)
        engagement = engagements.create(
            vendor=vendor,
            unit=unit,
            title=deal.title,
            service=deal.service,
            intake=intake_of(deal, made_in),
            made_in=made_in,
            annual_spend=deal.spend,
            currency=deal.currency,
            description=deal.description,
            status=deal.status,
            purchasing_org=_purchasing_org(unit),
            company_code=_company_code(unit),
            category=deal.group,
            by=by,
        )
        for told in deal.rounds:
            yield self.calendar.moment(told.weeks, seed=deal.title)
            yield from Work(self, company, deal, told, engagement).go()

    def imported_list(self) -> Story:
        """A list that a unit imported last year, with some rows that could not be taken."""
        unit = self.stage.cast.organisation.import_unit
        yield self.calendar.moment(30, seed="list")
        by = self._buyer(unit)
        preview = imports.preview(
            unit=self.stage.units[unit],
            file_name="Lieferanten_Consumer.csv",
            content=self.stage.cast.imported,
            system=SAP,
            by=by,
        )
        imports.run(vendor_import=preview, by=by)


def _purchasing_org(unit: BusinessUnit) -> str:
    return {"machine-tools": "1000", "medical-devices": "2000"}.get(unit.code, "3000")


def _company_code(unit: BusinessUnit) -> str:
    return {"machine-tools": "DE01", "medical-devices": "CH01"}.get(unit.code, "DE03")


def intake_of(deal: Deal, made_in: tuple[str, ...]) -> dict[str, str | list[str]]:
    """The answers of the intake, in its order."""
    spend = next((key for most, key in _SPEND if deal.spend < most), "over_10m")
    usual: dict[str, str | list[str]] = {
        "ip_entrusted": [kind.value for kind in deal.ip] or ["none"],
        **_INTAKE[deal.exposure],
        "enforceability": _enforceability(made_in),
        "annual_spend": spend,
        **deal.intake,
    }
    return {key: usual[key] for key in intake().by_key if key in usual}


def _enforceability(made_in: tuple[str, ...]) -> str:
    if _WEAK & {*made_in}:
        return "unregistered"
    if {*made_in} <= {_HOME}:
        return "home"
    return "strong" if {*made_in} <= _STRONG | {_HOME} else "uneven"


class Work:
    """One assessment from opening to its end."""

    def __init__(
        self,
        stories: Stories,
        company: Company,
        deal: Deal,
        told: Round,
        engagement: Engagement,
    ) -> None:
        self.calendar, self.stage = stories.calendar, stories.stage
        self.company, self.deal, self.told, self.engagement = company, deal, told, engagement
        # The same vendor answers alike in every round: what differs is how good it has become.
        self.seed = f"{company.name} {deal.title}"
        self.pace = random.Random(f"{self.seed} {told.weeks}")
        self.buyer = self.stage.someone(Role.PROCUREMENT, deal.unit)
        self.legal = self.stage.someone(Role.LEGAL, deal.unit)

    def _in(self, days: float) -> datetime:
        """A moment so many days after opening, sooner or later as this team works."""
        return self.calendar.moment(self.told.weeks, days, seed=self.seed)

    def go(self) -> Story:
        """All steps up to the end that is told."""
        told, by = self.told, self.stage.principal(self.buyer)
        assessment = assessments.open_assessment(
            engagement=self.engagement,
            due_on=clock.today() + timedelta(days=told.due_days),
            assigned_to=self.stage.users[self.buyer],
            by=by,
        )
        if told.ends == "opened":
            return
        replies = self._replies(assessment, clock.today() + timedelta(days=6))
        half = len(replies) * self.pace.randrange(35, 75) // 100
        yield self._in(6)
        self._save(assessment, dict(list(replies.items())[:half]), by)
        if told.ends == "draft":
            return
        if told.ends == "cancelled":
            yield self._in(11)
            assessments.cancel(assessment=assessment, reason=told.note, by=by)
            return
        yield self._in(13)
        self._save(assessment, dict(list(replies.items())[half:]), by)
        assessments.submit(assessment=assessment, by=by)
        if told.ends != "submitted":
            yield from self._review(assessment, replies)

    def _review(self, assessment: Assessment, replies: dict[str, Reply]) -> Story:
        told, legal = self.told, self.stage.principal(self.legal)
        questionnaire = schema_of(assessment)
        yield self._in(17)
        assessments.take(assessment=assessment, by=legal)
        self._judge(assessment, questionnaire, replies, legal)
        if told.ends == "in_review":
            return
        if told.returned or told.ends == "returned":
            yield self._in(19)
            queried = [key for key in told.queried if key in assessment.questions] or [
                item.key for item in weakest(questionnaire, replies, 2)
            ]
            asks = self.stage.cast.texts.queries
            for key in queried:
                if key in asks:
                    review.review_answer(
                        assessment=assessment,
                        question_key=key,
                        verdict="queried",
                        note=asks[key],
                        by=legal,
                    )
            rest = [key for key in queried if key not in asks]
            assessments.send_back(assessment=assessment, reason=told.note, keys=rest, by=legal)
            if told.ends == "returned":
                return
            yield from self._correct(assessment, questionnaire, replies, queried)
        yield self._in(34 if told.returned else 22)
        left = outstanding(assessment)
        open_still = bool(left.queried or left.undecided)
        remark = "" if told.returned and not open_still else told.note
        assessments.sign_off(
            assessment=assessment, reason=remark, despite_open=open_still, by=legal
        )
        if told.ends == "reopened":
            yield self._in(60)
            assessments.reopen(assessment=assessment, reason=told.note, by=legal)

    def _correct(
        self,
        assessment: Assessment,
        questionnaire: Questionnaire,
        replies: Mapping[str, Reply],
        queried: list[str],
    ) -> Story:
        by, legal = self.stage.principal(self.buyer), self.stage.principal(self.legal)
        yield self._in(27)
        better = {
            key: correct(questionnaire.by_key[key].question, replies.get(key), clock.today())
            for key in queried
        }
        self._save(assessment, better, by)
        assessments.submit(assessment=assessment, by=by)
        yield self._in(30)
        assessments.take(assessment=assessment, by=legal)

    def _persona(self) -> Persona:
        return self.stage.cast.personas[self.told.persona]

    def _replies(self, assessment: Assessment, on: date) -> dict[str, Reply]:
        filler = Filler(
            questionnaire=schema_of(assessment),
            asked=frozenset(assessment.questions),
            persona=self._persona(),
            round=self.told,
            texts=self.stage.cast.texts,
            service=self.deal.service,
            city=self.company.city,
            seed=self.seed,
            on=on,
        )
        return filler.fill()

    def _save(self, assessment: Assessment, replies: Mapping[str, Reply], by: Principal) -> None:
        answers.save(
            assessment=assessment,
            values={
                key: AnswerInput(value=reply.value, state=reply.said, note=reply.note)
                for key, reply in replies.items()
            },
            by=by,
        )

    def _judge(
        self,
        assessment: Assessment,
        questionnaire: Questionnaire,
        replies: Mapping[str, Reply],
        legal: Principal,
    ) -> None:
        """What the reviewer finds: what does not apply, and how well answers are proved."""
        texts, told = self.stage.cast.texts, self.told
        for key, decided in told.not_applicable.items():
            if key in replies and decided != "pending":
                review.decide_not_applicable(
                    assessment=assessment,
                    question_key=key,
                    approve=decided == "agreed",
                    note="" if decided == "agreed" else texts.not_applicable_refused,
                    by=legal,
                )
        # Of a round that a later one has replaced nobody reads the proofs.
        usual = self._persona().proofs // (1 if told is self.deal.rounds[-1] else 3)
        most = usual if told.proofs is None else told.proofs
        found = proofs(questionnaire, replies, self._persona(), self.seed, most)
        for index, proof in enumerate(found):
            expired = proof.key in told.expired
            notes = texts.review[proof.level]
            review.review_answer(
                assessment=assessment,
                question_key=proof.key,
                verdict="accepted",
                evidence=_LEVELS[proof.level],
                evidence_until=self._until(proof.level, expired=expired),
                note=notes[index % len(notes)] if index % 3 == 0 else "",
                by=legal,
            )

    def _until(self, level: Level, *, expired: bool) -> date | None:
        """Until when a proof counts: certificates end; other papers do not."""
        if expired:
            return self.calendar.day(4)
        if level == "independent":
            return clock.today() + timedelta(days=self.pace.randrange(300, 700))
        return None

"""A portfolio of any size: a few dozen vendors through the services, the rest copied from them.

The copies are made with COPY and then proved by the checks that real data have to pass: packed
sheets equal their rows, roll-ups equal a recount, scoring and standing a sample anew changes
nothing, and the record verifies.
"""

import io
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import ForeignKey

from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from accounts.services import api_clients
from assessments.models import Assessment
from assessments.schema import Kind, Question
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.services import answers, assessments
from assessments.services.answers import AnswerInput
from audit import clock, dispatch
from audit.seal import seal
from bench import copies
from scoring.models import CurrentScore, SearchText, Standing
from scoring.selectors.decisions import current
from scoring.services import decisions, scores, standings
from vendors.intake import Service, intake
from vendors.models import Vendor
from vendors.services import engagements, vendors

TEMPLATES = 48
UNITS = 3
PASSWORD = "for measurements only 7"
EMAIL = "bench@example.com"
_COUNTRIES = ("DE", "VN", "CN", "IN", "PL", "MX", "TR", "MY", "CZ", "TH", "IT", "KR", "TW", "BR")
_FIRST = ("Alder", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Iris", "Linden")
_SECOND = ("Castings", "Circuits", "Coatings", "Forge", "Labs", "Moulding", "Optics", "Tools")


@dataclass(frozen=True)
class Access:
    """How to ask the measured servers."""

    email: str
    password: str
    api_key: str


def load(count: int, *, seed: int = 7) -> Access:
    """Fill the empty, migrated database with `count` vendors and prove it."""
    began = time.monotonic()
    access = _people()
    _templates(min(TEMPLATES, count), random.Random(seed))
    whole, rest = divmod(count - Vendor.objects.count(), TEMPLATES)
    copies.multiply(whole + bool(rest), rest or TEMPLATES)
    copies.events()
    while seal():
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    prove()
    _say(f"{Vendor.objects.count():,} vendors in {time.monotonic() - began:.0f} s, proved")
    return access


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _people() -> Access:
    for number in range(UNITS):
        BusinessUnit.objects.create(name=f"Unit {number}", code=f"unit-{number}")
    user = User.objects.create_user(EMAIL, PASSWORD, name="Bench")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
    Membership.objects.create(user=user, role=Role.LEGAL)
    client = api_clients.add(
        name="ERP", scopes=["scores:read", "vendors:read"], units=[], all_units=True, by=SYSTEM
    )
    key = api_clients.create_key(client=client, expires_at=None, by=SYSTEM)
    return Access(EMAIL, PASSWORD, key.secret)


def _templates(count: int, chance: random.Random) -> None:
    """Vendors as staff would make them, in every stage from draft to signed off."""
    units = list(BusinessUnit.objects.order_by("code"))
    signer = User.objects.get(email=EMAIL)
    start = datetime.now(UTC) - timedelta(days=200)
    with dispatch.inline():
        for number in range(count):
            with clock.at(start + timedelta(days=4 * number)):
                _template(number, units[number % UNITS], signer, chance)
    # Answers have aged since: the copies shall be as of today.
    ids = list(Assessment.objects.values_list("pk", flat=True))
    scores.rescore_many(assessment_ids=ids, cause=scores.AGEING, force=True)
    _decide(signer)


def _decide(signer: User) -> None:
    """What was signed off is approved for a year, or refused where a knock-out blocks it."""
    legal = principal_for_user(signer)
    for assessment in Assessment.objects.filter(status="approved").select_related("engagement"):
        known = current(assessment.engagement)
        blocked = known.now.blocked
        decisions.decide(
            engagement=known.engagement,
            verdict="rejected" if blocked else "approved",
            reason="As the review says.",
            despite="Known, and borne until then.",
            expires_on=None if blocked else clock.today() + timedelta(days=365),
            after=known.number,
            seen=known.seen,
            by=legal,
        )


def _template(number: int, unit: BusinessUnit, signer: User, chance: random.Random) -> None:
    vendor = vendors.create(
        name=f"{_FIRST[number % 10]} {_SECOND[number % 8]} {number}",
        unit=unit,
        country=_COUNTRIES[number % len(_COUNTRIES)],
        registration_number=f"HRB{number:06d}",
        category=("Tooling", "Electronics", "Software")[number % 3],
        by=SYSTEM,
    )
    vendors.set_external_id(
        vendor=vendor, system="sap-prd-100", value=f"{1000 + number:010d}", by=SYSTEM
    )
    engagement = engagements.create(
        vendor=vendor,
        unit=unit,
        title="Series production",
        service=list(Service)[number % len(Service)].value,
        made_in=[vendor.country.code],
        # Most engagements are small: one in six is drawn by chance, the others are of a low tier.
        intake={
            question.key: _intake(question, chance, mild=number % 6 > 0)
            for question in intake().questions
        },
        by=SYSTEM,
    )
    assessment = assessments.open_assessment(engagement=engagement, by=SYSTEM)
    _answer(assessment, chance, share=1.0 if number % 4 else 0.5)
    if number % 4 == 0:
        return
    assessments.submit(assessment=assessment, by=SYSTEM)
    if number % 4 > 1:
        legal = principal_for_user(signer)
        assessments.take(assessment=assessment, by=legal)
        if number % 4 == 3:
            assessments.sign_off(assessment=assessment, by=legal)


def _intake(question: Any, chance: random.Random, *, mild: bool) -> Any:
    options = question.options
    chosen = min(options, key=lambda one: one.risk) if mild else chance.choice(options)
    return [chosen.key] if question.kind == "multiple" else chosen.key


def _answer(assessment: Assessment, chance: random.Random, *, share: float) -> None:
    questionnaire = schema_of(assessment)
    for _round in range(4):
        stored = answers_of(assessment)
        asked = [
            key for key in visible_questions(questionnaire, assessment, stored) if key not in stored
        ]
        some = asked if share == 1.0 else asked[: int(len(asked) * share)]
        if not some:
            return
        values = {
            key: AnswerInput(_value(questionnaire.by_key[key].question, chance)) for key in some
        }
        answers.save(assessment=assessment, values=values, by=SYSTEM)


def _value(question: Question, chance: random.Random) -> Any:
    if question.kind is Kind.MULTIPLE:
        return [chance.choice([one.key for one in question.options if not one.exclusive])]
    if question.choices:
        return chance.choice(question.choices).key
    if question.kind is Kind.NUMBER and question.curve:
        return chance.choice(question.curve.points)[0]
    return "2026-01-15" if question.kind is Kind.DATE else "In our own words."


# --- proof ------------------------------------------------------------------------------------


def prove(sample: int = 50, sheets: int = 1000) -> None:
    """Hold the data to the checks of real data; stop with a sentence where one fails.

    The record is checked whole, references too; sheets, scores and standings by sample.
    """
    call_command("check_sheets", sample=sheets, stdout=io.StringIO())
    call_command("verify_audit", stdout=io.StringIO())
    _prove_references()
    vendor_ids = list(Vendor.objects.order_by("?").values_list("pk", flat=True)[:sample])
    ids = list(Assessment.objects.filter(vendor__in=vendor_ids).values_list("pk", flat=True))
    before = _told(vendor_ids)
    scores.rescore_many(assessment_ids=ids, cause="bench", force=True)
    standings.restand_many(vendor_ids=vendor_ids)
    for was, now in zip(before, _told(vendor_ids), strict=True):
        if was != now:
            sys.exit(f"Scoring a copied vendor anew makes {now} of {was}.")


def _told(vendor_ids: list[UUID]) -> list[Any]:
    present = Standing.objects.filter(vendor__in=vendor_ids, valid_to__isnull=True)
    current = CurrentScore.objects.filter(vendor__in=vendor_ids)
    said = ("vendor", "unit", "name", "band", "points", "lo", "hi", "driver")
    return [
        *present.order_by("vendor", "unit").values_list(*said),
        *SearchText.objects.filter(vendor__in=vendor_ids)
        .order_by("pk")
        .values_list("pk", "text", "sort_name"),
        *current.order_by("pk").values_list("pk", "points", "band", "lo", "hi"),
    ]


def _prove_references() -> None:
    """Every reference of the copied tables leads somewhere, also those the database leaves be."""
    tables = {model._meta.db_table: model for model in apps.get_models()}
    with connection.cursor() as cursor:
        for table, _ids in copies.TABLES:
            for field in tables[table]._meta.concrete_fields:
                if not isinstance(field, ForeignKey):
                    continue
                to = field.target_field
                key, other, column = field.column, to.model._meta.db_table, to.column
                cursor.execute(
                    f'SELECT count(*) FROM {table} t WHERE t."{key}" IS NOT NULL AND NOT EXISTS '
                    f'(SELECT FROM {other} o WHERE o."{column}" = t."{key}")'
                )
                if cursor.fetchone()[0]:
                    sys.exit(f"{table}.{key} names rows of {other} that do not exist.")

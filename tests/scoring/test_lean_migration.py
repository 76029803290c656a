"""Scores of the schema before are carried over whole, and can still be computed again."""

import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import numpy as np
import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql
from pytest_django.plugin import DjangoDbBlocker

from assessments import schema
from assessments.sheet import State
from audit.ids import uuid7
from scoring.compile import Compiled, compiled
from scoring.engine import provenance
from scoring.engine.batch import UNKNOWN, Batch, Resolved, resolve
from scoring.engine.days import number_of
from scoring.engine.evaluate import NONE, Status
from scoring.engine.methodology import BANDS, DIMENSIONS, TIERS, shipped_methodology
from scoring.engine.versions import current
from scoring.models import CurrentScore, Score, ScoringModel, SearchText, Standing
from scoring.services.methodologies import content_hash
from tests.factories.assessments import SMALL
from tests.scoring.test_replay import replay

BEFORE = [("scoring", "0008_next_changes_in_order")]
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
QUESTIONNAIRE = schema.load(SMALL)
KEYS = [item.key for item in QUESTIONNAIRE.items]
METHOD = shipped_methodology("standard-1")
FULL = 100_000
_BYTES = ("lo", "pt", "hi", "state", "evidence")


@pytest.fixture
def old(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """The models as they were, in an empty database of their own that this test alone sees."""
    name = f"test_before_{uuid7().hex[:20]}"
    with django_db_blocker.unblock():
        usual = connection.settings_dict["NAME"]
        _on_server("CREATE DATABASE {}", name)
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield MigrationExecutor(connection).migrate(BEFORE).apps
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            _on_server("DROP DATABASE {} WITH (FORCE)", name)


def _on_server(statement: str, name: str) -> None:
    settings = connection.settings_dict
    with closing(
        psycopg2.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            user=settings["USER"],
            password=settings["PASSWORD"],
            dbname="postgres",
        )
    ) as server:
        server.autocommit = True
        server.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))


def model() -> Compiled:
    """The plan of the small questionnaire at a high tier."""
    return compiled(
        QUESTIONNAIRE,
        KEYS,
        "high",
        METHOD,
        content_hash=QUESTIONNAIRE.content_hash,
        method_hash=content_hash(METHOD),
    )


def resolved(share: float, *, signed: bool = False) -> Resolved:
    """Answers to the first part of the questions, each a bit worse than the one before."""
    size, intake = len(KEYS), len(model().plan.intake)
    answered = np.arange(size) < share * size
    batch = Batch(
        risk=(answered * (np.arange(size) * 777 % 10_000)).astype(np.uint16)[None],
        state=np.where(answered, State.ANSWERED, State.BLANK).astype(np.uint8)[None],
        evidence=(answered * (np.arange(size) % 4)).astype(np.uint8)[None],
        valid_until=(answered * number_of(date(2026, 1, 31))).astype(np.uint16)[None],
        intake=np.array([[5_000, *[UNKNOWN] * (intake - 1)]], dtype=np.uint16),
        signed_off=np.array([signed]),
        as_of=number_of(NOW.date()),
    )
    return resolve(model().plan, batch)


def first_layout(inputs: Resolved) -> bytes:
    """Inputs as they were packed then: eleven bytes per item, then the intake."""
    count, asked = len(inputs.pt), len(inputs.intake)
    packed = struct.pack("<4sHHHB", b"SURI", 1, count, asked, int(inputs.signed_off[0]))
    for at in range(count):
        packed += struct.pack(
            "<HHHBBBH",
            *(
                int(getattr(inputs, name)[at, 0])
                for name in ("lo", "pt", "hi", "state", "evidence")
            ),
            int(inputs.known[at, 0]) + 2 * int(inputs.lapsed[at, 0]),
            int(inputs.fade[at, 0]),
        )
    return packed + inputs.intake[:, 0].astype("<u2").tobytes()


def said(inputs: Resolved, packed: bytes) -> dict[str, Any]:
    """The columns of a score as they were."""
    result = current().score(model().plan, inputs)
    points, band, worst = (
        int(one[0]) for one in (result.points, result.band, result.worst_dimension)
    )
    return {
        "inputs_version": 3,
        "status": ("not_rated", "provisional", "final")[Status(int(result.status[0]))],
        "band": "not_rated" if band == NONE else BANDS[band],
        "points": None if points == NONE else points,
        **{name: int(getattr(result, name)[0]) for name in ("lo", "hi", "residual", "inherent")},
        "tier": TIERS[int(result.tier[0]) - 1],
        "control_effectiveness": int(result.effectiveness[0]) / FULL,
        **{
            name: int(getattr(result, name)[0]) / FULL
            for name in ("posture", "coverage", "confidence")
        },
        "dimensions": {},
        "worst_dimension": "" if worst == NONE else DIMENSIONS[worst],
        "blocked": bool(result.blocked[0]),
        "missing_proofs": int(result.proof_outstanding[0]),
        "unanswered": int(result.unanswered[0]),
        "required_open": int(result.required_open[0]),
        "as_of": NOW.date(),
        "engine_version": "1",
        "model_hash": model().model_hash,
        "digest": provenance.digest(model().model_hash, provenance.input_hash(packed), "1"),
        "cause": "assessment.submitted",
        "computed_at": NOW,
    }


class Past:
    """Rows as the version before has left them."""

    def __init__(self, apps: Any) -> None:
        self._apps = apps
        self.unit = self.make("accounts.BusinessUnit", name="Tools", code="tools")
        self.questionnaire = self.make(
            "assessments.Questionnaire",
            key="small",
            version="1",
            title="Small",
            status="published",
            content=QUESTIONNAIRE.to_data(),
            content_hash=QUESTIONNAIRE.content_hash,
            published_at=NOW,
        )
        self.methodology = self.make(
            "scoring.Methodology",
            key=METHOD.key,
            version=str(METHOD.version),
            title=METHOD.title,
            status="published",
            content=METHOD.content,
            content_hash=content_hash(METHOD),
            published_at=NOW,
        )

    def make(self, model: str, /, **values: Any) -> Any:
        return self._apps.get_model(model).objects.create(**values)

    def assessment(self, name: str, status: str) -> Any:
        vendor = self.make("vendors.Vendor", name=name, country="DE")
        engagement = self.make(
            "vendors.Engagement",
            vendor=vendor,
            unit=self.unit,
            title="Series",
            service="tooling",
            intake={},
            inherent_risk=6000,
            tier="high",
        )
        return self.make(
            "assessments.Assessment",
            vendor=vendor,
            engagement=engagement,
            unit=self.unit,
            questionnaire=self.questionnaire,
            sections=[section.key for section in QUESTIONNAIRE.sections],
            questions=KEYS,
            tier="high",
            status=status,
            inputs_version=3,
            opened_at=NOW,
        )

    def score(self, of: Any, inputs: Resolved, **values: Any) -> Any:
        packed = first_layout(inputs)
        kept, _ = self._apps.get_model("scoring.ScoreInputs").objects.get_or_create(
            hash=provenance.input_hash(packed), defaults={"packed": packed}
        )
        return self.make(
            "scoring.Score",
            inputs=kept,
            **self._about(of),
            **said(inputs, packed) | values,
        )

    def current(self, of: Any, inputs: Resolved, score: Any = None) -> Any:
        packed = first_layout(inputs)
        return self.make(
            "scoring.CurrentScore",
            score=score,
            packed=packed,
            input_hash=provenance.input_hash(packed),
            **self._about(of),
            **said(inputs, packed),
        )

    def standing(self, of: Any, dimensions: dict[str, int]) -> None:
        self.make(
            "scoring.Standing",
            vendor=of.vendor,
            valid_from=NOW.date(),
            name=of.vendor.name,
            sort_name=of.vendor.name.lower(),
            search=f"{of.vendor.name.lower()} hrb 5",
            country="DE",
            category="",
            tier="high",
            status="provisional",
            band="low",
            points=5,
            lo=1,
            hi=9,
            sort_points=5,
            worst_dimension="",
            dimensions=dimensions,
            changed_at=NOW,
        )

    def _about(self, of: Any) -> dict[str, Any]:
        return {
            "assessment": of,
            "vendor": of.vendor,
            "unit": self.unit,
            "engagement": of.engagement,
            "methodology": self.methodology,
        }


def upgrade() -> None:
    """All migrations that there are."""
    call_command("migrate", verbosity=0, stdout=StringIO())


def test_scores_ratings_and_models_are_carried_over_and_computed_again(old: Any) -> None:
    past = Past(old)
    draft = past.assessment("Adler", "draft")
    past.current(draft, resolved(0.3))
    handed_in = past.assessment("Bach", "submitted")
    first = past.score(handed_in, resolved(0.8))
    latest = past.score(handed_in, resolved(1, signed=True))
    past.current(handed_in, resolved(1, signed=True), latest)
    past.standing(handed_in, {DIMENSIONS[0]: 12_000, DIMENSIONS[3]: 7})
    past.standing(draft, {})
    before = {pk: (one.points, one.digest) for pk, one in ((o.pk, o) for o in (first, latest))}
    upgrade()
    after = {one.pk: (one.points, bytes(one.digest)) for one in Score.objects.all()}
    assert after == before
    (kept,) = ScoringModel.objects.all()
    assert kept.document == provenance.model_document(model().plan)
    assert Score.objects.get(pk=first.pk).packed_inputs == first_layout(resolved(0.8))
    result = current().score(model().plan, resolved(0.8))
    figures = Score.objects.get(pk=first.pk).said
    assert figures.residual == int(result.residual[0])
    assert figures.unanswered == int(result.unanswered[0])
    assert figures.contributions
    there = CurrentScore.objects.get(pk=handed_in.pk)
    assert there.score_id == latest.pk
    assert there.packed_inputs == first_layout(resolved(1, signed=True))
    assert CurrentScore.objects.get(pk=draft.pk).packed_inputs == first_layout(resolved(0.3))
    standing = Standing.objects.get(vendor=handed_in.vendor.pk)
    assert standing.dimensions == [12_000, None, None, 7, None, None, None]
    assert Standing.objects.get(vendor=draft.vendor.pk).dimensions == []
    assert SearchText.objects.get(pk=handed_in.vendor.pk).text == "bach hrb 5"
    code, out = replay("--all")
    assert (code, out.split(" (")[0]) == (0, "3 scores computed again"), out


def test_the_history_has_what_current_scores_need_not_keep_twice(old: Any) -> None:
    past = Past(old)
    aged, same = past.assessment("Aged", "submitted"), past.assessment("Same", "submitted")
    past.current(aged, resolved(0.9), past.score(aged, resolved(0.8)))
    past.current(same, resolved(0.8), past.score(same, resolved(0.8)))
    upgrade()
    assert CurrentScore.objects.get(pk=aged.pk).figures is not None
    assert CurrentScore.objects.get(pk=same.pk).figures is None
    assert CurrentScore.objects.get(pk=same.pk).packed_inputs == first_layout(resolved(0.8))


def test_a_score_whose_questions_are_no_longer_what_they_were_stands_and_is_named(
    old: Any,
) -> None:
    past = Past(old)
    one = past.assessment("Adler", "submitted")
    stored = past.score(one, resolved(0.8), model_hash=b"\x05" * 32)
    upgrade()
    assert Score.objects.get(pk=stored.pk).points == stored.points
    code, out = replay("--all")
    assert code == 1
    assert f"score {stored.pk} cannot be computed again" in out

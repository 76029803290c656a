"""From a questionnaire written on pages to a score that names its questions, on real servers."""

import hashlib
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.forms import BoundField
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment, Questionnaire
from assessments.selectors.assessments import missing_mandatory, schema_of
from assessments.services import answers, assessments, moves
from assessments.services.answers import AnswerInput
from config.children import wait_until
from scoring.models import CurrentScore, Outstanding, Score, ScoringModel
from tests.conftest import StartWorker
from tests.factories.assessments import in_review, make_engagement, submitted
from tests.factories.drafts import second_version
from tests.factories.scoring import scored
from tests.personas import Person
from tests.scoring_pages.reading import text_of

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait. The work takes a fraction of a second; a loaded machine may need more.
PATIENCE = 30


class Author:
    """Somebody who writes a questionnaire on pages."""

    def __init__(self, person: Person) -> None:
        self.browser = person.browser
        self.row = Questionnaire()

    def at(self, name: str, *more: str) -> str:
        """The address of a page of the draft."""
        return reverse(f"assessments:{name}", args=[self.row.pk, *more])

    def send(self, address: str, **data: object) -> None:
        """Send a form, which must be taken."""
        sent = self.browser.post(address, data)
        form = sent.context["form"].errors if sent.context and "form" in sent.context else ""
        assert sent.status_code == 302, (address, form)

    def begin(self, key: str, title: str) -> None:
        """An empty draft."""
        self.send(reverse("assessments:questionnaire-add"), title=title, key=key, version="1.0")
        self.row = Questionnaire.objects.get(key=key)

    def section(self, title: str, dimension: str) -> str:
        """One more section; returns its key."""
        self.send(
            self.at("draft-section-add"), title=title, intro="What we ask.", weight="2",
            dimension=dimension, reviewer="legal",
        )  # fmt: skip
        self.row.refresh_from_db()
        return str(self.row.content["sections"][-1]["key"])

    def question(self, where: str, text: str, kind: str, **values: object) -> str:
        """One more question with what is sent in its form; returns its key."""
        sent = self.browser.post(
            self.at("draft-question-add") + f"?{where}", {"text": text, "kind": kind}
        )
        there = sent.headers["Location"]
        form = self.browser.get(there).context["form"]
        shown = {one.html_name: _value(one) for one in form if _value(one)}
        self.send(
            there,
            **{"rows": form.rows, "why": "It matters.", "good_evidence": "A document."}
            | shown
            | values,
        )
        return there.rstrip("/").rpartition("/")[2]


def _value(bound: BoundField) -> Any:
    value = bound.value()
    return "" if value is None or value is False or value == [] else value


def test_what_is_written_on_pages_is_published_answered_scored_and_explained(
    start_worker: StartWorker, admin: Person, unit: BusinessUnit
) -> None:
    worker = start_worker()
    author = Author(admin)
    author.begin("tooling", "Tooling check")
    keys = author.section("Keep moulds apart", "technology_protection")
    rights = author.section("Settle the rights", "ip_law_compliance")
    locked = author.question(
        f"section={keys}", "How are our moulds stored?", "single",
        o0_label="Locked away", o0_risk="0", o1_label="With all others", o1_risk="1",
        mandatory="on", evidence_expected="on", weight="3",
    )  # fmt: skip
    gate = author.question(
        f"section={keys}", "Do subcontractors use them?", "yes_no",
        risk_yes="0.4", risk_no="0", opens_on="yes",
    )  # fmt: skip
    behind = author.question(
        f"gate={gate}", "Are they bound in writing?", "yes_no",
        risk_yes="0", risk_no="1", mandatory="on",
    )  # fmt: skip
    assigned = author.question(
        f"section={rights}", "Do the results belong to us?", "yes_no",
        risk_yes="0", risk_no="1", mandatory="on", ko_at="1", ko_floor="85", ko_block="on",
        ko_reason="The results would stay with the vendor.",
    )  # fmt: skip
    author.row.refresh_from_db()
    author.send(author.at("questionnaire-publish"), revision=author.row.revision, reason="First.")

    engagement = make_engagement(unit, vendor="Formenbau Reuter")
    author.send(reverse("assessments:open", args=[engagement.pk]), questionnaire=author.row.pk)
    assessment = Assessment.objects.get(questionnaire=author.row)
    assert assessment.questions == [locked, gate, behind, assigned]

    def say(**values: str) -> None:
        given = {key: AnswerInput(value) for key, value in values.items()}
        answers.save(assessment=assessment, values=given, by=SYSTEM)

    questionnaire = schema_of(assessment)
    (worst,) = (
        one.key for one in questionnaire.by_key[locked].question.options if one.risk == 10_000
    )
    say(**{locked: worst, gate: "yes", assigned: "no"})
    stored = {row.question_key: row for row in assessment.answers.all()}
    assert missing_mandatory(questionnaire, (locked, gate, behind, assigned), stored) == [behind]
    say(**{behind: "no"})
    assessment.refresh_from_db()
    assessments.submit(assessment=assessment, by=SYSTEM)
    assessment.refresh_from_db()
    scored = wait_until(
        lambda: CurrentScore.objects.filter(
            assessment=assessment, inputs_version=assessment.inputs_version, points__isnull=False
        ).exists(),
        seconds=PATIENCE,
    )
    assert scored, worker.said()
    found = CurrentScore.objects.get(assessment=assessment)
    assert found.points is not None
    assert found.points >= 85_000
    page = admin.browser.get(reverse("scoring:scorecard", args=[assessment.pk]))
    words = text_of(page.content.decode())
    at = words.index("Knock-outs")
    assert "Do the results belong to us?" in words[at : at + 300], words[at : at + 300]
    for text in ("How are our moulds stored?", "Are they bound in writing?"):
        assert text in words, words


def everything_scored() -> dict[str, str]:
    """Digests of all assessments, of their scores and of what those were computed with."""
    rows = {
        "assessments": Assessment.objects.order_by("pk").values_list(),
        "scores": Score.objects.order_by("pk").values_list(),
        "current": CurrentScore.objects.order_by("pk").values_list(),
        "models": ScoringModel.objects.order_by("pk").values_list(),
    }
    return {
        name: hashlib.sha256(json.dumps(list(found), default=bytes_or_words).encode()).hexdigest()
        for name, found in rows.items()
    }


def bytes_or_words(value: object) -> str:
    """What JSON does not know."""
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def test_a_new_version_changes_neither_sent_assessments_nor_any_score(
    start_worker: StartWorker, unit: BusinessUnit
) -> None:
    worker = start_worker()
    assessments.take(assessment=submitted(unit), by=SYSTEM)
    made = [submitted(unit), in_review(unit), scored(unit)]

    def at_rest() -> bool:
        done = Score.objects.filter(assessment__in=made[:2]).count() >= 2
        return done and not Outstanding.objects.exists()

    assert wait_until(at_rest, seconds=PATIENCE), worker.said()
    before = everything_scored()
    target = second_version()
    assert wait_until(at_rest, seconds=PATIENCE), worker.said()
    assert everything_scored() == before
    # Moving over what is open leaves what was sent, and its scores, as they are.
    assert made[2].questionnaire != target
    moves.move(assessment=made[2], target=target, by=SYSTEM)
    assert wait_until(at_rest, seconds=PATIENCE), worker.said()
    assert everything_scored()["scores"] == before["scores"]
    call_command("replay", "--all")

"""Saves of people while a run over the portfolio is going on, with real workers.

From the commit of a save to the moment at which its score is there; one save after the other, as
fast as they are scored. Before it the same without a run: what the machine does at best.
"""

import os
import statistics
import time
from typing import Any

from django.db import connection

from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import answers
from assessments.services.answers import AnswerInput
from bench import stack
from scoring.models import CurrentScore, Methodology, Run
from scoring.services import methodologies, publications

_PATIENCE = 30.0


def measure() -> dict[str, Any]:
    """The 95th percentiles in seconds, and how many saves there were."""
    drafts = list(Assessment.objects.filter(status="draft").order_by("?")[:200])
    with stack.processes(["worker", "worker-bulk", "beat"], dict(os.environ)):
        alone = [_save(drafts[at % len(drafts)], at) for at in range(60)]
        run = _start()
        beside: list[float] = []
        while Run.objects.get(pk=run.pk).status in {"waiting", "running"}:
            at = len(beside)
            beside.append(_save(drafts[at % len(drafts)], 1000 + at))
        ended = Run.objects.get(pk=run.pk)
    return {
        "save_to_score_alone_p95_s": _high(alone),
        "save_to_score_in_run_p50_s": round(statistics.median(beside), 3),
        "save_to_score_in_run_p95_s": _high(beside),
        "save_to_score_in_run_max_s": round(max(beside), 3),
        "saves_in_run": len(beside),
        "run_with_saves_s": _seconds(ended),
    }


def _start() -> Run:
    before = Methodology.objects.get(pk=methodologies.published().pk)
    draft = methodologies.copy(source=before, by=SYSTEM)
    content = {**draft.content, "kappa": 0.91 if before.content["kappa"] != 0.91 else 0.92}
    draft = methodologies.change(draft=draft, revision=draft.revision, content=content, by=SYSTEM)
    return publications.publish(draft=draft, revision=draft.revision, reason="Measured", by=SYSTEM)


def _save(assessment: Assessment, number: int) -> float:
    key = assessment.questions[-1 - (number // 200) % 3]
    value = f"o{number % 5}"
    answers.save(assessment=assessment, values={key: AnswerInput(value)}, by=SYSTEM)
    began = time.perf_counter()
    wanted = Assessment.objects.values_list("inputs_version", flat=True).get(pk=assessment.pk)
    while time.perf_counter() - began < _PATIENCE:
        if CurrentScore.objects.filter(pk=assessment.pk, inputs_version__gte=wanted).exists():
            return time.perf_counter() - began
        time.sleep(0.005)
    raise TimeoutError(f"{assessment.pk} was not scored within {_PATIENCE:.0f} s.")


def _high(found: list[float]) -> float:
    return round(sorted(found)[int(len(found) * 0.95)], 3)


def _seconds(run: Run) -> float:
    connection.close()
    if run.started_at is None or run.finished_at is None:
        return 0.0
    return round((run.finished_at - run.started_at).total_seconds(), 2)

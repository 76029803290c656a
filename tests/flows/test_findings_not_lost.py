"""A finding that follows by rule is raised although the queue was emptied."""

import pytest

from accounts.principal import SYSTEM
from assessments.services import assessments
from config.children import wait_until
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.incidents import make_incident
from tests.factories.scoring import say
from tests.flows.dying import Queue
from vendors.finding_kinds import INCIDENT, RISKY_ANSWER
from vendors.models import Finding

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the sweep needs.
PATIENCE = 60


def test_a_queue_that_was_emptied_loses_no_finding(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    assessment = make_assessment(make_unit())
    answer_all(assessment)
    say(assessment, discloses="never")
    assessments.submit(assessment=assessment, by=SYSTEM)
    make_incident(assessment.engagement, status="confirmed")
    queue.empty()
    worker = start_worker()
    for kind in (RISKY_ANSWER, INCIDENT):
        rows = Finding.objects.filter(kind=kind, engagement=assessment.engagement)
        assert wait_until(rows.exists, seconds=PATIENCE), worker.said()

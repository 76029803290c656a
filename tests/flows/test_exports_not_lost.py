"""A worker that is killed while it writes an export: another one writes it, from the beginning."""

import pytest
from django.db import connection, transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from config.children import wait_until
from scoring.models import Export
from scoring.services import exports
from tests.api.exporting import ask, known
from tests.conftest import StartWorker
from tests.flows.dying import Queue, kill_whole
from tests.personas import Program

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the clock needs to look at exports again.
PATIENCE = 60


def status() -> str:
    """How the one export stands."""
    return Export.objects.get().status


def test_an_export_whose_worker_was_killed_in_the_middle_is_made_by_another(
    queue: Queue, beat: None, start_worker: StartWorker, unit: BusinessUnit, api_client: Program
) -> None:
    for name in ("Aalto Oy", "Mira d.o.o."):
        known(unit, name)
    assert ask(api_client).status_code == 202
    with transaction.atomic():
        # Whoever writes the export stands before its rows until this is over.
        connection.cursor().execute("LOCK TABLE scoring_standing IN ACCESS EXCLUSIVE MODE")
        worker = start_worker()
        assert wait_until(lambda: status() == "running", seconds=PATIENCE), worker.said()
        kill_whole(worker)
        queue.empty()
    again = start_worker()
    assert wait_until(lambda: status() == "ready", seconds=PATIENCE), again.said()
    made = Export.objects.get()
    assert (made.rows, made.tries) == (2, 2)
    exports.remove(export=made, by=SYSTEM)

"""A worker that is killed in the middle of a merge: nothing is half done, another one does it."""

import pytest
from django.db import connection, transaction

from accounts.models import BusinessUnit
from config.children import wait_until
from tests.conftest import StartWorker
from tests.factories.vendors import make_engagement, make_vendor
from tests.flows.dying import Queue, kill_whole
from tests.personas import Person
from vendors.models import Engagement, MergeJob, MergeRecord, Vendor
from vendors.services.merging import jobs

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the clock needs to look at merges again.
PATIENCE = 60


def waits_for_a_lock() -> bool:
    """Whether somebody waits to write the record of a merge."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND relation = 'vendors_mergerecord'::regclass"
        )
        return bool(cursor.fetchone()[0])


def test_a_merge_whose_worker_was_killed_in_the_middle_is_done_once_by_another(
    queue: Queue, beat: None, start_worker: StartWorker, unit: BusinessUnit, procurement: Person
) -> None:
    kept, gone = make_vendor(unit, name="Aalto Oy"), make_vendor(unit, name="Aalto")
    for number in range(3):
        make_engagement(gone, unit, title=f"Castings {number}")
    job = jobs.ask(kept=kept, gone=gone, versions=(1, 1), by=procurement.principal)
    with transaction.atomic():
        # Whoever merges has moved everything, and stands before its record until this is over.
        connection.cursor().execute("LOCK TABLE vendors_mergerecord IN SHARE ROW EXCLUSIVE MODE")
        worker = start_worker()
        assert wait_until(waits_for_a_lock, seconds=PATIENCE), worker.said()
        kill_whole(worker)
        queue.empty()
        assert Engagement.objects.filter(vendor=gone).count() == 3
    assert Vendor.objects.get(pk=gone.pk).merged_into is None
    again = start_worker()

    def done() -> bool:
        return MergeJob.objects.get(pk=job.pk).status == "done"

    assert wait_until(done, seconds=PATIENCE), again.said()
    assert MergeJob.objects.get().tries == 2
    assert MergeRecord.objects.get().kept_id == kept.pk
    assert Engagement.objects.filter(vendor=kept).count() == 3

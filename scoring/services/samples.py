"""Sample data, loaded and removed in the background: one vendor, one transaction.

Whoever finds a job left alone goes on with it: what is there is not told again, and what is gone
is not looked for. What is queued may be lost, so nothing depends on it: `sweep` takes up what
nobody works on.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts.events import SampleVendorsRemoved
from accounts.models import BusinessUnit, SampleJob
from accounts.principal import SYSTEM
from accounts.selectors.samples import latest_job, sample_unit
from accounts.services import samples
from audit import clock
from audit.errors import Refused
from audit.record import record
from scoring.demo import sample
from scoring.demo.cast import Company
from scoring.services import sample_rows
from scoring.services.locks import held
from vendors.models import Vendor
from vendors.services import evidence_bytes, law_release

log = structlog.get_logger(__name__)

#: Any fixed number: whoever works on a job holds this advisory lock.
_LOCK: Final = 7_308_633


def work(*, job_id: UUID, most: int | None = None) -> None:
    """Load, of at most so many vendors, or remove, to the end or until it is cancelled.

    Harmless when it is called twice.
    """
    with held(_LOCK, job_id.int) as mine:
        job = samples.begin(job_id=job_id) if mine else None
        if job is None:
            return
        try:
            with translation.override(job.language):
                if job.what == SampleJob.What.LOAD:
                    _load(job, sample.companies()[:most])
                else:
                    _remove(job)
        except samples.Stopped:
            return


def sweep() -> None:
    """Go on with a job that nobody works on."""
    job = latest_job()
    if job is not None and job.is_unfinished:
        work(job_id=job.pk)


def _load(job: SampleJob, wanted: Sequence[Company]) -> None:
    unit, now = sample_unit(), clock.now()
    if unit is None:
        raise samples.Stopped
    law_release.ensure()
    missing = [company for company in wanted if not sample.is_told(company, unit)]
    samples.count(job_id=job.pk, total=len(wanted), done=len(wanted) - len(missing))
    for company in missing:
        samples.check(job_id=job.pk)
        try:
            with evidence_bytes.discarded_on_failure(), transaction.atomic():
                sample.tell(company, unit, now)
                samples.advance(job_id=job.pk)
        except Refused as refused:
            # An organisation's own rules may not allow it; the others are told all the same.
            why = _why(refused)
            log.warning("sample.left_out", vendor=company.name, reason=why)
            samples.leave_out(job_id=job.pk, vendor=company.name, why=why)
    samples.finish(job_id=job.pk)


def _why(refused: Refused) -> str:
    said = refused.extra.get("errors", {})
    return " ".join([refused.message, *(one for some in said.values() for one in some)])


def _remove(job: SampleJob) -> None:
    while True:
        job.refresh_from_db()
        ids = list(_vendors().values_list("pk", flat=True))
        samples.count(job_id=job.pk, total=job.done + len(ids), done=job.done)
        for pk in ids:
            with transaction.atomic():
                _remove_vendor(job, pk)
        with transaction.atomic():
            # Whoever adds a vendor meanwhile has done so by now, or finds the unit gone.
            unit = BusinessUnit.objects.select_for_update().filter(sample=True).first()
            if _vendors().exists():
                continue
            if unit is not None:
                sample_rows.remove_unit(unit)
            samples.finish(job_id=job.pk)
        return


def _vendors() -> QuerySet[Vendor]:
    return Vendor.objects.filter(sample=True).order_by("pk")


def _remove_vendor(job: SampleJob, pk: UUID) -> None:
    # Whoever scores it meanwhile comes first.
    vendor = _vendors().select_for_update().filter(pk=pk).first()
    if vendor is None:
        # It went with the one that it was merged into.
        return
    gone = sample_rows.remove_vendor(vendor)
    unit = sample_unit()
    record(
        SampleVendorsRemoved(
            aggregate_id=job.pk, unit_id=unit.pk if unit else None, vendor_ids=gone
        ),
        by=SYSTEM,
    )
    samples.advance(job_id=job.pk, vendors=len(gone))

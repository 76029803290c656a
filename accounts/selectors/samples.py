"""Reading what there is of sample data."""

from dataclasses import dataclass

from accounts.models import BusinessUnit, SampleJob


def sample_unit() -> BusinessUnit | None:
    """The unit that sample data lives in; None while there is none."""
    return BusinessUnit.objects.filter(sample=True).first()


def latest_job() -> SampleJob | None:
    """What was last done with the sample data, or is being done."""
    return SampleJob.objects.select_related("asked_by").order_by("-pk").first()


def is_whole() -> bool:
    """Whether all of the sample data is there: it was loaded to the end, with nothing left out."""
    return state().whole


@dataclass(frozen=True, slots=True)
class State:
    """What there is of sample data: its unit, and what was last done with it."""

    unit: BusinessUnit | None
    job: SampleJob | None

    @property
    def running(self) -> bool:
        """Whether a worker is at it, or is about to be."""
        return self.job is not None and self.job.is_unfinished

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        job = self.job
        if self.unit is None or job is None or job.done != job.total:
            return False
        return (job.what, job.status) == (SampleJob.What.LOAD, SampleJob.Status.DONE)


def state() -> State:
    """As it is now (two queries)."""
    return State(sample_unit(), latest_job())

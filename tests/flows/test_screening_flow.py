"""From a changed list or vendor to its match and its indicator, with real workers, queue or no."""

from collections.abc import Callable

import pytest

from audit.models import Event
from config.children import wait_until
from scoring.models import IndicatorValue
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.screening import decide, import_list, make_list, row
from tests.factories.vendors import make_engagement, make_vendor
from tests.flows.dying import Queue
from vendors.models import Engagement, Match

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the sweep needs.
PATIENCE = 60
QUILLON = row("1", "Quillon Metallwerke GmbH")


def comes_true(condition: Callable[[], bool]) -> bool:
    return wait_until(condition, seconds=PATIENCE)


def risk(engagement: Engagement) -> int | None:
    """What the indicator of an engagement says now: its point, in 1/10,000."""
    found = IndicatorValue.objects.filter(engagement=engagement, key="screening")
    return found.order_by("-pk").values_list("pt", flat=True).first()


def test_an_imported_list_reaches_the_indicator_through_a_decision(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    unit = make_unit()
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    engagement = make_engagement(vendor, unit)
    worker = start_worker()
    import_list(make_list(), QUILLON)
    assert comes_true(lambda: Match.objects.filter(vendor=vendor).exists()), worker.said()
    decide(Match.objects.get(), "confirmed", "Same register number.")
    assert comes_true(lambda: risk(engagement) == 10_000), worker.said()
    assert Event.objects.filter(type="watch_list.screened").exists()


def test_a_queue_that_was_emptied_loses_no_match(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    import_list(make_list(), QUILLON)
    vendor = make_vendor(make_unit(), name="Quillon Metallwerke")
    queue.empty()
    worker = start_worker()
    assert comes_true(lambda: Match.objects.filter(vendor=vendor).exists()), worker.said()

"""The change feed: everything once, in one order, and nothing that is not the reader's."""

import importlib
import pkgutil
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients
from assessments.services import assessments
from audit import clock, seal
from audit.events import Payload
from audit.ids import uuid7
from audit.models import Event, SealedEvent
from audit.record import record
from scoring.changes import INSIDE, OF_SCORES, OF_VENDORS
from scoring.events import ScoreChanged
from scoring.models import Score
from scoring.selectors.changes import changes
from tests.api.following import asked, followed
from tests.audit.sample import seal_now
from tests.factories.accounts import make_key
from tests.factories.runs import another_method, whole
from tests.factories.scoring import catch_up, score, scored
from tests.factories.vendors import make_vendor
from tests.personas import Program

pytestmark = pytest.mark.django_db(transaction=True)


def submit(unit: BusinessUnit, name: str) -> None:
    """A vendor whose assessment is handed in and scored."""
    score(assessments.submit(assessment=scored(unit, name=name), by=SYSTEM))


class TestOrder:
    def test_pages_of_any_length_give_the_same_changes_in_sealed_order(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        scored(unit, name="Aalto Oy")
        seal_now()
        make_vendor(unit, name="Mira d.o.o.")
        seal_now()
        whole_of_it = followed(api_client)
        assert followed(api_client, limit=2) == whole_of_it
        assert len({item["id"] for item in whole_of_it}) == len(whole_of_it)
        order = SealedEvent.objects.order_by("sequence").values_list("event__id", flat=True)
        told = [UUID(item["id"]) for item in whole_of_it]
        assert told == [pk for pk in order if pk in set(told)]
        types = [item["type"] for item in whole_of_it]
        assert types.count("vendor.created") == 2
        assert "score.changed" in types

    def test_what_is_not_sealed_yet_is_told_once_it_is(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        seal_now()
        start = asked(api_client, after="now")["next"]
        vendor = make_vendor(unit)
        assert asked(api_client, after=start) == {"items": [], "next": start, "more": False}
        seal_now()
        kinds = {item["type"]: item for item in followed(api_client, start)}
        assert kinds["vendor.created"]["vendor_id"] == str(vendor.pk)
        assert kinds["vendor.created"]["subject"] == {"kind": "vendor", "id": str(vendor.pk)}

    def test_a_page_costs_the_same_wherever_it_begins(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        for _ in range(9):
            make_vendor(unit)
        seal_now()
        first = asked(api_client, limit=3)
        counts = []
        for after in (first["next"], asked(api_client, after=first["next"], limit=3)["next"]):
            with CaptureQueriesContext(connection) as queries:
                asked(api_client, after=after, limit=3)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 8

    def test_from_now_on_a_vendor_is_in_the_list_or_will_be_told(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        def listed() -> list[str]:
            return [one["id"] for one in api_client.browser.get("/api/v1/vendors").json()["items"]]

        vendor = make_vendor(unit)
        seal_now()
        start = asked(api_client, after="now")["next"]
        assert listed() == []
        assert [one["vendor_id"] for one in followed(api_client, start)] == [str(vendor.pk)]
        catch_up()
        seal_now()
        start = asked(api_client, after="now")["next"]
        assert listed() == [str(vendor.pk)]
        assert followed(api_client, start) == []


class TestScoresOfRuns:
    def test_each_score_of_a_run_is_told_once_whatever_the_pages(
        self, unit: BusinessUnit, api_client: Program, other_unit: BusinessUnit
    ) -> None:
        for number in range(5):
            submit(unit, f"Number {number}")
        submit(other_unit, "Not ours")
        catch_up()
        seal_now()
        start = asked(api_client, after="now")["next"]
        before = set(Score.objects.values_list("pk", flat=True))
        whole(another_method())
        seal_now()
        written = Score.objects.filter(unit=unit).exclude(pk__in=before).order_by("pk")
        assert written.count() == 5
        for limit in (1, 2, 500):
            told = [
                item
                for item in followed(api_client, start, limit)
                if item["type"] == "score.changed"
            ]
            assert [UUID(item["id"]) for item in told] == [row.pk for row in written]
            assert told[0]["details"]["band"] == written[0].band


class TestTokens:
    def test_one_that_no_answer_gave_is_a_bad_request(self, api_client: Program) -> None:
        for token in ("nonsense", "\x00", "9" * 400, "LTEuLg", "LTEuLi4", "é"):
            response = api_client.browser.get("/api/v1/changes", {"after": token})
            assert response.status_code == 400, token
            assert response.json()["errors"][0]["pointer"].endswith("after")

    def test_one_of_a_record_that_was_set_back_is_gone(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        make_vendor(unit)
        catch_up()
        seal_now()
        token = asked(api_client, after="now")["next"]
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_sealedevent DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM audit_sealedevent")
            cursor.execute("DELETE FROM audit_seal")
            cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_sealedevent ENABLE TRIGGER USER")
        response = api_client.browser.get("/api/v1/changes", {"after": token})
        assert response.status_code == 410
        assert response.json()["type"].endswith("token_too_old")

    def test_one_whose_changes_are_kept_no_longer_is_gone(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        make_vendor(unit)
        make_vendor(unit)
        seal_now()
        early = asked(api_client, limit=1)["next"]
        catch_up()
        seal_now()
        latest = asked(api_client, after="now")["next"]
        with time_machine.travel(clock.now() + timedelta(days=91), tick=True):
            assert api_client.browser.get("/api/v1/changes", {"after": early}).status_code == 410
            # Nothing has happened since: nothing is lost.
            assert asked(api_client, after=latest)["items"] == []

    def test_one_of_a_client_that_sees_another_unit_since_is_gone(
        self, unit: BusinessUnit, other_unit: BusinessUnit, api_client: Program
    ) -> None:
        make_vendor(other_unit)
        make_vendor(unit)
        seal_now()
        first = asked(api_client, limit=1)
        api_clients.change(
            client=api_client.client,
            name="ERP",
            scopes=api_client.client.scopes,
            units=[unit, other_unit],
            by=SYSTEM,
        )
        response = api_client.browser.get("/api/v1/changes", {"after": first["next"]})
        assert response.status_code == 410
        assert response.json()["type"].endswith("rights_changed")
        told = followed(api_client)
        assert {item["business_unit_id"] for item in told} >= {str(unit.pk), str(other_unit.pk)}

    def test_one_outlives_a_scope_that_reads_nothing_and_a_new_key(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        make_vendor(unit)
        make_vendor(unit)
        seal_now()
        token = asked(api_client, limit=1)["next"]
        api_clients.change(
            client=api_client.client,
            name="The same ERP",
            scopes=[*api_client.client.scopes, "webhooks:manage"],
            units=[unit],
            by=SYSTEM,
        )
        again = Program(api_client.client, make_key(api_client.client))
        assert asked(again, after=token)["items"]

    def test_each_that_is_gone_says_what_to_do_in_which_order(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        make_vendor(unit)
        make_vendor(unit)
        seal_now()
        early = asked(api_client, limit=1)["next"]
        with time_machine.travel(clock.now() + timedelta(days=91), tick=True):
            said = api_client.browser.get("/api/v1/changes", {"after": early}).json()["detail"]
        assert said.index("after=now") < said.index("load everything") < said.index("follow")


class TestManyAtOnce:
    """Transactions end out of order; each reader sees each committed change once, in one order."""

    def test_eight_writers_and_three_readers_agree_on_every_change(
        self, unit: BusinessUnit, api_client: Program
    ) -> None:
        vendor = make_vendor(unit)
        catch_up()
        seal_now()
        start = changes(api_client.principal, after="now", limit=1).next
        over, all_sealed = threading.Event(), threading.Event()
        with ThreadPoolExecutor(12) as at_once:
            sealer = at_once.submit(alone, self._seal, over)
            readers = [
                at_once.submit(alone, self._read, api_client, start, limit, all_sealed)
                for limit in (1, 7, 500)
            ]
            for writer in [
                at_once.submit(alone, self._write, unit, vendor.pk, n) for n in range(8)
            ]:
                writer.result()
            while seal.waiting():
                time.sleep(0.05)
            all_sealed.set()
            seen = [reader.result() for reader in readers]
            over.set()
            sealer.result()
        committed = set(Event.objects.filter(type="score.changed").values_list("id", flat=True))
        assert len(committed) > 200
        assert seen[0] == seen[1] == seen[2]
        assert len(seen[0]) == len(committed)
        assert set(seen[0]) == committed

    @staticmethod
    def _write(unit: BusinessUnit, vendor_id: UUID, number: int) -> None:
        chance = random.Random(number)
        for _ in range(25):
            with transaction.atomic():
                for _ in range(chance.randint(1, 3)):
                    record(_changed(unit, vendor_id), by=SYSTEM)
                    time.sleep(chance.random() / 50)
                if chance.random() < 0.15:
                    transaction.set_rollback(True)

    @staticmethod
    def _seal(over: threading.Event) -> None:
        while not over.is_set():
            seal.seal(limit=40)
            time.sleep(0.01)

    @staticmethod
    def _read(program: Program, token: str, limit: int, ended: threading.Event) -> list[UUID]:
        seen: list[UUID] = []
        while True:
            last = ended.is_set()
            page = changes(program.principal, after=token, limit=limit)
            seen += [one.id for one in page.items]
            token = page.next
            if last and not page.more:
                return seen


def alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """Work in a thread with a connection of its own."""
    try:
        return work(*arguments)
    finally:
        connection.close()


def _changed(unit: BusinessUnit, vendor_id: UUID) -> ScoreChanged:
    return ScoreChanged(
        aggregate_id=uuid7(),
        unit_id=unit.pk,
        vendor_id=vendor_id,
        score_id=None,
        points=1,
        band="low",
        status="final",
        previous_points=None,
        previous_band="",
        previous_status="",
        cause="test",
    )


def _events() -> Iterator[type[Payload]]:
    for app in ("accounts", "vendors", "assessments", "reports", "scoring", "webhooks"):
        package = importlib.import_module(f"{app}.events")
        for module in pkgutil.iter_modules(getattr(package, "__path__", [])):
            importlib.import_module(f"{app}.events.{module.name}")
    waiting = [Payload]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if "type" in kind.__dict__ and not kind.__module__.startswith("tests."):
                yield kind


def test_of_every_event_it_is_said_whether_others_hear_of_it() -> None:
    for kind in _events():
        told = kind.type in {**OF_SCORES, **OF_VENDORS}
        inside = kind.type.startswith(INSIDE)
        assert told != inside, kind.type


def test_only_public_values_of_events_are_told() -> None:
    for kind in _events():
        names = {**OF_SCORES, **OF_VENDORS}.get(kind.type, ())
        assert set(names) <= set(kind.model_fields) - kind.private, kind.type

"""The recipes of docs/api.md: every piece of code on that page does what the page says."""

import json
import re
import time
import urllib.request
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar
from urllib.error import HTTPError

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import ApiClient, BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients, idempotency
from audit import clock
from scoring.models import Export
from scoring.services import exports
from tests.api.programs import GOOD
from tests.api.recipes import LINES, Recipes, listening, nowhere, pieces, settle, working
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import small_questionnaire
from tests.factories.decisions import make_decision
from tests.factories.scoring import say, score, scored
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Vendor
from vendors.pushes import Push
from vendors.services import vendors
from vendors.services.merging.merge import merge
from vendors.services.pushes import push_many
from webhooks.net_guard import networks_of
from webhooks.services.fan_out import fan_out
from webhooks.services.sending import send_due

pytestmark = pytest.mark.django_db(transaction=True)

SAP = "sap-prd-100"
SCOPES = ["scores:read", "vendors:read", "vendors:write", "assessments:write", "webhooks:manage"]


@pytest.fixture
def page(
    live_server: LiveServer, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> Generator[Recipes]:
    """The page in the hands of somebody with a key, and Surety at work."""
    client = make_api_client(unit, scopes=SCOPES, name="ERP")
    environment = {
        "SURETY_URL": live_server.url,
        "SURETY_KEY": make_key(client),
        "SURETY_CLIENT_ID": client.client_id,
        "SURETY_CLIENT_SECRET": api_clients.create_secret(client=client, by=SYSTEM),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    recipes = Recipes(environment)
    recipes.run(LINES)
    return recipes


def known_to_sap(vendor: Vendor, number: str = "0000100042") -> Vendor:
    """The vendor with the number that it has in SAP."""
    vendors.set_external_id(vendor=vendor, system=SAP, value=number, by=SYSTEM)
    return vendor


def test_every_piece_of_code_on_the_page_is_run_by_a_test() -> None:
    tests = Path(__file__).parent.glob("test_*.py")
    named = {name for path in tests for name in re.findall(r'"([^"\n]+)"', path.read_text())}
    assert pieces().keys() <= {LINES, *named}


class TestCommands:
    def test_a_client_gets_an_access_token_for_its_id_and_secret(
        self, page: Recipes, tmp_path: Path
    ) -> None:
        [said] = page.shell("Getting a key", tmp_path)
        token = json.loads(said)
        assert (token["token_type"], token["scope"]) == ("Bearer", "scores:read vendors:read")
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        answer = page.call("GET", "/vendors", headers=bearer)
        assert answer == {"items": [], "next": None}

    def test_the_first_calls_find_vendors_and_say_whether_to_order(
        self, page: Recipes, unit: BusinessUnit, tmp_path: Path
    ) -> None:
        vendor = known_to_sap(make_vendor(unit))
        settle()
        listed, both = page.shell("The first call", tmp_path)
        assert [one["id"] for one in json.loads(listed)["items"]] == [str(vendor.pk)]
        assert f'"id":"{vendor.pk}"' in both
        assert '"code":"no_engagement"' in both


class TestCalling:
    def test_a_call_waits_as_long_as_it_is_told_to(self, page: Recipes, settings: Settings) -> None:
        settings.API_RATE = "2/s"
        for _ in range(7):
            assert page.call("GET", "/vendors")["items"] == []

    def test_a_call_waits_for_the_same_request_that_is_still_at_work(self, page: Recipes) -> None:
        client, begun = ApiClient.objects.get(), Event()

        def first() -> None:
            try:
                with transaction.atomic():
                    idempotency.claim(client=client, key="wish-1", request_hash=bytes(32))
                    begun.set()
                    time.sleep(1)
            finally:
                connection.close()

        page.run("Vendors from the ERP", "Sent twice")
        page.call("GET", "/vendors")  # the server's first answer takes longest
        thread = Thread(target=first)
        thread.start()
        assert begun.wait(10)
        wish = {
            "path": "/vendors/bulk",
            "body": {"items": [{"system": SAP, "id": "1", "name": "Aalto Oy"}]},
            "key": "wish-1",
        }
        assert page.carried_out(wish)["items"][0]["status"] == 201
        thread.join()

    def test_a_problem_names_what_is_wrong(self, page: Recipes) -> None:
        with pytest.raises(page.Problem) as refused:
            page.call("GET", "/vendors?limit=0")
        assert refused.value.status == 400
        assert refused.value.document["errors"][0]["pointer"].endswith("limit")

    def test_where_nobody_answers_the_call_ends(self, page: Recipes) -> None:
        page.names["SURETY"] = nowhere()
        with pytest.raises(OSError, match="refused"):
            page.call("GET", "/vendors", tries=1)


class TestInStep:
    @pytest.fixture
    def copy(self, page: Recipes, unit: BusinessUnit) -> dict[str, Any]:
        """What the ERP holds after its first load of two vendors."""
        scored(unit, name="Aalto Oy")
        make_vendor(unit, name="Brno Tools s.r.o.")
        settle()
        page.run("First load", "Nightly delta", "When the token is too old")
        copy: dict[str, Any] = {}
        page.nightly(copy)
        return copy

    @staticmethod
    def names(copy: dict[str, Any]) -> set[str]:
        return {vendor["name"] for vendor in copy["vendors"].values()}

    def test_the_first_load_holds_every_vendor_with_its_rating(self, copy: dict[str, Any]) -> None:
        assert self.names(copy) == {"Aalto Oy", "Brno Tools s.r.o."}
        [rated] = [one for one in copy["vendors"].values() if one["rating"]["score"]]
        assert rated["name"] == "Aalto Oy"

    def test_every_night_brings_what_is_new_what_changed_and_what_is_gone(
        self, page: Recipes, copy: dict[str, Any], unit: BusinessUnit
    ) -> None:
        aalto = Vendor.objects.get(name="Aalto Oy")
        before = copy["vendors"][str(aalto.pk)]["rating"]["band"]
        say(aalto.assessments.get(), assigns="no", discloses="never", measures=["nothing"])
        score(aalto.assessments.get())
        vendors.change(vendor=aalto, version=aalto.version, values={"city": "Turku"}, by=SYSTEM)
        gone, kept = make_vendor(unit, name="Twin Ltd"), make_vendor(unit, name="Twin Limited")
        settle()
        page.nightly(copy)
        assert self.names(copy) == {"Aalto Oy", "Brno Tools s.r.o.", "Twin Ltd", "Twin Limited"}
        assert copy["vendors"][str(aalto.pk)]["city"] == "Turku"
        assert copy["vendors"][str(aalto.pk)]["rating"]["band"] != before
        merge(kept=kept, gone=gone, by=SYSTEM)
        settle()
        page.nightly(copy)
        assert str(gone.pk) not in copy["vendors"]
        assert str(kept.pk) in copy["vendors"]

    def test_an_export_holds_the_same_vendors(
        self, page: Recipes, copy: dict[str, Any], unit: BusinessUnit
    ) -> None:
        def make_exports() -> None:
            for one in Export.objects.all():
                exports.make(export_id=one.pk)

        by_export: dict[str, Any] = {}
        with working(make_exports):
            page.first_load_by_export(by_export)
        assert by_export["vendors"].keys() == copy["vendors"].keys()
        assert self.names(by_export) == self.names(copy)
        make_vendor(unit, name="Late Ltd")
        settle()
        page.delta(by_export)
        assert "Late Ltd" in self.names(by_export)

    def test_webhooks_bring_what_changed_within_seconds(
        self, page: Recipes, copy: dict[str, Any], unit: BusinessUnit, settings: Settings
    ) -> None:
        settings.WEBHOOK_ALLOWED_NETWORKS = networks_of("127.0.0.1/32")
        page.run("In real time")
        page.Receiver.log_message = lambda *_: None
        with listening(page.Receiver) as url:
            page.Receiver.secret = page.subscribe(url)
            aalto = Vendor.objects.get(name="Aalto Oy")
            vendors.change(vendor=aalto, version=aalto.version, values={"city": "Turku"}, by=SYSTEM)
            arrived = Push("erp", (SAP, "7"), values={"name": "Late Ltd"}, units=[unit.pk])
            push_many(pushed=[arrived, replace(arrived, ref=(SAP, "8"))], by=SYSTEM)
            settle()
            fan_out()
            send_due()
            asked = urllib.request.Request(url, b"{}", {"webhook-timestamp": "1767225600"})
            with pytest.raises(HTTPError, match="401"):
                urllib.request.urlopen(asked)
        messages = {message_id for message_id, _message in page.Receiver.waiting}
        types = [message["type"] for _message_id, message in page.Receiver.waiting]
        assert sorted(types) == ["vendor.updated", "vendors.pushed"]
        seen: set[str] = set()
        page.work_off(copy, page.Receiver.waiting, seen)
        assert copy["vendors"][str(aalto.pk)]["city"] == "Turku"
        assert "Late Ltd" in self.names(copy)
        assert (page.Receiver.waiting, seen) == ([], messages)

    def test_a_reader_that_was_away_for_too_long_loads_everything_again(
        self, page: Recipes, copy: dict[str, Any], unit: BusinessUnit
    ) -> None:
        make_vendor(unit, name="Late Ltd")
        settle()
        copy["vendors"]["long gone"] = {"name": "Gone Ltd"}
        with time_machine.travel(clock.now() + timedelta(days=91), tick=True):
            page.nightly(copy)
            assert self.names(copy) == {"Aalto Oy", "Brno Tools s.r.o.", "Late Ltd"}
            page.delta(copy)

    def test_so_does_a_reader_that_sees_another_unit_since(
        self, page: Recipes, copy: dict[str, Any], unit: BusinessUnit, other_unit: BusinessUnit
    ) -> None:
        make_vendor(other_unit, name="Of others GmbH")
        settle()
        page.nightly(copy)
        assert "Of others GmbH" not in self.names(copy)
        client = ApiClient.objects.get()
        api_clients.change(
            client=client, name="ERP", scopes=SCOPES, units=[unit, other_unit], by=SYSTEM
        )
        page.nightly(copy)
        assert "Of others GmbH" in self.names(copy)


class TestOrders:
    def test_an_order_is_allowed_on_an_approval_and_stopped_without_one(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        engagement = make_engagement(
            known_to_sap(make_vendor(unit)), unit, purchasing_org="1000", company_code="DE01"
        )
        page.run("May I order?")
        assert page.clearance(SAP, "100042", purchasing_org="1000")["code"] == "no_decision"
        make_decision(engagement)
        answer = page.clearance(SAP, "0000100042", purchasing_org="1000", company_code="DE01")
        assert (answer["clearance"], answer["tier"]) == ("allowed", engagement.tier)
        assert page.clearance(SAP, "100042", purchasing_org="2000")["clearance"] == "blocked"
        assert page.clearance(SAP, "7")["code"] == "not_known"

    @pytest.mark.parametrize(
        ("tier", "hours", "expected"),
        [
            ("critical", 1, ("allowed", False)),
            ("high", 5, ("blocked", True)),
            ("low", 5, ("allowed", False)),
            ("moderate", 100, ("allowed", True)),
        ],
    )
    def test_while_surety_is_down_the_last_answer_stands_in_as_long_as_the_tier_bears(
        self,
        page: Recipes,
        unit: BusinessUnit,
        tier: str,
        hours: int,
        expected: tuple[str, bool],
    ) -> None:
        engagement = make_engagement(known_to_sap(make_vendor(unit)), unit)
        make_decision(engagement)
        type(engagement).objects.filter(pk=engagement.pk).update(tier=tier)
        page.run("May I order?", "When Surety is down")
        kept: dict[str, Any] = {}
        assert page.may_order(kept, SAP, "100042")["clearance"] == "allowed"
        page.names["SURETY"] = nowhere()
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=True):
            answer = page.may_order(kept, SAP, "100042")
        assert (answer["clearance"], answer["ask_again"]) == expected

    def test_no_answer_stands_in_for_another_supplier(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        vendor = make_vendor(unit)
        vendors.set_external_id(vendor=vendor, system="coupa-text", value="007", by=SYSTEM)
        make_decision(make_engagement(vendor, unit))
        page.run("May I order?", "When Surety is down")
        kept: dict[str, Any] = {}
        assert page.may_order(kept, "coupa-text", "007")["clearance"] == "allowed"
        page.names["SURETY"] = nowhere()
        assert page.may_order(kept, "coupa-text", "7")["clearance"] == "blocked"

    def test_an_outage_is_no_way_around_a_block_or_an_end(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        engagement = make_engagement(known_to_sap(make_vendor(unit)), unit)
        page.run("May I order?", "When Surety is down")
        kept: dict[str, Any] = {}
        up = page.SURETY
        assert page.may_order(kept, SAP, "100042")["clearance"] == "blocked"
        page.names["SURETY"] = nowhere()
        assert page.may_order(kept, SAP, "100042")["clearance"] == "blocked"
        assert page.may_order(kept, SAP, "100043")["clearance"] == "blocked"
        page.names["SURETY"] = up
        make_decision(engagement, expires_on=clock.today() + timedelta(days=1))
        type(engagement).objects.filter(pk=engagement.pk).update(tier="low")
        assert page.may_order(kept, SAP, "100042")["clearance"] == "allowed"
        page.names["SURETY"] = nowhere()
        with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
            assert page.may_order(kept, SAP, "100042")["clearance"] == "blocked"

    def test_a_key_that_was_revoked_is_a_mistake_and_no_outage(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        page.run("May I order?", "When Surety is down")
        page.names["KEY"] = "srt_nothing"
        with pytest.raises(page.Problem, match="401"):
            page.may_order({}, SAP, "100042")


class TestWriting:
    ROW: ClassVar = {
        "LIFNR": "0000100042",
        "NAME1": "Aalto Oy",
        "LAND1": "FI",
        "ORT01": "Turku",
        "STCEG": "",
    }

    def test_the_erp_makes_vendors_and_changes_them(self, page: Recipes) -> None:
        page.run("Vendors from the ERP")
        made = page.push(self.ROW)
        again = page.push(self.ROW | {"LIFNR": "100042", "ORT01": "Oulu"})
        assert (made["id"], made["city"], again["city"]) == (again["id"], "Turku", "Oulu")
        assert Vendor.objects.count() == 1

    def test_of_many_the_bad_ones_come_back_with_their_problem(self, page: Recipes) -> None:
        page.run("Vendors from the ERP")
        rows = [self.ROW | {"LIFNR": str(n), "NAME1": f"Vendor {n}"} for n in range(1, 1004)]
        rows[7]["LAND1"] = "Finland"
        [refused] = page.push_all(rows)
        assert refused["id"] == "8"
        assert refused["problem"]["errors"][0]["pointer"] == "/country"
        assert Vendor.objects.count() == 1002

    def test_an_assessment_is_opened_once_answered_and_handed_in(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        questionnaire = small_questionnaire()
        engagement = make_engagement(known_to_sap(make_vendor(unit)), unit)
        page.run("May I order?", "An assessment")
        wanted = page.clearance(SAP, "100042")
        assert wanted["code"] == "no_decision"
        opened = page.open_assessment(
            wanted["engagement_id"], "contract-4711", questionnaire=questionnaire.key
        )
        again = page.open_assessment(
            wanted["engagement_id"], "contract-4711", questionnaire=questionnaire.key
        )
        assert (opened["id"], opened["engagement_id"]) == (again["id"], str(engagement.pk))
        assert "assigns" in page.questions(opened)
        assert page.submit(opened) == ["assigns"]
        page.answer(opened, {key: said["value"] for key, said in GOOD.items()})
        assert page.questions(opened) == {}
        assert page.submit(opened) == []
        found = page.call("GET", f"/assessments/{opened['id']}")
        assert found["status"] == "submitted"

    def test_what_was_sent_twice_is_carried_out_once(
        self, page: Recipes, unit: BusinessUnit
    ) -> None:
        page.run("Vendors from the ERP", "Sent twice")
        wish = {
            "path": "/vendors/bulk",
            "body": {"items": [{"system": SAP, "id": "1", "name": "Aalto Oy"}]},
            "key": "wish-1",
        }
        first, second = page.carried_out(wish), page.carried_out(wish)
        assert first == second
        assert first["items"][0]["status"] == 201
        with pytest.raises(page.Problem, match="422"):
            page.carried_out(wish | {"body": {"items": [{"system": SAP, "id": "2", "name": "B"}]}})

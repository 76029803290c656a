"""Exports over the API: asked for, made, fetched whole, stopped, erased."""

import gzip
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit import clock
from audit.models import Event
from scoring.models import Export
from scoring.services import export_files, exports, jobs
from tests.api.exporting import API, ask, content, known, made
from tests.bucket import bucket
from tests.factories.accounts import make_api_client, make_key
from tests.factories.scoring import scored
from tests.personas import Program

pytestmark = pytest.mark.django_db


def test_an_export_is_taken_made_and_fetched_whole(api_client: Program, unit: BusinessUnit) -> None:
    scored(unit)
    response = ask(api_client)

    assert response.status_code == 202
    queued = response.json()
    assert (queued["status"], queued["rows"], queued["content"]) == ("queued", None, None)
    assert response.headers["Location"].endswith(f"{API}/{queued['id']}")
    assert api_client.browser.get(f"{API}/{queued['id']}/content").status_code == 409

    exports.make(export_id=UUID(queued["id"]))
    found = api_client.browser.get(response.headers["Location"]).json()
    fetched = api_client.browser.get(found["content"])
    text = fetched.getvalue()

    assert found["status"] == "ready"
    assert found["rows"] == len(text.splitlines()) == 1
    assert found["size"] == len(text) == int(fetched.headers["Content-Length"])
    assert found["sha256"] == sha256(text).hexdigest() == fetched.headers["X-Content-SHA256"]
    assert fetched.headers["X-Row-Count"] == "1"
    assert fetched.headers["Content-Type"] == "application/x-ndjson"


def test_a_caller_that_takes_gzip_gets_the_file_as_it_is_stored_with_its_own_digest(
    api_client: Program, unit: BusinessUnit
) -> None:
    scored(unit)
    found = made(api_client)

    response = api_client.browser.get(found["content"], headers={"Accept-Encoding": "gzip, br"})
    packed = response.getvalue()

    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == len(packed)
    digest = response.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest) == sha256(packed).digest()
    assert sha256(gzip.decompress(packed)).hexdigest() == found["sha256"]

    refused = api_client.browser.get(found["content"], headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert sha256(refused.getvalue()).hexdigest() == found["sha256"]


def test_a_workbook_holds_as_many_rows_as_a_sheet_and_not_one_more(
    api_client: Program, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    known(unit, "Quillfeather")
    known(unit, "Umbersmith")
    wanted = {"what": "vendors", "format": "xlsx"}
    assert made(api_client, **wanted)["rows"] == 2

    known(unit, "Vetch")
    queued = ask(api_client, **wanted)
    exports.make(export_id=UUID(queued.json()["id"]))
    told = api_client.browser.get(queued.headers["Location"]).json()
    assert (told["status"], told["content"]) == ("failed", None)
    assert "does not hold so many rows" in told["reason"]


def test_a_large_file_is_unpacked_piece_by_piece_for_callers_without_gzip(
    api_client: Program, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        known(unit, f"Supplier {number}")
    monkeypatch.setattr(export_files, "PIECE", 64)

    text = content(api_client, made(api_client, what="vendors"))

    assert len(text.splitlines()) == 12


def test_what_does_not_exist_is_refused_with_a_pointer(api_client: Program) -> None:
    for wanted, pointer in (
        ({"what": "secrets"}, "/what"),
        ({"format": "pdf"}, "/format"),
        ({"filters": {"band": "purple"}}, "/filters/band"),
        ({"filters": {"as_of": "2999-01-01"}}, "/filters/as_of"),
        ({"filters": {"colour": "red"}}, "/filters/colour"),
        ({"filters": []}, "/filters"),
    ):
        refused = ask(api_client, **wanted)
        assert refused.status_code == 400, wanted
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert not Export.objects.exists()


def test_whoever_sends_no_key_gets_nothing() -> None:
    for address in (API, f"{API}/{UUID(int=7)}", f"{API}/{UUID(int=7)}/content"):
        assert Client().get(address).status_code == 401


def test_an_export_does_not_exist_for_another_client_of_the_same_unit(
    api_client: Program, unit: BusinessUnit
) -> None:
    found = made(api_client)
    client = make_api_client(unit, name="Other ERP")
    other = Program(client, make_key(client))

    for address in (f"{API}/{found['id']}", f"{API}/{found['id']}/content"):
        assert other.browser.get(address).status_code == 404
    assert other.browser.delete(f"{API}/{found['id']}").status_code == 404
    assert other.browser.get(API).json()["items"] == []
    assert [one["id"] for one in api_client.browser.get(API).json()["items"]] == [found["id"]]


def test_the_same_request_under_one_key_makes_one_export(api_client: Program) -> None:
    sent = {"what": "scores"}
    headers = {"Idempotency-Key": "nightly-2026-11-28"}

    first = api_client.browser.post(API, sent, content_type="application/json", headers=headers)
    again = api_client.browser.post(API, sent, content_type="application/json", headers=headers)
    other = api_client.browser.post(
        API, {"what": "vendors"}, content_type="application/json", headers=headers
    )

    assert first.json() == again.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert other.status_code == 422
    assert Export.objects.count() == 1


def test_a_client_has_two_under_way_at_most_and_keeps_twenty(
    api_client: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(api_client)
    [second] = [ask(api_client).json()["id"]]
    refused = ask(api_client)
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:surety:problem:too_many_exports",
    )

    api_client.browser.delete(f"{API}/{second}")
    monkeypatch.setattr(exports, "KEPT", 1)
    made(api_client)
    assert ask(api_client).status_code == 409


def test_what_was_deleted_or_had_its_time_is_gone(api_client: Program) -> None:
    deleted, expired = made(api_client), made(api_client)
    storage = export_files.storage()
    keys = list(Export.objects.values_list("key", flat=True))

    assert api_client.browser.delete(f"{API}/{deleted['id']}").status_code == 204
    assert api_client.browser.delete(f"{API}/{deleted['id']}").status_code == 204
    with clock.at(clock.now() + timedelta(hours=settings.EXPORT_HOURS + 1)):
        exports.sweep()

    for found in (deleted, expired):
        gone = api_client.browser.get(found["content"])
        assert (gone.status_code, gone.json()["type"]) == (410, "urn:surety:problem:export_gone")
        told = api_client.browser.get(f"{API}/{found['id']}").json()
        assert (told["status"], told["content"]) == ("erased", None)
    assert not any(storage.exists(key) for key in keys)


def test_a_file_that_the_storage_has_lost_is_gone(api_client: Program) -> None:
    found = made(api_client)
    export_files.storage().delete(Export.objects.get().key)

    assert api_client.browser.get(found["content"]).status_code == 410


def test_what_was_erased_a_month_ago_is_forgotten(api_client: Program) -> None:
    found = made(api_client)
    api_client.browser.delete(f"{API}/{found['id']}")

    with clock.at(clock.now() + timedelta(days=31)):
        exports.sweep()

    assert api_client.browser.get(f"{API}/{found['id']}").status_code == 404


def test_an_export_that_nobody_wants_any_more_is_not_made(api_client: Program) -> None:
    asked = ask(api_client).json()["id"]
    api_client.browser.delete(f"{API}/{asked}")

    exports.make(export_id=UUID(asked))

    assert api_client.browser.get(f"{API}/{asked}").json()["status"] == "cancelled"
    assert Export.objects.get().key == ""


def test_a_client_that_is_switched_off_loses_its_exports(api_client: Program) -> None:
    ready, waiting = made(api_client), ask(api_client).json()["id"]

    api_clients.switch(client=api_client.client, active=False, by=SYSTEM)
    assert api_client.browser.get(ready["content"]).status_code == 401
    exports.follow_client(public_id=api_client.client.public_id)

    states = dict(Export.objects.values_list("pk", "status"))
    assert states == {UUID(ready["id"]): "erased", UUID(waiting): "cancelled"}


def test_a_client_that_lost_a_unit_loses_the_exports_with_its_rows(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    client = make_api_client(unit, other_unit, name="Both")
    both = Program(client, make_key(client))
    wide, narrow = made(both), made(both, filters={"unit": str(unit.pk)})

    api_clients.change(client=client, name="Both", scopes=client.scopes, units=[unit], by=SYSTEM)

    assert both.browser.get(wide["content"]).status_code == 404
    assert both.browser.get(narrow["content"]).status_code == 200
    exports.follow_client(public_id=client.public_id)
    assert Export.objects.get(pk=wide["id"]).status == "erased"
    assert Export.objects.get(pk=narrow["id"]).status == "ready"


def test_a_storage_that_cannot_be_written_fails_the_export_with_a_sentence(
    api_client: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_more: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(export_files.storage()), "save", full)
    asked = ask(api_client).json()["id"]
    exports.make(export_id=UUID(asked))

    told = api_client.browser.get(f"{API}/{asked}").json()
    assert told["status"] == "failed"
    assert "stored" in told["reason"]
    assert api_client.browser.get(f"{API}/{asked}/content").status_code == 410


def test_an_export_that_was_begun_three_times_and_never_ended_has_failed_and_says_so(
    api_client: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(export_files, "write", dies)
    asked = ask(api_client).json()["id"]
    for _time in range(jobs.TRIES):
        with pytest.raises(RuntimeError):
            exports.make(export_id=UUID(asked))
        assert api_client.browser.get(f"{API}/{asked}").json()["status"] == "running"
    exports.make(export_id=UUID(asked))

    told = api_client.browser.get(f"{API}/{asked}").json()
    assert told["status"] == "failed"
    assert "begun 3 times" in told["reason"]


def test_the_file_of_one_that_died_after_storing_is_not_left_behind(api_client: Program) -> None:
    found = made(api_client)
    # As if the worker had died before it could say that it was done.
    Export.objects.update(status="running", key="")
    exports.make(export_id=UUID(found["id"]))
    again = Export.objects.get()
    assert (again.status, again.key) == ("ready", f"{again.pk.hex[-2:]}/{again.pk}")


def test_files_go_to_a_bucket_and_come_back(
    api_client: Program, unit: BusinessUnit, settings: Any
) -> None:
    scored(unit)
    with bucket(settings, "exports") as stored:
        found = made(api_client, format="csv")
        assert sha256(content(api_client, found)).hexdigest() == found["sha256"]
        [(address, _packed)] = stored.objects.items()
        assert address.startswith("/proofs/surety/")
        assert api_client.browser.delete(f"{API}/{found['id']}").status_code == 204
        assert stored.objects == {}


def test_asking_making_and_handing_out_are_on_the_record(
    api_client: Program, unit: BusinessUnit
) -> None:
    scored(unit)
    found = made(api_client)
    content(api_client, found)

    told = Event.objects.filter(aggregate_id=found["id"]).order_by("position")
    assert [event.type for event in told] == ["export.asked", "export.made", "export.downloaded"]
    assert told[1].data["sha256"] == told[2].data["sha256"] == found["sha256"]
    assert told[2].actor_id == str(api_client.client.public_id)

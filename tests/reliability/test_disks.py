"""A full disk, and one that cannot be written any more: what is told, and what comes after."""

import json
import re
from typing import Final
from urllib.parse import urlencode

from config.children import wait_until
from tests.contract.asking import Answer, ask
from tests.reliability.conftest import Install, Installation
from tests.reliability.small_disk import SmallDisk, small_disk

_PATIENCE: Final = 60


def push(where: Installation, number: int) -> Answer:
    """Many vendors at once, so that a disk is full soon."""
    items = [
        {
            "system": "erp",
            "id": f"{number}-{row}",
            "name": f"Vendor {number} {row}",
            "country": "DE",
        }
        for row in range(200)
    ]
    return where.call("POST", "/vendors/bulk", json.dumps({"items": items}))


def fill_in(where: Installation, note: str) -> Answer:
    """The form of a section, sent by a browser without scripts."""
    place = f"/assessments/{where.assessment}/sections/all/"
    cookie = f"{where.known['cookie']}; csrftoken={'t' * 32}"
    form = {
        "csrfmiddlewaretoken": "t" * 32,
        "q-assigns": "yes",
        "q-assigns-note": note,
        "q-assigns-version": "0",
    }
    return ask(
        where.web.address,
        place,
        method="POST",
        body=urlencode(form),
        headers={
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": where.web.address,
        },
    )


def until_refused(where: Installation) -> tuple[int, Answer]:
    """How many pushes were taken, and what the first that was not is told."""
    for number in range(200):
        answer = push(where, number)
        if answer.status != 200:
            return number, answer
    raise AssertionError("The disk took it all.")


def works_again(where: Installation, disk: SmallDisk) -> None:
    """As a supervisor would, start what has ended; then saving works."""

    def saved() -> bool:
        disk.tell("revive")
        return push(where, 999).status == 200

    assert wait_until(saved, seconds=_PATIENCE, every=0.5), where.web.said()


def test_a_full_disk_is_503_loses_nothing_and_is_over_when_there_is_room(
    install: Install,
) -> None:
    with small_disk(500) as disk:
        here = install(disk.database_url, disk.redis_url)
        disk.tell("fill")

        taken, answer = until_refused(here)

        assert answer.problem["status"] == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "Traceback" not in answer.body.decode()
        # What was refused is not there in part, and nobody has to wait for the next page.
        assert here.open("/vendors/").status in (200, 503)

        disk.tell("empty")
        works_again(here, disk)
        for number in range(taken):
            for row in (0, 199):
                there = here.call("GET", f"/vendors/by-external-id/erp/{number}-{row}")
                assert there.status == 200, (number, row)
        half = here.call("GET", f"/vendors/by-external-id/erp/{taken}-0").status
        assert here.call("GET", f"/vendors/by-external-id/erp/{taken}-199").status == half


def test_storage_that_cannot_be_written_is_503_for_programs_and_a_page_with_what_was_typed(
    install: Install,
) -> None:
    with small_disk(500) as disk:
        here = install(disk.database_url, disk.redis_url)
        assert push(here, 0).status == 200

        # PostgreSQL ends itself where it cannot write, and cannot start again before it can.
        disk.tell("lock")
        disk.tell("kill")
        assert disk.tell("revive") != "done"

        answer = push(here, 1)
        assert answer.problem["status"] == 503
        assert int(answer.headers["retry-after"]) > 0
        page = fill_in(here, "Typed for a long time.")
        assert page.status == 503
        assert int(page.headers["retry-after"]) > 0
        said = page.body.decode()
        assert "This cannot be done at the moment" in said
        assert "Typed for a long time." in said
        assert re.search(r"<button[^>]*>\s*Send it again", said)
        assert here.open("/").status == 503

        disk.tell("unlock")
        works_again(here, disk)
        assert here.call("GET", "/vendors/by-external-id/erp/0-199").status == 200
        assert fill_in(here, "Typed for a long time.").status == 302

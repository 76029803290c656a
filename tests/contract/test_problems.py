"""Whatever goes wrong between a program and a running server is a problem document."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import BusinessUnit
from tests.contract.asking import ask, say
from tests.factories.accounts import make_api_client, make_key
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)

LOOKUP = "/api/v1/scores/lookup"


@pytest.fixture
def key(unit: BusinessUnit) -> str:
    """Of a client that may do everything in `unit`."""
    return make_key(make_api_client(unit, scopes=["scores:read", "vendors:read", "vendors:write"]))


def test_every_kind_of_bad_request_is_answered_in_kind(web: Web, key: str) -> None:
    """One server for all of these: starting it is what takes time."""
    address = web.address

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        nothing = ask(address, "/api/v1/no-such-thing", method=method)
        assert nothing.status == 404
        assert nothing.headers["ratelimit-policy"].startswith('"client";q=')
        assert method == "HEAD" or nothing.problem["title"] == "Not Found"
    assert ask(address, "/api/", key=key).problem["status"] == 404
    assert ask(address, "/oauth/no-such-thing").problem["status"] == 404

    wrong = ask(address, "/api/v1/scores", key=key, method="DELETE")
    assert wrong.problem["status"] == 405
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS"
    assert ask(address, "/api/v1/scores", key=key, method="BREW").problem["status"] == 405

    bad = ask(address, LOOKUP, key=key, method="POST", body='{"items": [\n  {"system" 1}]}')
    assert bad.problem["status"] == 400
    assert "line 2 column 13" in bad.problem["detail"]
    for body, part in (
        ("[" * 200_000, "too deeply"),
        (b'{"items": "\xff"}', "not UTF-8 at byte 11"),
        ('{"items": NaN}', "NaN"),
        ('{"items": 1e999}', "larger than any number"),
    ):
        found = ask(address, LOOKUP, key=key, method="POST", body=body)
        assert found.status == 400
        assert part in found.problem["detail"]
    for text in ("\\u0000", "\\ud800"):
        body = f'{{"items": [{{"system": "erp", "id": "{text}"}}]}}'
        found = ask(address, LOOKUP, key=key, method="POST", body=body)
        assert found.problem["errors"][0]["pointer"] == "/items/0/id"

    xml = {"Content-Type": "application/xml"}
    other = ask(address, LOOKUP, key=key, method="POST", body="<a/>", headers=xml)
    assert other.problem["status"] == 415
    picky = ask(address, "/api/v1/vendors", key=key, headers={"Accept": "text/csv"})
    assert picky.problem["status"] == 406

    host = ask(address, "/api/v1/vendors", key=key, headers={"Host": "elsewhere.example"})
    assert host.problem["status"] == 400
    assert "host name" in host.problem["detail"]
    long = ask(address, "/api/v1/vendors?q=" + "a" * 9_000, key=key)
    assert long.problem["status"] == 414
    assert ask(address, "/api/v1/vendors", headers={"X-Long": "a" * 9_000}).status == 431
    assert say(address, b"NONSENSE\r\n\r\n").problem["status"] == 400
    for query in ("q=%00", "country=%00", "cursor=%00", "external_id=%00:%00", "q=%ff%fe"):
        assert ask(address, f"/api/v1/vendors?{query}", key=key).status in (200, 400), query


def test_a_body_that_is_too_large_is_413_however_it_comes(web: Web, key: str) -> None:
    much = json.dumps({"items": [{"system": "erp", "id": "7" * 70}] * 110_000}).encode()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(much), 65_536):
            yield much[start : start + 65_536]

    assert len(much) > 10 * 1024 * 1024
    whole = ask(web.address, LOOKUP, key=key, method="POST", body=much)
    assert whole.problem["status"] == 413
    assert "10,485,760 bytes" in whole.problem["detail"]
    chunked = ask(web.address, LOOKUP, key=key, method="POST", body=pieces())
    assert chunked.problem["status"] == 413


def test_a_body_in_chunks_is_read_like_any_other(web: Web, key: str) -> None:
    body = [b'{"items": [{"sys', b'tem": "erp", "id": "42"}]}']

    answer = ask(web.address, LOOKUP, key=key, method="POST", body=iter(body))

    assert answer.status == 200
    assert json.loads(answer.body)["items"][0]["id"] == "42"


def test_head_and_options_say_what_get_would(web: Web, key: str) -> None:
    head = ask(web.address, "/api/v1/vendors", key=key, method="HEAD")
    got = ask(web.address, "/api/v1/vendors", key=key)
    options = ask(web.address, "/api/v1/vendors", key=key, method="OPTIONS")

    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))
    assert options.status == 200
    assert options.headers["allow"] == "GET, HEAD, OPTIONS"


def test_errors_of_the_token_address_are_those_of_oauth_and_problems_as_well(web: Web) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def wanted(body: str, **headers: str) -> tuple[int, Any]:
        answer = ask(
            web.address, "/oauth/token", method="POST", body=body, headers={**form, **headers}
        )
        assert answer.headers["content-type"] == "application/json"
        assert "ratelimit" in answer.headers
        return answer.status, json.loads(answer.body)

    status, said = wanted("grant_type=client_credentials&client_id=x&client_secret=y")
    assert (status, said["error"], said["status"]) == (401, "invalid_client", 401)
    assert said["type"] == "urn:surety:problem:invalid_client"
    assert said["detail"] == said["error_description"] != ""
    assert wanted("grant_type=magic")[1]["error"] == "unsupported_grant_type"
    assert wanted("")[1]["error"] == "unsupported_grant_type"
    status, said = wanted("{}", **{"Content-Type": "application/json"})
    assert (status, said["error"]) == (415, "invalid_request")
    got = ask(web.address, "/oauth/token")
    assert got.problem["status"] == 405
    assert got.headers["allow"] == "POST, OPTIONS"

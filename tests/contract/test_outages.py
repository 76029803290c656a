"""What programs are told while the database or the queue is out of reach: for real, not played."""

import json
import threading
from collections.abc import Generator
from urllib.parse import urlsplit

import pytest
from django.db import connection

from accounts.models import BusinessUnit
from tests.contract.asking import Answer, ask
from tests.contract.conftest import StartWeb
from tests.contract.line import Line, line_to
from tests.factories.accounts import make_api_client, make_key
from tests.factories.vendors import make_vendor
from tests.web import Web
from vendors.models import Statement

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENT = {"period_end": "2024-12-31", "currency": "EUR", "source": "audited", "sales": "5000000"}


@pytest.fixture
def key(unit: BusinessUnit) -> str:
    """Of a client that may read and write in `unit`."""
    return make_key(make_api_client(unit, scopes=["vendors:read", "vendors:write"]))


@pytest.fixture
def line(transactional_db: None) -> Generator[Line]:
    """The only way of the web processes to the database; mended before they are stopped."""
    where = connection.settings_dict
    with line_to(where["HOST"], int(where["PORT"])) as one:
        yield one


@pytest.fixture
def web(start_web: StartWeb, line: Line, _worker_environment: dict[str, str]) -> Web:
    """One web process behind that line."""
    where = urlsplit(_worker_environment["DATABASE_URL"])
    netloc = f"{where.netloc.rpartition(':')[0]}:{line.port}"
    return start_web(DATABASE_URL=where._replace(netloc=netloc).geturl(), processes=1)


def test_a_database_out_of_reach_is_503_and_the_next_request_after_it_works(
    web: Web, line: Line, key: str, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    path = f"/api/v1/vendors/{vendor.pk}"
    assert ask(web.address, path, key=key).status == 200

    line.cut()

    # The key itself cannot be looked up, so this is not a 401 either.
    for method, body in (("GET", None), ("PUT", "{}"), ("DELETE", None)):
        assert_come_back(ask(web.address, path, key=key, method=method, body=body))
    assert_come_back(token(web))
    # A page of people says the same in its own way.
    assert ask(web.address, "/healthz").status == 200
    assert ask(web.address, "/api/v1/nothing").problem["status"] == 404
    assert "Traceback" not in ask(web.address, path, key=key).body.decode()

    line.mend()

    assert ask(web.address, path, key=key).status == 200


def test_a_connection_lost_in_the_middle_of_a_write_is_503_and_nothing_is_half_written(
    web: Web, line: Line, key: str, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    path = f"/api/v1/vendors/{vendor.pk}/statements/2024"
    assert ask(web.address, path, key=key).status == 404
    answers: list[Answer] = []
    line.hold()
    asking = threading.Thread(
        target=lambda: answers.append(
            ask(web.address, path, key=key, method="PUT", body=json.dumps(STATEMENT))
        )
    )
    asking.start()
    assert line.asked.wait(30)

    line.cut()
    asking.join(60)

    assert_come_back(answers[0])
    assert not Statement.objects.filter(vendor=vendor).exists()
    line.mend()
    again = ask(web.address, path, key=key, method="PUT", body=json.dumps(STATEMENT))
    assert again.status == 201


def test_a_database_in_recovery_takes_no_writes_and_says_when_to_come_back(
    web: Web, key: str, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    path = f"/api/v1/vendors/{vendor.pk}/statements/2024"
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        # A server in recovery refuses writing by this very error.
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        answer = ask(web.address, path, key=key, method="PUT", body=json.dumps(STATEMENT))
        assert_come_back(answer)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def test_a_write_succeeds_while_the_queue_is_down(
    start_web: StartWeb, key: str, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit)
    web = start_web(REDIS_URL="redis://127.0.0.1:1/0", processes=1)

    path = f"/api/v1/vendors/{vendor.pk}/statements/2024"
    answer = ask(web.address, path, key=key, method="PUT", body=json.dumps(STATEMENT))

    assert answer.status == 201, answer
    assert Statement.objects.filter(vendor=vendor).exists()


def token(web: Web) -> Answer:
    return ask(
        web.address,
        "/oauth/token",
        method="POST",
        body="grant_type=client_credentials&client_id=a&client_secret=b",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


def assert_come_back(answer: Answer) -> None:
    """503, and when to try again."""
    assert answer.problem["status"] == 503, answer
    assert int(answer.headers["retry-after"]) > 0

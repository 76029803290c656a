"""No connection left, a deadlock: what is told, and that the next try works."""

import threading
from collections.abc import Generator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from accounts.models import BusinessUnit
from assessments.models import Answer as StoredAnswer
from config.children import wait_until
from tests.contract.asking import Answer, ask
from tests.contract.conftest import StartWeb
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import make_assessment
from tests.flows.dying import waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


@pytest.fixture
def few(_worker_environment: dict[str, str]) -> Generator[str]:
    """The address of the database for somebody who may have two connections to it, as an
    installation's own role has so many and no more."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS few")
        cursor.execute("CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 2")
        for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            cursor.execute(f"GRANT ALL ON ALL {what} IN SCHEMA public TO few")
    where = urlsplit(_worker_environment["DATABASE_URL"])
    try:
        yield where._replace(netloc=f"few:few@{where.hostname}:{where.port}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'few'"
            )
            cursor.execute("DROP OWNED BY few; DROP ROLE few; SELECT %s", [name])


def test_no_connection_left_is_503_and_over_as_soon_as_one_is_free(
    start_web: StartWeb, few: str, unit: BusinessUnit
) -> None:
    key = make_key(make_api_client(unit))
    web = start_web(DATABASE_URL=few, processes=1, DJANGO_SETTINGS_MODULE="chaos.settings")
    with closing(psycopg2.connect(few)), closing(psycopg2.connect(few)):
        answer = ask(web.address, "/api/v1/vendors", key=key)
        page = ask(web.address, "/accounts/login/")
        ready = ask(web.address, "/readyz")
        alive = ask(web.address, "/healthz")

    assert answer.problem["status"] == 503
    assert int(answer.headers["retry-after"]) > 0
    assert page.status in (200, 503)
    assert (ready.status, alive.status) == (503, 200)
    assert wait_until(
        lambda: ask(web.address, "/api/v1/vendors", key=key).status == 200, seconds=PATIENCE
    )


def test_a_deadlock_is_503_in_words_changes_nothing_and_the_same_again_works(
    start_web: StartWeb, unit: BusinessUnit
) -> None:
    assessment = make_assessment(unit)
    key = make_key(make_api_client(unit, scopes=["vendors:read", "assessments:write"]))
    web = start_web(processes=1)
    path = f"/api/v1/assessments/{assessment.pk}/answers"

    def say(value: str) -> Answer:
        body = f'{{"answers": {{"assigns": {{"value": "{value}"}}}}}}'
        return ask(web.address, path, key=key, method="PATCH", body=body)

    assert say("yes").status == 200
    answers: list[Answer] = []
    with closing(psycopg2.connect(_address())) as other, other.cursor() as cursor:
        # Whoever waits for a second finds the deadlock: this one has more patience.
        cursor.execute("SET deadlock_timeout = '60s'")
        row = StoredAnswer.objects.get(assessment=assessment, question_key="assigns")
        cursor.execute("SELECT FROM assessments_answer WHERE id = %s FOR UPDATE", [row.pk])
        asking = threading.Thread(target=lambda: answers.append(say("no")))
        asking.start()
        assert wait_until(waiting_for_a_lock, seconds=PATIENCE)
        cursor.execute(
            "SELECT FROM assessments_assessment WHERE id = %s FOR UPDATE", [str(assessment.pk)]
        )
        other.rollback()
    asking.join(PATIENCE)

    assert answers[0].problem["status"] == 503
    assert "send it again" in answers[0].problem["detail"]
    assert int(answers[0].headers["retry-after"]) > 0
    row.refresh_from_db()
    assert (row.value, row.version) == ("yes", 1)
    assert say("no").status == 200
    row.refresh_from_db()
    assert (row.value, row.version) == ("no", 2)


def _address() -> str:
    there = connection.settings_dict
    who = f"{there['USER']}:{there['PASSWORD']}"
    return f"postgresql://{who}@{there['HOST']}:{there['PORT']}/{there['NAME']}"

"""Queries that are built once find, for everybody, what they would find built anew."""

from typing import cast

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from accounts.models import ApiClient, ApiKey, BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Grant, Principal
from accounts.scoping import for_principal
from accounts.statements import Statement
from tests.factories.accounts import make_api_client, make_key, make_unit
from tests.personas import Program

pytestmark = pytest.mark.django_db

_VIEW = frozenset({Permission.VIEW})


def units(principal: Principal, name: str) -> list[str]:
    return [unit.name for unit in NAMED.rows(principal, name)]


def named(principal: Principal, name: str) -> QuerySet[BusinessUnit]:
    mine = for_principal(BusinessUnit.objects.all(), principal, unit="pk")
    return mine.exclude(name=name).exclude(name="Never").order_by("name")


NAMED = Statement(named)


def of(*rows: BusinessUnit) -> Principal:
    return Principal("client", "", "Somebody", tuple(Grant(unit.pk, _VIEW) for unit in rows))


def test_everybody_finds_what_is_theirs_whoever_asked_first() -> None:
    one, two, three = (make_unit(name) for name in ("Ashdown", "Birchwood", "Cedarholm"))
    make_unit("Never")

    assert units(of(one), "") == ["Ashdown"]
    assert units(of(two), "") == ["Birchwood"]
    assert units(of(three, one), "") == ["Ashdown", "Cedarholm"]
    assert units(of(two, three), "Birchwood") == ["Cedarholm"]
    assert units(of(), "") == []


def test_whoever_sees_all_units_is_not_taken_for_one_who_sees_some() -> None:
    one, _two = make_unit("Ashdown"), make_unit("Birchwood")
    everywhere = Principal("client", "", "Group", (Grant(None, _VIEW),))

    assert units(of(one), "") == ["Ashdown"]
    assert units(everywhere, "Birchwood") == [
        row.name for row in BusinessUnit.objects.exclude(name="Birchwood").order_by("name")
    ]
    assert units(of(one), "Ashdown") == []


def test_whoever_asks_may_be_read_only_when_it_is_needed() -> None:
    one = make_unit("Ashdown")
    lazy = cast("Principal", SimpleLazyObject(lambda: of(one)))

    assert [unit.name for unit in Statement(named).rows(lazy, "")] == ["Ashdown"]


def test_a_right_that_was_taken_away_is_gone_at_once() -> None:
    one = make_unit("Ashdown")
    powerless = Principal("client", "", "Somebody", (Grant(one.pk, frozenset()),))

    assert units(of(one), "") == ["Ashdown"]
    assert units(powerless, "") == []


def test_who_asked_first_is_not_who_asks_next() -> None:
    by_id = Statement(lambda one: BusinessUnit.objects.filter(name=one.id))
    first, second = make_unit("Ashdown"), make_unit("Birchwood")

    for unit in (first, second, first):
        assert [row.pk for row in by_id.rows(Principal("client", unit.name, unit.name))] == [
            unit.pk
        ]


def test_text_is_a_value_and_never_a_part_of_the_query() -> None:
    one = make_unit("O'Leary % Sons")

    assert units(of(one), "' OR 1=1 --%s") == ["O'Leary % Sons"]
    assert units(of(one), "O'Leary % Sons") == []


def test_rows_are_whole_objects_with_what_was_read_along(unit: BusinessUnit) -> None:
    client = make_api_client(unit, scopes=["vendors:read", "scores:read"])
    make_key(client)
    statement: Statement[ApiKey] = Statement(
        lambda prefix: ApiKey.objects.select_related("client").filter(prefix=prefix)
    )
    prefix = ApiKey.objects.get(client=client).prefix

    with CaptureQueriesContext(connection) as asked:
        found = statement.first(prefix)
        assert found is not None
        assert bytes(found.hash) == bytes(ApiKey.objects.get(client=client).hash)
        assert found.client == client
        assert found.client.scopes == ["scores:read", "vendors:read"]
    # The second is the one that this test compares with.
    assert len(asked) == 2
    assert statement.first("nothing") is None


def test_a_key_is_worth_what_its_client_is_worth_now(api_client: Program) -> None:
    assert api_client.browser.get("/api/v1/vendors").status_code == 200
    ApiClient.objects.filter(pk=api_client.client.pk).update(scopes=[])
    assert api_client.browser.get("/api/v1/vendors").status_code == 403
    ApiClient.objects.filter(pk=api_client.client.pk).update(is_active=False)
    assert api_client.browser.get("/api/v1/vendors").status_code == 401

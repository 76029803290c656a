"""Which link of the navigation is marked as the one that is open."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from accounts.context import BELONGS, navigation
from accounts.middleware import PrincipalMiddleware
from tests.personas import Person

ONE = UUID(int=1)


def marked(person: Person, path: str) -> list[str]:
    request = RequestFactory().get(path)
    request.user = person.user
    request.session = SessionStore()
    PrincipalMiddleware(lambda _: HttpResponse())(request)
    return [entry.name for entry in navigation(request)["nav"].entries if entry.active]


@pytest.mark.parametrize(
    ("page", "arguments", "link"),
    [
        ("vendors:ip_schedule", [ONE], "scoring:vendors"),
        ("vendors:ict_service", [ONE], "scoring:vendors"),
        ("vendors:monitoring_item", [ONE], "scoring:vendors"),
        ("vendors:merge_record", [ONE], "scoring:vendors"),
        ("vendors:incident", [ONE], "vendors:all_incidents"),
        ("vendors:limited", [], "accounts:organisation"),
    ],
)
def test_a_page_that_lies_below_no_link_marks_the_one_it_belongs_to(
    admin: Person, page: str, arguments: list[UUID], link: str
) -> None:
    assert marked(admin, reverse(page, args=arguments)) == [link]


def test_the_page_of_the_person_marks_no_link(admin: Person) -> None:
    assert marked(admin, reverse("accounts:profile")) == []


def test_each_beginning_that_belongs_to_a_link_is_one_of_an_address() -> None:
    addresses = [str(one.pattern) for one in _patterns(get_resolver().url_patterns)]
    assert [one for one in BELONGS if not any(a.startswith(one) for a in addresses)] == []


def _patterns(found: list[Any]) -> list[Any]:
    return [
        inner
        for one in found
        for inner in (_patterns(one.url_patterns) if hasattr(one, "url_patterns") else [one])
    ]

"""The working unit: which rows the lists show."""

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts import units
from accounts.context import navigation
from accounts.middleware import PrincipalMiddleware
from accounts.models import BusinessUnit, Membership
from accounts.permissions import Role
from tests.personas import Person


def request_of(person: Person) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = person.user
    request.session = SessionStore()
    PrincipalMiddleware(lambda _: HttpResponse())(request)
    return request


def test_who_sees_all_units_works_in_all_until_they_choose(
    admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    request = request_of(admin)
    assert units.working_unit(request) is None
    assert units.choose(request, other_unit.pk)
    assert units.working_unit(request) == other_unit
    assert units.choose(request, None)
    assert units.working_unit(request) is None


def test_someone_of_one_unit_works_in_it_and_can_choose_no_other(
    procurement: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    request = request_of(procurement)
    assert units.working_unit(request) == unit
    assert not units.choose(request, other_unit.pk)
    assert not units.choose(request, None)
    assert units.working_unit(request) == unit


def test_a_unit_that_is_taken_away_is_no_longer_the_working_unit(
    procurement: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    second = Membership.objects.create(user=procurement.user, unit=other_unit, role=Role.LEGAL)
    request = request_of(procurement)
    assert units.choose(request, other_unit.pk)
    session = request.session
    second.delete()
    request = request_of(procurement)
    request.session = session
    assert units.working_unit(request) == unit


def test_the_frame_of_a_page_asks_one_query(
    procurement: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = request_of(procurement)
    with django_assert_num_queries(1):
        nav = navigation(request)["nav"]
        assert nav.unit == "Machine tools"
        assert nav.role == "Procurement"
        assert nav.unit_choices == []
        assert [entry.label for entry in nav.entries if entry.label == "Members"] == []

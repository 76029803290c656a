"""A person about themselves: name, language, time; and the unit they work in."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone, translation

from accounts.models import BusinessUnit, Membership
from accounts.permissions import Role
from audit.models import Event
from config.urls import urlpatterns as real_urls
from tests.personas import Person

pytestmark = pytest.mark.django_db


def tell(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone()}")


urlpatterns = [path("tell", tell), *real_urls]


def values(**changed: str) -> dict[str, str]:
    return {"name": "Ana", "language": "en-gb", "time_zone": "Asia/Ho_Chi_Minh", **changed}


def test_a_profile_is_saved_and_recorded_without_the_name_in_the_record(
    procurement: Person,
) -> None:
    answer = procurement.browser.post(reverse("accounts:profile"), values(), follow=True)
    assert "Your profile is saved." in answer.content.decode()
    procurement.user.refresh_from_db()
    assert procurement.user.name == "Ana"
    event = Event.objects.get(type="member.profile_changed")
    assert event.data == {"language": "en-gb", "time_zone": "Asia/Ho_Chi_Minh"}
    assert event.detail.data == {"name": "Ana"}


@pytest.mark.parametrize("bad", [{"time_zone": "Mars/Base"}, {"language": "tlh"}, {"name": " "}])
def test_values_that_cannot_be_are_refused_at_their_field(
    procurement: Person, bad: dict[str, str]
) -> None:
    answer = procurement.browser.post(reverse("accounts:profile"), values(**bad))
    assert list(answer.context["form"].errors) == list(bad)


@pytest.mark.urls(__name__)
def test_pages_speak_the_language_and_time_of_whoever_is_signed_in(procurement: Person) -> None:
    procurement.user.language, procurement.user.time_zone = "de", "Asia/Tokyo"
    procurement.user.save()
    answer = procurement.browser.get("/tell", headers={"Accept-Language": "vi"})
    assert answer.content.decode() == "de Asia/Tokyo"
    assert answer["Content-Language"] == "de"


@pytest.mark.urls(__name__)
def test_a_time_zone_that_this_machine_does_not_know_falls_back_to_utc(
    procurement: Person,
) -> None:
    procurement.user.time_zone = "Mars/Base"
    procurement.user.save()
    assert procurement.browser.get("/tell").content.decode() == "en-gb UTC"


def test_someone_without_any_role_still_has_a_profile_and_sees_nothing_else(
    member_of_nothing: Person,
) -> None:
    assert member_of_nothing.browser.get(reverse("accounts:profile")).status_code == 200
    assert member_of_nothing.browser.get(reverse("accounts:members")).status_code == 403
    assert member_of_nothing.browser.get(reverse("accounts:log")).status_code == 403


def test_the_unit_switch_remembers_the_choice_and_goes_back(
    procurement: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    Membership.objects.create(user=procurement.user, unit=other_unit, role=Role.LEGAL)
    switch = reverse("accounts:unit")
    profile = reverse("accounts:profile")
    answer = procurement.browser.post(switch, {"unit": str(other_unit.pk), "next": profile})
    assert answer["Location"] == profile
    assert procurement.browser.get(profile).context["nav"].unit == other_unit.name
    procurement.browser.post(switch, {"unit": str(unit.pk)})
    assert procurement.browser.get(profile).context["nav"].unit == unit.name


@pytest.mark.parametrize("value", ["all", "nonsense", "", "6c1f0d0e-0000-7000-8000-000000000000"])
def test_a_unit_that_is_not_theirs_changes_nothing(procurement: Person, value: str) -> None:
    answer = procurement.browser.post(
        reverse("accounts:unit"), {"unit": value, "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"
    page = procurement.browser.get(reverse("accounts:profile"))
    assert page.context["nav"].unit == "Machine tools"
    assert "not yours to choose" in page.content.decode()

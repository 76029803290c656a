"""Members: who may add whom, and who stays when others go."""

import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit, Membership, User
from accounts.permissions import Permission, Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from accounts.services import delivery, members
from audit.errors import Invalid
from audit.models import Event
from tests.factories.accounts import make_unit, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db


def form(**changed: str) -> dict[str, str]:
    return {
        "name": "Ana Nguyen",
        "email": "Ana@Example.com",
        "role": "procurement",
        "unit": "all",
        **changed,
    }


def membership_of(person: Person) -> Membership:
    return Membership.objects.get(user=person.user)


def test_a_new_member_gets_a_link_sets_a_password_and_signs_in(admin: Person) -> None:
    shown = admin.browser.post(reverse("accounts:member_add"), form()).content.decode()
    link = re.search(r"http://testserver(/accounts/password/reset/key/[^<\s]+)", shown)
    assert link
    assert delivery.deliver() == 1
    assert link.group(1) in str(mail.outbox[0].body)
    assert mail.outbox[0].to == ["ana@example.com"]

    ana = Client()
    page = ana.get(link.group(1), follow=True)
    secret = "several words of my own"
    ana.post(page.context["action_url"], {"password1": secret, "password2": secret})
    ana.post(reverse("account_login"), {"login": "ana@example.com", "password": secret})
    assert ana.get(reverse("accounts:profile")).status_code == 200


def test_adding_is_recorded_with_name_and_address_kept_apart(admin: Person) -> None:
    admin.browser.post(reverse("accounts:member_add"), form())
    event = Event.objects.get(type="member.added")
    assert event.data == {"role": "procurement"}
    assert event.detail.data == {"name": "Ana Nguyen", "email": "ana@example.com"}
    assert (event.actor_kind, event.actor_id) == ("user", str(admin.user.pk))


def test_an_address_that_is_taken_is_refused_at_its_field(admin: Person) -> None:
    make_user(email="ana@example.com")
    answer = admin.browser.post(reverse("accounts:member_add"), form())
    assert list(answer.context["form"].errors) == ["email"]


def test_an_administrator_of_one_unit_adds_members_there_only(
    unit_admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    add = reverse("accounts:member_add")
    for elsewhere in ("all", str(other_unit.pk)):
        answer = unit_admin.browser.post(add, form(unit=elsewhere))
        assert list(answer.context["form"].errors) == ["unit"]
    unit_admin.browser.post(add, form(unit=str(unit.pk)))
    assert Membership.objects.get(user__email="ana@example.com").unit == unit
    with pytest.raises(NotAllowed):
        members.add(
            name="x",
            email="x@example.com",
            role=Role.AUDITOR,
            unit=other_unit,
            by=unit_admin.principal,
        )


def test_an_administrator_of_one_unit_sees_only_the_members_of_it(
    unit_admin: Person, procurement: Person, outsider_procurement: Person
) -> None:
    answer = unit_admin.browser.get(reverse("accounts:members"))
    shown = {member.pk for member in answer.context["page"].rows}
    assert shown == {unit_admin.user.pk, procurement.user.pk}
    stranger = outsider_procurement.user.pk
    for name in ("member", "member_deactivate", "member_reactivate"):
        address = reverse(f"accounts:{name}", args=[stranger])
        assert unit_admin.browser.get(address).status_code == 404
        assert unit_admin.browser.post(address).status_code == 404
    link = reverse("accounts:member_password_link", args=[stranger])
    assert unit_admin.browser.post(link).status_code == 404


def test_the_list_is_searched_filtered_and_paged_by_key(
    admin: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    for number in range(60):
        make_user(Role.LEGAL, unit, name=f"Person {number:02}", email=f"p{number}@example.com")
    make_user(Role.AUDITOR, other_unit, name="Zoe", email="zoe@example.com")
    listing = reverse("accounts:members")

    def names(query: str) -> list[str]:
        page = admin.browser.get(f"{listing}?{query}").context["page"]
        return [member.name for member in page.rows]

    assert names("q=ZOE") == ["Zoe"]
    assert names(f"unit={other_unit.pk}") == ["Zoe"]
    assert names("role=auditor") == ["Zoe"]
    assert names("unit=all") == ["Ada Admin"]
    first = admin.browser.get(f"{listing}?role=legal").context["page"]
    assert len(first.rows) == 50
    second = admin.browser.get(f"{listing}?role=legal&after={first.next}").context["page"]
    assert [member.name for member in second.rows] == [f"Person {n:02}" for n in range(50, 60)]
    assert second.next is None
    back = admin.browser.get(f"{listing}?role=legal&before={second.previous}").context["page"]
    assert [one.pk for one in back.rows] == [one.pk for one in first.rows]
    assert names("role=legal&after=garbage")[0] == "Person 00"


def test_the_list_costs_the_same_queries_at_any_length(
    admin: Person, unit: BusinessUnit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = admin.browser
    for _ in range(55):
        make_user(Role.LEGAL, unit)
    with django_assert_max_num_queries(9):
        browser.get(reverse("accounts:members"))


def test_a_role_is_given_changed_and_taken_away(
    admin: Person, procurement: Person, unit: BusinessUnit
) -> None:
    own = reverse("accounts:member", args=[procurement.user.pk])
    admin.browser.post(own, {"role": "auditor", "unit": str(unit.pk)})
    assert procurement.principal.can(Permission.VIEW_LOG, unit.pk)
    given = Membership.objects.get(user=procurement.user, role=Role.AUDITOR)

    change = reverse("accounts:member_role_change", args=[procurement.user.pk, given.pk])
    admin.browser.post(change, {"role": "legal"})
    assert procurement.principal.can(Permission.REVIEW, unit.pk)
    assert not procurement.principal.can(Permission.VIEW_LOG, unit.pk)

    take = reverse("accounts:member_role_take", args=[procurement.user.pk, given.pk])
    assert "Take the role Legal reviewer" in admin.browser.get(take).content.decode()
    admin.browser.post(take)
    assert not procurement.principal.can(Permission.REVIEW)
    types = Event.objects.filter(aggregate_id=procurement.user.pk).order_by("position")
    assert [event.type for event in types] == [
        "member.role_given",
        "member.role_changed",
        "member.role_taken",
    ]


def test_the_same_role_cannot_be_given_twice(
    admin: Person, procurement: Person, unit: BusinessUnit
) -> None:
    with pytest.raises(members.AlreadyMember):
        members.give_role(
            user=procurement.user, role=Role.PROCUREMENT, unit=unit, by=admin.principal
        )


def test_nobody_raises_themselves_above_what_they_hold(
    admin: Person, unit_admin: Person, unit: BusinessUnit
) -> None:
    with pytest.raises(NotAllowed):
        members.give_role(user=admin.user, role=Role.LEGAL, unit=None, by=admin.principal)
    with pytest.raises(NotAllowed):
        members.change_role(membership=membership_of(admin), role=Role.LEGAL, by=admin.principal)
    with pytest.raises(NotAllowed):
        members.give_role(
            user=unit_admin.user, role=Role.ADMINISTRATOR, unit=None, by=unit_admin.principal
        )
    members.give_role(user=unit_admin.user, role=Role.LEGAL, unit=unit, by=admin.principal)


def test_the_last_administrator_cannot_leave_be_removed_or_be_switched_off(
    admin: Person, unit_admin: Person
) -> None:
    own = membership_of(admin)
    with pytest.raises(members.LastAdministrator):
        members.take_role(membership=own, by=admin.principal)
    with pytest.raises(members.LastAdministrator):
        members.change_role(membership=own, role=Role.PROCUREMENT, by=admin.principal)
    with pytest.raises(members.LastAdministrator):
        members.deactivate(user=admin.user, by=admin.principal)
    # One unit has the administrator of all units to fall back on.
    members.take_role(membership=membership_of(unit_admin), by=admin.principal)


def test_the_refusal_is_a_page_with_the_sentence(admin: Person) -> None:
    address = reverse("accounts:member_deactivate", args=[admin.user.pk])
    answer = admin.browser.post(address)
    assert answer.status_code == 409
    assert "This is the last administrator here." in answer.content.decode()
    assert User.objects.get(pk=admin.user.pk).is_active


def test_a_switched_off_administrator_does_not_count_as_one(admin: Person) -> None:
    second = make_user(Role.ADMINISTRATOR)
    members.deactivate(user=second, by=admin.principal)
    with pytest.raises(members.LastAdministrator):
        members.deactivate(user=admin.user, by=admin.principal)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_removing_each_other_at_once_leave_one() -> None:
    first, second = (Person(make_user(Role.ADMINISTRATOR)) for _ in range(2))
    start = threading.Barrier(2)
    refused: list[Exception] = []

    def remove(who: Person, by: Person) -> None:
        principal = by.principal
        start.wait(timeout=10)
        try:
            members.deactivate(user=who.user, by=principal)
        except members.LastAdministrator as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refused) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_an_account_shared_with_another_unit_is_not_switched_off_by_one_units_administrator(
    unit_admin: Person, procurement: Person, other_unit: BusinessUnit
) -> None:
    members.give_role(user=procurement.user, role=Role.LEGAL, unit=other_unit, by=SYSTEM)
    with pytest.raises(NotAllowed):
        members.deactivate(user=procurement.user, by=unit_admin.principal)
    # A password link would hand over the account as well.
    with pytest.raises(NotAllowed):
        members.password_link(user=procurement.user, by=unit_admin.principal)
    own = Membership.objects.get(user=procurement.user, role=Role.PROCUREMENT)
    members.take_role(membership=own, by=unit_admin.principal)


def test_switching_off_and_on_again_keeps_the_roles(admin: Person, procurement: Person) -> None:
    off = reverse("accounts:member_deactivate", args=[procurement.user.pk])
    on = reverse("accounts:member_reactivate", args=[procurement.user.pk])
    assert admin.browser.get(off).status_code == 200
    admin.browser.post(off)
    assert not User.objects.get(pk=procurement.user.pk).is_active
    admin.browser.post(on)
    assert User.objects.get(pk=procurement.user.pk).is_active
    assert procurement.principal.can(Permission.ANSWER)


@pytest.mark.parametrize("who", ["procurement", "legal", "auditor"])
def test_other_roles_do_not_manage_members(who: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    assert person.browser.get(reverse("accounts:members")).status_code == 403
    assert person.browser.post(reverse("accounts:member_add"), form()).status_code == 403


def test_one_cannot_change_the_profile_of_somebody_else(admin: Person, legal: Person) -> None:
    with pytest.raises(NotAllowed):
        members.change_profile(
            user=legal.user, name="x", language="en-gb", time_zone="UTC", by=admin.principal
        )


def test_units_without_an_administrator_of_their_own_are_fine(admin: Person) -> None:
    unit = make_unit()
    local = make_user(Role.ADMINISTRATOR, unit)
    members.take_role(membership=Membership.objects.get(user=local), by=admin.principal)


def test_a_taken_address_is_refused_in_whatever_case(admin: Person) -> None:
    make_user(email="ana@example.com")
    with pytest.raises(Invalid):
        members.add(
            name="Ana", email="ANA@example.com", role=Role.LEGAL, unit=None, by=admin.principal
        )

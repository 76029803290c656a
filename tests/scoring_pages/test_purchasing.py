"""A buyer's home: who waits for whom, since when and until when, and what is missing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit, Notification
from accounts.permissions import Role
from accounts.principal import SYSTEM
from assessments.models import Assessment
from audit import clock
from scoring.selectors.purchasing import Filters, counts, under_way
from scoring.services import standings
from tests.factories.accounts import make_user
from tests.factories.assessments import make_assessment, small_questionnaire, submitted
from tests.factories.scoring import scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.scoring_pages.reading import get, text_of
from vendors.services import vendors

pytestmark = pytest.mark.django_db
PAGE = "/purchasing/"


def given(assessment: Assessment, **values: object) -> Assessment:
    """The same assessment with other columns."""
    Assessment.objects.filter(pk=assessment.pk).update(**values)
    return assessment


def test_each_open_assessment_waits_for_exactly_one(
    unit: BusinessUnit, procurement: Person, outsider_procurement: Person
) -> None:
    me, by = procurement.user, procurement.principal
    questionnaire = small_questionnaire()
    colleague = make_user(Role.PROCUREMENT, unit, name="Cleo Colleague")
    mine = given(make_assessment(unit, questionnaire=questionnaire), assigned_to=me)
    theirs = given(make_assessment(unit, questionnaire=questionnaire), assigned_to=colleague)
    away = given(make_assessment(unit, questionnaire=questionnaire), opened_by=me, status="sent")
    legal = submitted(unit)
    assert set(under_way(by, unit, Filters())) == {mine, away}
    # Whoever owns the vendor follows what others do about it.
    for one in (theirs, legal):
        vendors.link_unit(vendor=one.vendor, unit=unit, owner=me, by=SYSTEM)
    assert counts(by, unit, Filters()) == {"me": 1, "vendor": 1, "colleague": 1, "legal": 1}
    assert list(under_way(by, unit, Filters(waits="colleague"))) == [theirs]
    said = text_of(get(procurement.browser, PAGE))
    assert "Cleo Colleague" in said
    assert "It has to be submitted" in said
    assert "questions are open" in said
    assert "Legal: nobody has taken it up yet" in said
    assert mine.vendor.name not in get(outsider_procurement.browser, f"{PAGE}?whose=all")


def test_filters_are_in_the_address_and_an_empty_list_says_what_to_do(
    unit: BusinessUnit, procurement: Person
) -> None:
    assert "You have nothing under way" in get(procurement.browser, PAGE)
    late = make_assessment(unit)
    given(late, assigned_to=procurement.user, due_on=clock.today() - timedelta(days=3))
    assert "Overdue" in get(procurement.browser, f"{PAGE}?due=late")
    page = get(procurement.browser, f"{PAGE}?due=week&waits=me")
    assert "Nothing under way matches these filters" in page
    assert late.vendor.name in get(procurement.browser, f"{PAGE}?due=tomorrow&after=nonsense")


def test_vendors_are_found_by_any_of_their_names_as_everywhere(
    unit: BusinessUnit, procurement: Person
) -> None:
    found = scored(unit, name="Électro Rhône SA")
    scored(unit, name="Nam Long JSC")
    rows = under_way(procurement.principal, unit, Filters(whose="all", q="rhone electro"))
    assert list(rows) == [found]
    assert not under_way(procurement.principal, unit, Filters(whose="all", q="!?")).exists()


def test_several_are_reminded_of_at_once_and_one_comes_back(
    unit: BusinessUnit, procurement: Person
) -> None:
    colleague = make_user(Role.PROCUREMENT, unit, name="Cleo Colleague")
    questionnaire = small_questionnaire()
    rows = [make_assessment(unit, questionnaire=questionnaire) for _ in range(2)]
    for row in rows:
        given(row, assigned_to=colleague, opened_by=procurement.user)
    back = f"{PAGE}?waits=colleague"
    sent = {"rows": [str(row.pk) for row in rows], "next": back}
    chase = reverse("assessments:chase")
    assert f'name="next" value="{back}"' in procurement.browser.post(chase, sent).content.decode()
    done = procurement.browser.post(chase, {**sent, "confirmed": "1"})
    assert done["Location"] == back
    assert Notification.objects.filter(user=colleague).count() == 2
    elsewhere = procurement.browser.post(
        chase, {**sent, "confirmed": "1", "next": "https://evil.example/"}
    )
    assert elsewhere["Location"] == reverse("assessments:list")


def test_ones_own_vendors_stand_with_their_rating_the_worst_first(
    unit: BusinessUnit, procurement: Person
) -> None:
    questionnaire = small_questionnaire()
    good, bad = scored(unit, questionnaire), scored(unit, questionnaire, worst=True)
    for one in (good, bad):
        vendors.link_unit(vendor=one.vendor, unit=unit, owner=procurement.user, by=SYSTEM)
    other = make_vendor(unit, name="Somebody Else's")
    standings.restand(vendor_id=other.pk)
    page = get(procurement.browser, reverse("scoring:my_vendors"))
    assert page.index(bad.vendor.name) < page.index(good.vendor.name)
    assert "Somebody Else" not in page


def test_the_number_of_queries_does_not_grow_with_what_is_under_way(
    unit: BusinessUnit, procurement: Person
) -> None:
    questionnaire = small_questionnaire()
    get(procurement.browser, PAGE)
    found = []
    for more in (2, 12):
        for _ in range(more):
            given(scored(unit, questionnaire), assigned_to=procurement.user)
        with CaptureQueriesContext(connection) as queries:
            get(procurement.browser, PAGE)
        found.append(len(queries))
    assert found[0] == found[1]
    assert found[0] <= 9

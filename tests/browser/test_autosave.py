"""Answers save themselves, and nothing typed is lost: offline, signed out, or two at once."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.permissions import Role
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from tests.browser.conftest import AxeCheck, OpenPage, Shoot
from tests.factories.assessments import make_assessment
from tests.personas import Person

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d$")
OpenSection = Callable[[Person], Page]


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """A draft of the small questionnaire."""
    return make_assessment(unit)


@pytest.fixture
def section(open_page: OpenPage, live_server: LiveServer, assessment: Assessment) -> OpenSection:
    """Open the section about secrets, signed in as somebody, in a browser of their own."""

    def open_(person: Person) -> Page:
        page = open_page()
        sign_in(page, person, live_server)
        page.goto(reverse("assessments:section", args=[assessment.pk, "secrets"]))
        return page

    return open_


def sign_in(page: Page, person: Person, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = person.browser.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


def stored(assessment: Assessment, key: str) -> object:
    found = answers_of(assessment).get(key)
    return found.value if found else None


def test_an_answer_is_saved_as_it_is_given_and_opens_what_depends_on_it(
    section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    bound = page.get_by_role("group", name="Are subcontractors bound in writing?")
    expect(bound).to_be_hidden()
    page.get_by_role("group", name="Do you subcontract?").get_by_label("Yes").check()
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(bound).to_be_visible()
    expect(page.locator("[data-progress-answered]")).to_have_text("1")
    assert stored(assessment, "subcontracts") == "yes"


def test_offline_the_page_says_so_keeps_the_text_and_saves_when_the_line_is_back(
    section: OpenSection,
    procurement: Person,
    assessment: Assessment,
    assert_no_axe_violations: AxeCheck,
    shoot: Shoot,
) -> None:
    page = section(procurement)
    page.context.set_offline(True)
    remarks = page.get_by_role("textbox", name="What else should we know?")
    remarks.fill("Typed on a train")
    remarks.blur()
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    assert_no_axe_violations(page)
    shoot(page, "autosave-offline")
    assert stored(assessment, "remarks") is None

    page.context.set_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "remarks") == "Typed on a train"


def test_what_could_not_be_saved_is_there_again_after_a_reload(
    section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    page.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?"
    page.route("**/answers/**", lambda route: route.abort())
    remarks = page.get_by_role("textbox", name="What else should we know?")
    remarks.fill("Typed before the crash")
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    page.reload()
    expect(remarks).to_have_value("Typed before the crash")

    page.unroute("**/answers/**")
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "remarks") == "Typed before the crash"


def test_whoever_was_signed_out_meanwhile_is_told_and_loses_nothing(
    section: OpenSection, procurement: Person, assessment: Assessment, live_server: LiveServer
) -> None:
    page = section(procurement)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("textbox", name="What else should we know?").fill("Still here")
    expect(page.get_by_text("you have been signed out")).to_be_visible()
    sign_in(page, procurement, live_server)
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "remarks") == "Still here"


def test_what_was_typed_waits_until_its_writer_is_back_while_somebody_else_is_signed_in(
    section: OpenSection,
    procurement: Person,
    unit_admin: Person,
    assessment: Assessment,
    live_server: LiveServer,
    assert_no_axe_violations: AxeCheck,
) -> None:
    page = section(procurement)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    remarks = page.get_by_role("textbox", name="What else should we know?")
    remarks.fill("Hers alone")
    expect(page.get_by_text("you have been signed out")).to_be_visible()
    sign_in(page, unit_admin, live_server)
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_text(f"Sign in again as {procurement.user.name}")).to_be_visible()
    assert_no_axe_violations(page)
    expect(remarks).to_have_value("Hers alone")
    assert stored(assessment, "remarks") is None
    # The button of the page does not get it through either, and shows what was typed.
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Somebody else is signed in")).to_be_visible()
    expect(page.get_by_text("Hers alone")).to_be_visible()
    assert_no_axe_violations(page)
    assert stored(assessment, "remarks") is None

    sign_in(page, procurement, live_server)
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.get_by_role("heading", name="Somebody else is signed in")).to_have_count(0)
    assert answers_of(assessment)["remarks"].answered_by == procurement.user


@pytest.mark.parametrize("left", [[Role.AUDITOR], []], ids=["reads on", "no role at all"])
def test_whoever_may_answer_no_longer_is_told_so_and_not_that_they_are_signed_out(
    left: list[Role], section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    procurement.user.memberships.all().delete()
    for role in left:
        procurement.user.memberships.create(unit=assessment.unit, role=role)
    remarks = page.get_by_role("textbox", name="What else should we know?")
    remarks.fill("Typed a moment too late")
    expect(page.get_by_text("these answers can no longer be changed")).to_be_visible()
    expect(page.get_by_role("button", name="Try again now")).to_be_hidden()
    expect(remarks).to_have_value("Typed a moment too late")
    assert stored(assessment, "remarks") is None


@pytest.mark.parametrize(("choice", "stands"), [("Keep mine", 12), ("Keep theirs", 80)])
def test_two_people_at_the_same_answer_see_both_values_and_one_of_them_decides(
    choice: str,
    stands: int,
    section: OpenSection,
    procurement: Person,
    unit_admin: Person,
    assessment: Assessment,
    assert_no_axe_violations: AxeCheck,
    shoot: Shoot,
) -> None:
    hers, his = section(procurement), section(unit_admin)
    his.get_by_role("textbox", name="How many people have access?").fill("80")
    expect(his.get_by_text(SAVED)).to_be_visible()

    hers.get_by_role("textbox", name="How many people have access?").fill("12")
    panel = hers.get_by_role("group").filter(has_text="Somebody else changed this answer")
    expect(panel.get_by_text(unit_admin.user.name)).to_be_visible()
    for value in ("80", "12"):
        expect(panel.locator("blockquote").filter(has_text=value)).to_be_visible()
    assert_no_axe_violations(hers)
    shoot(hers, "autosave-conflict")
    assert stored(assessment, "staff") == 80

    panel.get_by_role("button", name=choice).click()
    expect(panel).to_have_count(0)
    expect(hers.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "staff") == stands


@pytest.mark.parametrize(("choice", "stands"), [("Keep mine", 12), ("Keep theirs", 80)])
def test_what_was_decided_on_the_page_of_both_values_comes_up_no_more(
    choice: str,
    stands: int,
    section: OpenSection,
    procurement: Person,
    unit_admin: Person,
    assessment: Assessment,
) -> None:
    hers, his = section(procurement), section(unit_admin)
    here = hers.url
    his.get_by_role("textbox", name="How many people have access?").fill("80")
    expect(his.get_by_text(SAVED)).to_be_visible()
    field = hers.get_by_role("textbox", name="How many people have access?")
    field.fill("12")
    field.blur()
    panel = hers.get_by_role("group").filter(has_text="Somebody else changed this answer")
    expect(panel).to_be_visible()
    save = hers.get_by_role("button", name="Save and continue")
    save.click()
    expect(hers.get_by_label("Keep mine")).to_be_visible()
    # Undecided, it is there again for whoever goes back.
    hers.goto(here)
    expect(field).to_have_value("12")
    expect(panel).to_be_visible()
    save.click()
    hers.get_by_label(choice).check()
    hers.get_by_role("button", name="Save my choice").click()
    expect(hers.get_by_label("Keep mine")).to_have_count(0)
    assert stored(assessment, "staff") == stands
    hers.goto(here)
    expect(hers.get_by_text("Answers are saved as you go")).to_be_visible()
    expect(field).to_have_value(str(stands))
    expect(panel).to_have_count(0)
    assert stored(assessment, "staff") == stands


def test_two_people_at_different_answers_lose_nothing(
    section: OpenSection, procurement: Person, unit_admin: Person, assessment: Assessment
) -> None:
    hers, his = section(procurement), section(unit_admin)
    hers.get_by_role("textbox", name="How many people have access?").fill("12")
    his.get_by_role("textbox", name="What else should we know?").fill("A dog guards the gate")
    for page in (hers, his):
        expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "staff") == 12
    assert stored(assessment, "remarks") == "A dog guards the gate"


def test_no_click_is_lost_when_a_question_opens_while_the_mouse_is_down(
    section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/answers/**", hold)
    with page.expect_request("**/answers/**"):
        page.get_by_role("group", name="Do you subcontract?").get_by_label("Yes").check()
    below = page.get_by_role("group", name="Which measures are in place?").get_by_role("checkbox")
    below.first.scroll_into_view_if_needed()
    box = below.first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    bound = page.get_by_role("group", name="Are subcontractors bound in writing?")
    with page.expect_response("**/answers/**"):
        held[0].continue_()
    expect(page.locator("[data-progress-answered]")).to_have_text("1")
    expect(bound).to_be_hidden()
    page.mouse.up()
    expect(bound).to_be_visible()
    expect(below.first).to_be_checked()


def test_an_answer_given_before_the_script_has_come_is_saved_too(
    section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/autosave*.js", hold)
    with page.expect_request("**/js/autosave*.js"):
        page.goto(page.url, wait_until="commit")
    page.get_by_role("group", name="Do you subcontract?").get_by_label("No", exact=True).check()
    held[0].continue_()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(assessment, "subcontracts") == "no"


def test_the_line_does_not_say_saved_while_something_is_not(
    section: OpenSection, procurement: Person
) -> None:
    page = section(procurement)
    page.get_by_role("group", name="Do you subcontract?").get_by_label("Yes").check()
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("textbox", name="What else should we know?").press_sequentially("a")
    assert page.locator("[data-save-state]").get_attribute("data-save-state") == "saving"
    expect(page.get_by_text(SAVED)).to_be_visible()


def test_the_save_button_does_not_lead_into_a_lost_connection(
    section: OpenSection, procurement: Person, assessment: Assessment
) -> None:
    page = section(procurement)
    page.context.set_offline(True)
    remarks = page.get_by_role("textbox", name="What else should we know?")
    remarks.fill("Typed in a tunnel")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Not saved: no connection")).to_be_visible()
    expect(remarks).to_have_value("Typed in a tunnel")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save and continue").click()
    expect(remarks).to_have_count(0)
    assert stored(assessment, "remarks") == "Typed in a tunnel"


def test_the_last_lines_of_a_section_are_never_covered(
    section: OpenSection, procurement: Person
) -> None:
    page = section(procurement)
    page.set_viewport_size({"width": 400, "height": 500})
    for name in ("What else should we know?", "How many people have access?"):
        field = page.get_by_role("textbox", name=name)
        field.focus()
        expect(field).to_be_in_viewport(ratio=1)
        there, line = field.bounding_box(), page.locator("[data-save-state]").bounding_box()
        assert there is not None
        assert line is not None
        assert there["y"] + there["height"] <= line["y"]

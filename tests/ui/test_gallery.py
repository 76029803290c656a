"""The gallery page and the frame around every page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import Person


def test_the_gallery_is_for_people_who_are_signed_in(db: None) -> None:
    answer = Client().get(reverse("gallery"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_gallery_shows_every_component(admin: Person) -> None:
    html = admin.browser.get(reverse("gallery"), {"band": "high"}).content.decode()
    for css in (
        "band--critical",
        "score__number",
        "coverage",
        "tile",
        "filter-bar",
        "chip",
        "pager",
    ):
        assert f'class="{css}' in html or f" {css}" in html, css
    for css in ("task", "summary__row", "timeline", "evidence", "conflict", "heat", "save-state"):
        assert f'"{css}' in html, css


def test_a_page_with_errors_says_so_in_its_title(admin: Person) -> None:
    answer = admin.browser.post(reverse("gallery"), {})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<title>Error: Components" in html
    assert "There are 5 problems" in html


def test_the_frame_names_the_person_and_lets_them_sign_out_by_post(admin: Person) -> None:
    html = admin.browser.get(reverse("gallery")).content.decode()
    assert "Ada Admin" in html
    assert f'<form method="post" action="{reverse("account_logout")}"' in html


def test_the_first_thing_on_a_page_is_the_way_past_the_navigation(admin: Person) -> None:
    body = admin.browser.get(reverse("gallery")).content.decode().partition("<body")[2]
    assert body.index('href="#main"') < body.index("<header")
    assert '<main id="main" tabindex="-1">' in body


def test_the_security_policy_allows_nothing_inline(admin: Person) -> None:
    policy = admin.browser.get(reverse("gallery"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy


@pytest.mark.parametrize("template", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_render_without_a_request(template: str) -> None:
    from django.template.loader import render_to_string

    html = render_to_string(f"{template}.html")
    assert "<h1>" in html
    assert "Traceback" not in html

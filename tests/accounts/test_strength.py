"""Passwords: what is easy to guess is refused, in words; nothing else is asked of them."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import strength
from accounts.models import Installation, User
from tests.factories.accounts import PASSWORD, make_user
from tests.personas import Person

pytestmark = pytest.mark.django_db


def refused(password: str, **who: str) -> list[str]:
    """What is said against a password for somebody; empty where it is taken."""
    try:
        validate_password(password, User(**who))
    except ValidationError as error:
        return [str(one) for one in error.messages]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertzuiop12",
        "aaaaaaaaaaaaaa",
        "abcdefghijklmn",
        "Passw0rd2024!",
        "P@ssw0rd1234",
    ],
)
def test_what_everybody_tries_first_is_refused_however_it_is_dressed_up(password: str) -> None:
    assert "This password is easy to guess." in refused(password)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "lamp river seventeen quilt", "xk2 vrrt 99 pol"]
)
def test_a_few_words_or_anything_hard_to_guess_is_taken_whatever_signs_it_has(
    password: str,
) -> None:
    assert refused(password) == []


def test_a_password_of_ones_own_name_address_or_organisation_is_refused() -> None:
    Installation.objects.create(organisation="Brauer Maschinenbau")
    who = {"name": "Henrike Quastenberg", "email": "h.quastenberg@brauer-maschinenbau.example"}
    for password in (
        "quastenberg12",
        "HenrikeQuastenberg",
        "maschinenbau1!",
    ):
        said = refused(password, **who)
        assert "It is made of your name, your e-mail address or your organisation." in said
    assert refused("HenrikeQuastenberg") == []


def test_a_word_known_of_one_person_does_not_count_against_the_next() -> None:
    refused("QuastenbergHenrike", name="Henrike Quastenberg")
    assert refused("QuastenbergHenrike", name="Ana Nguyen") == []


def test_every_sentence_of_the_library_is_said_in_our_words_and_in_german() -> None:
    import ast
    from pathlib import Path

    import zxcvbn.feedback as library

    tree = ast.parse(Path(str(library.__file__)).read_text())
    theirs = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and isinstance(node.args[0], ast.Constant)
    }
    assert theirs == set(strength.WORDS)
    with translation.override("de"):
        assert all(str(ours) not in theirs for ours in strength.WORDS.values())
        said = refused("password1234")
    assert said[0] == "Dieses Passwort ist leicht zu erraten."
    assert not theirs & set(said)


@given(st.text(min_size=12, max_size=200))
def test_any_text_at_all_gets_an_answer_in_time(password: str) -> None:
    assert isinstance(strength.trouble(password, known=["Ana", password]), list)


def test_the_page_says_why_and_what_helps(admin: Person) -> None:
    page = admin.browser.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "qwertzuiop12", "password2": "qwertzuiop12"},
    ).content.decode()
    assert "This password is easy to guess." in page
    assert "Add one or two words, rather unusual ones." in page


def test_a_password_never_runs_out(visitor: Client) -> None:
    """No rule asks for another one after some time: whoever has one signs in with it."""
    user = make_user(email="ana@example.com")
    User.objects.filter(pk=user.pk).update(created_at="2020-01-01T00:00:00Z", last_login=None)
    answer = visitor.post(
        reverse("account_login"), {"login": "ana@example.com", "password": PASSWORD}
    )
    assert answer["Location"] == "/"

"""What goes over the line compressed, and what does not."""

import gzip

import pytest

from tests.personas import Person, Program

pytestmark = pytest.mark.django_db

_TAKES_IT = {"Accept-Encoding": "gzip, br"}


def test_a_page_comes_compressed_to_whoever_takes_it(admin: Person) -> None:
    plain = admin.browser.get("/members/")
    small = admin.browser.get("/members/", headers=_TAKES_IT)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(small.content)


def test_an_answer_of_the_api_keeps_its_strong_tag(api_client: Program) -> None:
    answer = api_client.browser.get("/api/v1/changes", headers=_TAKES_IT)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer

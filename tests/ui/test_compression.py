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


@pytest.mark.parametrize("refusal", ["gzip;q=0", "br, gzip ; Q=0.000", "gzip;q=0, *;q=1"])
def test_a_page_comes_as_it_is_to_whoever_refuses_gzip(admin: Person, refusal: str) -> None:
    page = admin.browser.get("/members/", headers={"Accept-Encoding": refusal})
    assert "Content-Encoding" not in page
    assert "Accept-Encoding" in page["Vary"]
    little = admin.browser.get("/members/", headers={"Accept-Encoding": "br, gzip;q=0.1"})
    assert little["Content-Encoding"] == "gzip"


def test_an_answer_of_the_api_keeps_its_strong_tag(api_client: Program) -> None:
    answer = api_client.browser.get("/api/v1/changes", headers=_TAKES_IT)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer

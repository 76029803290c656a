"""What is sent is a value: never a piece of a query, of a template or of a command."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.access.matrix import lines
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.factories.vendors import make_vendor
from tests.house.code import APPS, files, text
from tests.personas import Person, Program
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

#: What a template would make a number of that stands on no page by chance.
SUM = "{{ 791979191|add:791979191 }}"
HOSTILE = [
    "' OR '1'='1", "'; DROP TABLE vendors_vendor; --", '" OR 1=1 --', "1) OR (1=1", "\\'; --",
    "%' AND pg_sleep(9) --", "%", "_", "%%s", "%(name)s", SUM, "{% debug %}",
    "{0.__class__.__mro__}", "${7*7}", "#{7*7}", "*[", "(?:a+)+$", "$(id)", "`id`", "| id", "\x1f",
]  # fmt: skip
NAMES = (
    "q", "name", "search", "status", "tier", "band", "country", "category", "unit", "sort",
    "order", "page", "after", "before", "cursor", "limit", "as_of", "on", "from", "to", "kind",
    "external_id",
    "updated_after", "vendor", "owner", "view", "ids", "format", "language", "system",
)  # fmt: skip


def _asked(world: World, admin: Person, program: Program) -> Iterator[tuple[str, int, str]]:
    """(what, status, answer) for each address with each hostile text in every parameter."""
    for line in lines():
        if line.method != "GET" or "200" not in (line.expected["admin"], line.expected["client"]):
            continue
        browser = program.browser if line.is_api else admin.browser
        path = reverse(line.name, kwargs=world.named(line))
        for hostile in HOSTILE[:2] if not line.is_api else HOSTILE:
            with transaction.atomic():
                answer = browser.get(path, dict.fromkeys(NAMES, hostile))
                said = b"" if answer.status_code == 304 else answer.getvalue()
                transaction.set_rollback(True)
            yield f"{line} {hostile}", answer.status_code, said.decode(errors="replace")


def test_no_parameter_of_an_address_is_a_piece_of_a_query(
    unit: BusinessUnit, admin: Person, api_client: Program
) -> None:
    builtin()
    world = make_world(unit, small_questionnaire(), word="Quillfeather")
    before = Vendor.objects.count()
    wrong = [
        f"{asked}: {status}"
        for asked, status, said in _asked(world, admin, api_client)
        if status >= 500 or "1583958382" in said or "syntax error" in said
    ]
    assert wrong == []
    assert Vendor.objects.count() == before


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_search_finds_what_is_called_so_and_nothing_else(
    hostile: str, unit: BusinessUnit, other_unit: BusinessUnit, api_client: Program
) -> None:
    make_vendor(unit, name="Halden Tools")
    make_vendor(other_unit, name="Secret Forge")
    answer = api_client.browser.get("/api/v1/vendors", {"q": hostile})
    assert answer.status_code in (200, 400)
    assert "Secret Forge" not in answer.content.decode()
    assert "Halden" not in answer.content.decode()


def test_a_name_like_a_query_or_a_template_is_kept_as_it_is(unit: BusinessUnit) -> None:
    for hostile in (
        "Robert'); DROP TABLE vendors_vendor;--",
        "{{ settings.SECRET_KEY }}",
        "100% %s",
    ):
        vendor = make_vendor(unit, name=hostile)
        vendor.refresh_from_db()
        assert vendor.name == hostile


def test_a_letter_is_no_template_for_what_somebody_is_called() -> None:
    from django.template.loader import render_to_string

    said = render_to_string(
        "mail/plain.html",
        {"said": f"{SUM} <b>x</b>", "subject": "{% debug %}"},
    )
    assert "1583958382" not in said
    assert "<b>x</b>" not in said


def test_no_program_of_ours_makes_a_template_or_a_command_out_of_a_text() -> None:
    """`Template(…)`, `eval`, `exec`, `pickle` and shells are not there to be misused."""
    words = (
        "Template(", "from_string(", "eval(", "exec(", "pickle", "shell=True", "os.system",
        "yaml.load(", "yaml.Loader", "yaml.UnsafeLoader", "marshal.loads", "__import__(",
    )  # fmt: skip
    found = {
        (name, word)
        for name in files(".py", under=(*APPS, "config"))
        if "/migrations/" not in name
        for word in words
        for line in text(name).splitlines()
        if word in line.replace("literal_eval(", "")
        and not (word == "yaml.load(" and "SafeLoader)" in line)
        and not line.strip().startswith("#")
    }
    assert found == set()

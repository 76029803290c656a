"""A client generated from the description, as integrators make one: typed, fit for the recipes."""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from tests.api.programs import GOOD
from tests.api.recipes import Recipes, pieces
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import small_questionnaire
from tests.factories.decisions import make_decision
from tests.factories.scoring import catch_up, score, scored
from tests.factories.vendors import make_engagement, make_vendor
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db(transaction=True)

HEADING = "A generated client"
NAME = "surety_client"
SCOPES = ["scores:read", "vendors:read", "vendors:write", "assessments:write", "webhooks:manage"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Where the client is generated, once; importable meanwhile."""
    made = tmp_path_factory.mktemp("client")
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def page(
    live_server: LiveServer, unit: BusinessUnit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Recipes]:
    """The page in the hands of somebody who has generated the client by the command on it."""
    client = make_api_client(unit, scopes=SCOPES, name="ERP")
    environment = {"SURETY_URL": live_server.url, "SURETY_KEY": make_key(client)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    recipes = Recipes(environment)
    if not (folder / NAME).exists():
        [said] = recipes.shell(HEADING, folder)
        # It speaks of whatever it cannot make sense of in the description.
        assert "warning" not in said.lower(), said
    yield recipes
    if "client" in recipes.names:
        # The server keeps its connection to the database for as long as this one is open.
        recipes.client.get_httpx_client().close()


def test_what_the_recipe_takes_from_the_client_has_its_types(page: Recipes, folder: Path) -> None:
    [recipe] = [one for one in pieces()[HEADING] if one.language == "python"]
    (folder / "recipe.py").write_text(recipe.code)
    (folder / "mypy.ini").write_text("[mypy]\nstrict = true\nfollow_imports = silent\n")
    mypy = shutil.which("mypy", path=str(Path(sys.executable).parent))
    assert mypy is not None
    checked = subprocess.run(
        [mypy, "recipe.py"], cwd=folder, check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_it_loads_follows_and_asks_whether_to_order(page: Recipes, unit: BusinessUnit) -> None:
    engagement = make_engagement(make_vendor(unit, name="Aalto Oy"), unit, purchasing_org="1000")
    vendors.set_external_id(vendor=engagement.vendor, system="sap", value="0042", by=SYSTEM)
    scored(unit, name="Brno Tools s.r.o.")
    catch_up()
    seal_now()
    page.run(HEADING)
    token = page.load()
    assert set(page.names["names"].values()) == {"Aalto Oy", "Brno Tools s.r.o."}
    assert page.may_be_ordered("sap", "42", "1000") is False
    make_decision(engagement)
    make_vendor(unit, name="Cork Ltd")
    seal_now()
    assert page.follow(token) != token
    assert set(page.names["names"].values()) == {"Aalto Oy", "Brno Tools s.r.o.", "Cork Ltd"}
    assert page.may_be_ordered("sap", "42", "1000") is True
    with pytest.raises(LookupError):
        page.follow("nonsense")


def test_what_is_refused_is_a_problem_with_its_pointers(page: Recipes) -> None:
    page.run(HEADING)
    models: Any = sys.modules[f"{NAME}.models"]
    refused = page.list_vendors.sync(client=page.client, limit=0)
    assert isinstance(refused, models.Problem)
    assert refused.status == 400
    assert refused.errors[0].pointer.endswith("limit")


def test_it_pushes_vendors_and_opens_answers_and_submits_an_assessment(
    page: Recipes, unit: BusinessUnit
) -> None:
    questionnaire = small_questionnaire()
    page.run(HEADING)
    client, models = page.client, sys.modules[f"{NAME}.models"]

    def call(group: str, operation: str, *path: Any, **more: Any) -> Any:
        module = importlib.import_module(f"{NAME}.api.{group}.{operation}")
        return module.sync(*path, client=client, **more)

    def shape(kind: str, /, **values: Any) -> Any:
        return getattr(models, kind).from_dict(values)

    wanted = shape("VendorIn", name="Aalto Oy", country="FI")
    made = call("vendors", "put_vendor_by_external_id", "sap", "0042", body=wanted)
    items = [
        {"system": "sap", "id": "42", "name": "Aalto Oyj"},
        {"system": "sap", "id": "43", "name": "B", "lei": "X"},
    ]
    many = call("vendors", "push_vendors", body=shape("VendorItems", items=items))
    assert [one.status for one in many.items] == [200, 400]
    assert many.items[0].vendor_id == made.id
    assert many.items[1].problem.errors[0].pointer == "/lei"
    engagement = make_engagement(Vendor.objects.get(), unit)
    opened = call(
        "assessments",
        "open_assessment",
        body=shape(
            "OpenIn", engagement_id=str(engagement.pk), questionnaire=questionnaire.key, due_on=None
        ),
        idempotency_key="wish-1",
    )
    saved = call(
        "assessments", "save_answers", opened.id, body=shape("AnswersIn", answers={**GOOD})
    )
    assert saved.missing == []
    handed_in = call("assessments", "submit_assessment", opened.id)
    assert (handed_in.id, handed_in.status) == (opened.id, "submitted")
    score(Assessment.objects.get())
    rated = call("vendors", "get_vendor_score", made.id)
    assert (rated.current.status, rated.decision.decision) == ("provisional", "none")
    assert call("vendors", "list_vendor_scores", made.id) is not None
    export = call("exports", "create_export", body=shape("ExportIn", what="scores"))
    assert call("exports", "get_export", export.id).status == "queued"
    assert call("webhook_endpoints", "list_webhook_endpoints").items == []

"""A client generated from the description, as integrators make one: typed, fit for the recipes."""

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
from tests.api.recipes import Recipes, pieces
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client, make_key
from tests.factories.decisions import make_decision
from tests.factories.scoring import catch_up, scored
from tests.factories.vendors import make_engagement, make_vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db(transaction=True)

HEADING = "A generated client"
NAME = "surety_client"


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
    client = make_api_client(unit, scopes=["scores:read", "vendors:read"], name="ERP")
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
    assert refused.errors[0].additional_properties["pointer"].endswith("limit")

"""`load_demo` where it cannot be loaded, or was stopped half-way."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Event
from scoring.demo import loading
from scoring.demo.cast import Cast, cast
from tests.factories.accounts import make_unit
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the credentials would be written."""
    monkeypatch.setenv("DEMO_DATA", str(tmp_path))
    return tmp_path


def test_a_database_in_use_is_left_alone(folder: Path) -> None:
    make_unit("Real people")
    with pytest.raises(CommandError, match="Load the demo into an empty one"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert list(folder.iterdir()) == []


def test_without_a_folder_for_the_credentials_nothing_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DEMO_DATA", raising=False)
    with pytest.raises(CommandError, match="DEMO_DATA"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_a_load_that_is_stopped_half_way_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling() -> Cast:
        """The story of the second vendor breaks off where it names a persona nobody wrote."""
        first, second = cast().companies[:2]
        told = second.deals[0].rounds[0].model_copy(update={"persona": "nobody"})
        deal = second.deals[0].model_copy(update={"rounds": (told,)})
        second = second.model_copy(update={"deals": (deal,)})
        return cast().model_copy(update={"companies": (first, second)})

    monkeypatch.setattr(loading, "cast", stumbling)
    with pytest.raises(KeyError, match="nobody"):
        call_command("load_demo")
    assert not Event.objects.exists()
    assert not Vendor.objects.exists()
    assert list(folder.iterdir()) == []

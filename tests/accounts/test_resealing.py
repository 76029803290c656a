"""After the key was changed, everything kept encrypted goes over to the new one."""

import ast
from importlib import import_module
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import BinaryField
from django.test import override_settings

from accounts import sealing
from accounts.models import KeptAnswer, Letter
from accounts.services import idempotency, letters
from audit import clock
from tests.factories.accounts import make_api_client, make_user
from tests.factories.letters import make_letter
from tests.factories.webhooks import add_endpoint
from tests.house.code import APPS, files, tree
from webhooks.services import endpoints

OLD, NEW = settings.SECRET_KEY, "of another day " + "n" * 40
KEPT = idempotency.Answer(201, {}, {"secret": "shown once"})


def reseal(*options: str) -> str:
    """What the command says."""
    said = StringIO()
    call_command("reseal", *options, stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture
def kept(db: None) -> None:
    """A letter that waits, a webhook's secret, a kept answer and an app's seed, by the old key."""
    make_letter(secret=True)
    make_letter()
    client = make_api_client(all_units=True)
    add_endpoint(client, "https://erp.example/hooks")
    idempotency.keep(client=client, key="k", request_hash=bytes(32), answer=KEPT)
    seed = sealing.seal("JBSWY3DPEHPK3PXP", purpose="second factor").decode()
    Authenticator.objects.create(
        user=make_user(), type=Authenticator.Type.TOTP, data={"secret": seed, "other": "kept"}
    )


def everything_is_read() -> None:
    """Raises Unreadable where something is not."""
    for letter in Letter.objects.exclude(sealed=None):
        assert letters.said_in(letter).text
    for secret in apps.get_model("webhooks.Secret").objects.all():
        assert endpoints.secrets_of(secret.endpoint)[0].startswith("whsec_")
    [answer] = KeptAnswer.objects.all()
    told = sealing.unseal(bytes(answer.sealed), purpose="idempotency")
    assert "shown once" in told
    assert answer.created_at <= clock.now()
    [app] = Authenticator.objects.all()
    assert sealing.unseal(app.data["secret"].encode(), purpose="second factor").startswith("JBSW")
    assert app.data["other"] == "kept"


@pytest.mark.usefixtures("kept")
def test_resealed_texts_need_the_key_of_before_no_more() -> None:
    lost = override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[])
    with lost, pytest.raises(sealing.Unreadable):
        everything_is_read()
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD]):
        everything_is_read()
        said = reseal()
    assert said.count("1 sealed anew, 0 as they should be") == 4
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        everything_is_read()
        assert reseal().count("0 sealed anew, 1 as they should be") == 4


@pytest.mark.usefixtures("kept")
def test_a_dry_run_counts_writes_nothing_and_ends_with_1_while_something_is_left() -> None:
    before = list(Letter.objects.order_by("pk").values_list("sealed", flat=True))
    changed = override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD])
    with changed, pytest.raises(SystemExit) as ended:
        reseal("--dry-run")
    assert ended.value.code == 1
    after = list(Letter.objects.order_by("pk").values_list("sealed", flat=True))
    assert [one and bytes(one) for one in after] == [one and bytes(one) for one in before]


@pytest.mark.usefixtures("kept")
def test_what_no_key_opens_is_counted_left_alone_and_told_by_the_exit_code() -> None:
    said = StringIO()
    lost = override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[])
    with lost, pytest.raises(SystemExit) as ended:
        call_command("reseal", stdout=said, stderr=said)
    assert ended.value.code == 1
    assert said.getvalue().count("1 that no key opens") == 4
    everything_is_read()


def test_a_text_sealed_for_one_purpose_does_not_open_for_another() -> None:
    sealed = sealing.seal("whsec_x", purpose="webhook secrets")
    assert b"whsec_x" not in sealed
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, purpose="letters")
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed[:-3] + b"AA=", purpose="webhook secrets")


def test_every_sealed_column_is_gone_through() -> None:
    columns = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and field.name.startswith("sealed")
    }
    assert columns <= {(label, path.partition(".")[0]) for label, path, _purpose in settings.SEALED}
    for label, path, _purpose in settings.SEALED:
        assert apps.get_model(label)._meta.get_field(path.partition(".")[0])


def test_every_purpose_that_something_is_sealed_for_is_gone_through() -> None:
    found = set()
    for name in files(".py", under=APPS):
        module = name.removesuffix(".py").replace("/", ".")
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            inside = isinstance(node.func.value, ast.Name) and node.func.value.id == "sealing"
            if not inside or node.func.attr != "seal":
                continue
            [purpose] = [one.value for one in node.keywords if one.arg == "purpose"]
            if isinstance(purpose, ast.Constant):
                found.add(purpose.value)
            else:
                assert isinstance(purpose, ast.Name), f"{name}: name the purpose in the module"
                found.add(getattr(import_module(module), purpose.id))
    assert found == {purpose for _label, _path, purpose in settings.SEALED}


@pytest.mark.parametrize("given", ["short", f"{OLD},short"])
def test_keys_of_before_are_as_long_as_a_key_has_to_be(given: str) -> None:
    from pydantic import ValidationError

    from config.keys import KeyEnv

    with pytest.raises(ValidationError, match="at least 32 characters"):
        KeyEnv(secret_key=OLD, secret_key_fallbacks=given)
    assert KeyEnv(
        secret_key=NEW,
        secret_key_fallbacks=f" {OLD}, {NEW} ",
    ).keys_of_before() == [OLD, NEW]

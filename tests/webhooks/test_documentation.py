"""What docs/webhooks.md says is so: its code is run, its tables are compared."""

import json
import re
import runpy
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from standardwebhooks import WebhookVerificationError

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring.change_words import GROUPS
from scoring.changes import OF_SCORES, OF_VENDORS, PUBLIC_NAMES
from tests.factories.accounts import make_api_client
from tests.factories.webhooks import add_endpoint, make_delivery
from tests.receiver import Received, Receiver
from webhooks import backoff
from webhooks.models import Delivery
from webhooks.services import endpoints, sending

DOCUMENT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
#: Takes secret, headers and body; raises where the message is refused.
Verify = Callable[[str, Mapping[str, str], bytes], Any]


def code(language: str) -> list[str]:
    """The pieces of code in the document."""
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def python(number: int, folder: Path) -> Verify:
    file = folder / "receiver.py"
    file.write_text(code("python")[number])
    verify: Verify = runpy.run_path(str(file))["verified"]
    return verify


_MAIN = """
import java.nio.file.Files;
import java.nio.file.Path;

class Main {
    public static void main(String[] said) throws Exception {
        byte[] body = Files.readAllBytes(Path.of(said[4]));
        System.out.print(SuretyWebhook.isGenuine(said[0], said[1], said[2], said[3], body));
    }
}
"""


def java(folder: Path) -> Verify:
    (folder / "SuretyWebhook.java").write_text(code("java")[0])
    (folder / "Main.java").write_text(_MAIN)
    subprocess.run(["javac", "Main.java", "SuretyWebhook.java"], cwd=folder, check=True)

    def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
        (folder / "body").write_bytes(body)
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        said = subprocess.run(
            ["java", "Main", secret, *(headers[name] for name in names), "body"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        if said.stdout != "true":
            assert said.stdout == "false"
            raise ValueError(said.stdout)

    return verify


#: Java is run where a JDK is there.
VERIFIERS: dict[str, Callable[[Path], Verify]] = {
    "library": lambda folder: python(0, folder),
    "by hand": lambda folder: python(1, folder),
    **({"java": java} if shutil.which("javac") else {}),
}


@pytest.fixture
def signed(unit: BusinessUnit, receiver: Receiver, settings: Settings) -> tuple[str, str, Received]:
    """The old secret, the new one, and a message of ours that was sent while both sign."""
    new = add_endpoint(make_api_client(unit), receiver.url)
    rotated = endpoints.rotate_secret(endpoint=new.endpoint, by=SYSTEM)
    delivery = make_delivery(new.endpoint)
    assert sending.send_due() == 1
    assert Delivery.objects.get(pk=delivery.pk).state == "delivered"
    return new.secret, rotated.secret, receiver.received[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", VERIFIERS)
def test_the_code_for_receivers_takes_our_messages_and_refuses_forged_and_old_ones(
    signed: tuple[str, str, Received], tmp_path: Path, name: str
) -> None:
    old_secret, new_secret, sent = signed
    verify = VERIFIERS[name](tmp_path)
    for secret in (old_secret, new_secret):
        verify(secret, sent.headers, sent.body)
    stranger = "whsec_" + "c" * 43 + "="
    late = {**sent.headers, "webhook-timestamp": str(int(time.time()) - 301)}
    forged = [
        (new_secret, sent.headers, sent.body + b" "),
        (new_secret, {**sent.headers, "webhook-id": "another"}, sent.body),
        (new_secret, late, sent.body),
        (new_secret, {**sent.headers, "webhook-timestamp": "soon"}, sent.body),
        (stranger, sent.headers, sent.body),
    ]
    for secret, headers, body in forged:
        with pytest.raises((ValueError, WebhookVerificationError)):
            verify(secret, headers, body)
    if name != "library":
        for signature in ("v1,ä", "v1,?"):
            with pytest.raises(ValueError, match=r"no signature fits|false"):
                verify(new_secret, {**sent.headers, "webhook-signature": signature}, sent.body)


def test_the_table_of_types_is_what_is_told() -> None:
    recorded = {
        PUBLIC_NAMES.get(name, name): (scope, members)
        for scope, told in (("scores:read", OF_SCORES), ("vendors:read", OF_VENDORS))
        for name, members in told.items()
        if name != "scores.written"
    }
    rows = []
    for group, types in GROUPS.items():
        rows.append(f"| **{group}** | | | |")
        for name, said in types.items():
            scope, members = recorded[name]
            told = ", ".join(f"`{one.replace('points', 'score')}`" for one in members)
            rows.append(f"| `{name}` | {said} | {told} | {scope} |")
    table = DOCUMENT.split("### Types", 1)[1].split("After a run", 1)[0]
    assert table.strip().splitlines()[2:] == rows


def test_the_pauses_in_the_document_are_those_between_attempts() -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith("| pause |"))
    said = [part.strip() for part in row.strip("|").split("|")][1:]

    def words(seconds: int) -> str:
        hours, minutes = seconds // 3600, seconds % 3600 // 60
        if seconds < 120:
            return f"{seconds} s"
        parts = [(hours, "h"), (minutes, "min"), (seconds % 60, "s")]
        return " ".join(f"{number} {unit}" for number, unit in parts if number)

    pauses = [round(backoff.pause(tries, 0.5).total_seconds()) for tries in range(1, 8)]
    assert said == [words(one) for one in pauses]


def test_the_example_is_a_message_as_we_send_it() -> None:
    example = DOCUMENT.split('    {"type":"score.changed"', 1)[1].split("\n\n", 1)[0]
    message = json.loads('{"type":"score.changed"' + example)
    assert set(message) == {"type", "timestamp", "data"}
    assert set(message["data"]) == {"id", "subject", "vendor_id", "business_unit_id", "details"}
    told = {one.replace("points", "score") for one in OF_SCORES["score.changed"]}
    assert set(message["data"]["details"]) == told

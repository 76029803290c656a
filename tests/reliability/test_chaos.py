"""A short run of `make chaos`: nothing that was acknowledged is lost, and the run itself works."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chaos.journal import MAYBE, OK, REFUSED, Journal, operations
from tests import migrated

_REPOSITORY = Path(__file__).parents[2]


@pytest.mark.worker
def test_ten_faults_under_twenty_clients_lose_nothing(
    django_db_setup: None, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "chaos", "--faults", "10", "--seconds", "30", "--seed", "53"),
            *("--hurry", "--dump", str(migrated.dump(tmp_path / "migrated.dump"))),
            *("--folder", str(tmp_path / "chaos")),
        ],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert result["wrong"] == []
    assert result["faults"] >= 3
    # It was under load, and what it compared was there.
    assert result["ended"]["answer ok"] > 5
    assert result["ended"]["vendor ok"] > 0
    assert result["changes_followed"] > 10
    assert result["messages_received"] >= result["changes_followed"]


def test_what_nobody_answered_may_have_happened_and_what_was_refused_has_not(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "one.jsonl")
    journal.note("sent", "answer", "silent")
    journal.note("sent", "answer", "done")
    journal.note(MAYBE, "answer", "done")
    journal.note(OK, "answer", "done", saved_as=3)
    journal.note("sent", "answer", "refused")
    journal.note(REFUSED, "answer", "refused")
    journal.note("sent", "answer", "unsure")
    journal.note(MAYBE, "answer", "unsure")
    journal.note(REFUSED, "answer", "unsure")
    journal.close()
    found = {one.mark: one.state for one in operations(tmp_path)}
    assert found == {"silent": MAYBE, "done": OK, "refused": REFUSED, "unsure": MAYBE}

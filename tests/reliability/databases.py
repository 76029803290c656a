"""Databases beside the one of the tests, and commands that run on them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
from django.conf import settings

from config import embedded
from tests.house.code import ROOT


def address_of(database: str) -> str:
    """The address of a database on the server of the tests."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database with nothing in it, removed at the end of the block."""
    name = f"elsewhere_{uuid4().hex[:12]}"
    with closing(psycopg2.connect(address_of("postgres"))) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield address_of(name)
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def another_server() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL of its own."""
    folder = Path(os.environ["SURETY_TEST_FOLDER"]) / f"server-{uuid4().hex[:8]}"
    with embedded.running_servers(folder, durable=False) as servers:
        yield servers.database_url


def elsewhere(database: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of an installation of its own: database, evidence and anchors elsewhere."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "AUDIT_KEY": settings.AUDIT_KEY,
        "AUDIT_ANCHOR_FILE": str(folder / "anchor.jsonl"),
        "EVIDENCE_STORAGE": str(folder / "evidence"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "HTTPS": "false",
        "LOG_LEVEL": "ERROR",
        **more,
    }


def manage(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """`manage.py` with these arguments: its exit code and everything it says."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def python(environment: Mapping[str, str], code: str) -> str:
    """What a piece of Python prints, with Django ready."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import django; django.setup()\n{code}"],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()

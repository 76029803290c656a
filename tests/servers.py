"""Pytest plugin: a private PostgreSQL and Valkey for the run, or those of the environment.

Loaded with `-p tests.servers`, since the addresses must be known before Django is set up.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from config import embedded

_PREFIX = "surety-test-"
_HOUR = 3600


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers before any other plugin looks at the settings.

    Parallel workers inherit the addresses from the process that started them.
    """
    quick = {"--help", "-h", "--version", "--markers", "--fixtures"}
    if "PYTEST_XDIST_WORKER" not in os.environ and not quick & set(
        early_config.invocation_params.args
    ):
        _start(early_config)
    yield


def _start(config: pytest.Config) -> None:
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # As root the servers run as `nobody`, who must be able to pass through.
    folder.chmod(0o711)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["SURETY_TEST_FOLDER"] = str(folder)
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    try:
        servers = embedded.start(folder / "servers", durable=False)
    except embedded.EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    config.add_cleanup(servers.stop)
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url
    os.environ["SURETY_TEST_PRIVATE"] = "1"


def _remove_leftovers() -> None:
    """Delete the folders of test runs that were killed more than an hour ago."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            stat = folder.stat()
            if stat.st_uid != os.geteuid() or time.time() - stat.st_mtime < _HOUR:
                continue
            embedded.remove(folder / "servers")
        except (embedded.EmbeddedError, OSError):
            continue  # still in use, or gone by now
        shutil.rmtree(folder, ignore_errors=True)

"""What the demo needs inside its servers before it opens: schema, static files, demo data.

Run as a process of its own by `config.demo`, which knows nothing of Django.

`manage.py load_demo` makes the demo data. It takes the password from DEMO_PASSWORD (empty or not
there: a random one) and, when all is in, writes DEMO_DATA/credentials.json (mode 0600):
`{"accounts": [{"email": …, "role": …}, …], "password": …, "api_key": …, "pages": [[title, path],
…]}`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config.embedded_servers import write_private


def main() -> None:
    """Bring everything up to date; quick when it already is."""
    django.setup()
    try:
        # `migrate` with nothing to do still writes every permission again: a second or two.
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False)
    except OperationalError as error:
        sys.exit(f"the database does not answer: {str(error).splitlines()[0]}")
    collect_static_files(Path(settings.STATIC_ROOT))
    load_demo(Path(os.environ["DEMO_DATA"]) / "credentials.json")


def collect_static_files(target: Path) -> None:
    """Collect and compress them, unless the sources are as they were last time."""
    print_of_sources = _fingerprint(Path(settings.BASE_DIR))
    stamp = target.with_name(f"{target.name}.stamp")
    if target.is_dir() and stamp.exists() and stamp.read_text() == print_of_sources:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(print_of_sources)


def _fingerprint(base: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted((base / "static").rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(base)}\0".encode())
            digest.update(path.read_bytes())
    for name in ("package-lock.json", "requirements/base.lock", "config/assets.py"):
        digest.update((base / name).read_bytes())
    return digest.hexdigest()


def load_demo(credentials: Path) -> None:
    """Load the demo data once; afterwards only a new DEMO_PASSWORD changes anything."""
    known = credentials.exists()
    if known:
        change_password(credentials, os.environ.get("DEMO_PASSWORD", ""))
    elif "load_demo" in get_commands():
        call_command("load_demo")
        tell_of_reports()
    if base := os.environ.get("DEMO_RECEIVER"):
        webhooks_of(base, first=not known)


def tell_of_reports() -> None:
    """Have the reports of the story made, once."""
    from config import demo_reports  # noqa: PLC0415 - reads tables that Django has to know first

    demo_reports.tell()


def webhooks_of(base: str, *, first: bool) -> None:
    """Tell the story of webhooks once; afterwards lead it to where its receiver listens."""
    from config import demo_webhooks  # noqa: PLC0415 - reads tables that Django has to know first

    if first:
        demo_webhooks.tell(base)
    else:
        demo_webhooks.point(base)


def change_password(credentials: Path, password: str) -> None:
    """Give the demo accounts the password that was asked for, if it is another."""
    known = json.loads(credentials.read_text())
    if not password or password == known["password"]:
        return
    emails = [account["email"] for account in known["accounts"]]
    get_user_model().objects.filter(email__in=emails).update(password=make_password(password))
    write_private(credentials, json.dumps({**known, "password": password}, indent=2) + "\n")


if __name__ == "__main__":
    main()

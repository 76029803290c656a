"""An installation as it goes into production, by the settings of one."""

import json
import os
import subprocess
import sys
from pathlib import Path

_ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
answer = Client(headers={"Host": "surety.example"}).get("/healthz", secure=True)
plain = Client(headers={"Host": "surety.example"}).get("/accounts/login/")
print(json.dumps({
    "status": answer.status_code,
    "hsts": answer.get("Strict-Transport-Security", ""),
    "plain": plain.get("Location", ""),
    "cookies": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "named": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "session": [
        settings.SESSION_COOKIE_HTTPONLY,
        settings.SESSION_COOKIE_SAMESITE,
        settings.SESSION_COOKIE_PATH,
        settings.SESSION_COOKIE_DOMAIN,
    ],
}))
"""


def test_django_has_nothing_to_say_against_it_and_browsers_come_by_https_alone(
    tmp_path: Path,
) -> None:
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ASK],
        cwd=Path(__file__).parents[2],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "postgresql://none:none@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": "of-this-test-Qz7" + "0123456789" * 4,
            "AUDIT_KEY": "of-this-test-Qz8" + "0123456789" * 4,
            "AUDIT_ANCHOR_FILE": str(tmp_path / "anchor.jsonl"),
            "ALLOWED_HOSTS": "surety.example",
            "CSRF_TRUSTED_ORIGINS": "https://surety.example",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout.splitlines()[-1]) == {
        "status": 200,
        "hsts": "max-age=31536000; includeSubDomains; preload",
        "plain": "https://surety.example/accounts/login/",
        "cookies": [True, True],
        # A browser takes a cookie of such a name only over https and for this very host.
        "named": ["__Host-sessionid", "__Host-csrftoken"],
        "session": [True, "Lax", "/", None],
    }

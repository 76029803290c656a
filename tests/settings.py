"""The real settings with what a test run needs: cheap passwords, no manifest, mail in memory."""

import os
from pathlib import Path
from tempfile import gettempdir

# The type checker reads the settings without a server; a test run has real addresses by now.
os.environ.setdefault("DATABASE_URL", "postgresql://surety:none@127.0.0.1:5432/surety")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
os.environ.setdefault("SECRET_KEY", "tests-only-" + "s" * 40)
os.environ.setdefault("AUDIT_KEY", "tests-only-" + "a" * 40)
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("LOG_LEVEL", "WARNING")

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_FOLDER = Path(os.environ.get("SURETY_TEST_FOLDER", gettempdir())) / _WORKER
os.environ["AUDIT_ANCHOR_FILE"] = str(_FOLDER / "anchor.jsonl")
os.environ["MEDIA_ROOT"] = str(_FOLDER / "media")
os.environ["STATIC_ROOT"] = str(_FOLDER / "static")

# Each parallel worker has a Valkey database of its own: 1 to 15, so 0 is never touched.
_REDIS_SERVER = os.environ["REDIS_URL"].rpartition("/")[0]
os.environ["REDIS_URL"] = f"{_REDIS_SERVER}/{1 + int(_WORKER.removeprefix('gw')) % 15}"

from config.settings import *  # noqa: E402, F403 - the environment has to be ready first
from config.settings import STORAGES as _STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Static files come straight from their folders: no collectstatic before a test run.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": _STORAGES["evidence"],
    "exports": _STORAGES["exports"],
}
# WhiteNoise warns of a folder that is not there.
if "SURETY_TEST_FOLDER" in os.environ:
    (_FOLDER / "static").mkdir(parents=True, exist_ok=True)

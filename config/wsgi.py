"""The entry point for gunicorn."""

import atexit
import os
import shutil
import tempfile

from django.core.wsgi import get_wsgi_application

from config.programs import patient


def share_counts() -> None:
    """Give all web processes one folder for their counts, removed when the first of them ends.

    Comes before the settings: the library looks for the folder when it is first imported.
    """
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="surety-metrics-", dir=os.environ.get("RUN_FOLDER"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    maker = os.getpid()

    def remove() -> None:
        # Web processes that are forked off inherit this, and end earlier.
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
share_counts()
application = patient(get_wsgi_application())

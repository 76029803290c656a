"""The entry point for gunicorn."""

import atexit
import os
import shutil
import tempfile
from typing import Final

from django.core.wsgi import get_wsgi_application

from config.programs import patient

#: Says that the folder was made here, and not chosen by whoever runs this.
_OURS: Final = "SURETY_METRICS_FOLDER"


def share_counts() -> None:
    """Give all web processes one folder for their counts, removed when the first of them ends.

    Comes before the settings: the library looks for the folder when it is first imported.
    """
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ and _OURS not in os.environ:
        return
    # A main process that takes over from another inherits that one's folder, which goes with it.
    folder = tempfile.mkdtemp(prefix="surety-metrics-", dir=os.environ.get("RUN_FOLDER"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ[_OURS] = folder
    maker = os.getpid()

    def remove() -> None:
        # Web processes that are forked off inherit this, and end earlier.
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
share_counts()
application = patient(get_wsgi_application())

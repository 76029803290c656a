"""Where files that people upload are kept: a folder of ours, or a bucket that speaks S3."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

#: Read and written by the processes of Surety alone.
_PRIVATE = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}


class EvidenceEnv(BaseSettings):
    """What an installation decides about evidence. Names are the environment variables."""

    # A folder, or s3://bucket/prefix; empty: the folder "evidence" in the media folder.
    evidence_storage: str = ""
    evidence_s3_endpoint: str = ""
    evidence_s3_region: str = ""
    evidence_s3_access_key: str = ""
    evidence_s3_secret_key: SecretStr = SecretStr("")
    evidence_max_megabytes: int = Field(default=25, ge=1, le=1024)
    # The socket of clamd, as a path or as host:port; empty: files are not scanned.
    # Files of exports: the same, empty: the folder "exports" in the media folder.
    export_storage: str = ""
    # How long they are kept.
    export_hours: int = Field(default=24, ge=1, le=24 * 30)
    report_days: int = Field(default=400, ge=1, le=3650)
    clamav_socket: str = ""
    clamav_timeout_seconds: int = Field(default=30, ge=1, le=600)

    def evidence_entry(self, *, media: Path, served: Path) -> dict[str, Any]:
        """The entry of `STORAGES` for evidence. Raises ValueError (`evidence_storage`)."""
        return self._entry(self.evidence_storage, media / "evidence", served)

    def export_entry(self, *, media: Path, served: Path) -> dict[str, Any]:
        """The entry of `STORAGES` for files of exports; in a bucket with the keys of evidence."""
        return self._entry(self.export_storage, media / "exports", served)

    def _entry(self, where: str, default: Path, served: Path) -> dict[str, Any]:
        return evidence_storage(
            where,
            default=default,
            served=served,
            endpoint=self.evidence_s3_endpoint,
            region=self.evidence_s3_region,
            access_key=self.evidence_s3_access_key,
            secret_key=self.evidence_s3_secret_key.get_secret_value(),
        )


def evidence_storage(
    where: str,
    *,
    default: Path,
    served: Path,
    endpoint: str = "",
    region: str = "",
    access_key: str = "",
    secret_key: str = "",
) -> dict[str, Any]:
    """The entry of `STORAGES` for evidence: `where` is a folder or "s3://bucket/prefix".

    Empty: the folder `default`. Raises ValueError for a folder below `served`, whose files anybody
    may fetch, and for an address that names no bucket. Without keys, S3 takes those of the machine.
    """
    if not where.startswith("s3://"):
        folder = (Path(where) if where else default).absolute()
        if folder == served.absolute() or served.absolute() in folder.parents:
            raise ValueError(f"{folder} is inside the folder of files that are served to everybody")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None, **_PRIVATE},
        }
    parts = urlsplit(where)
    if not parts.netloc:
        raise ValueError("an address of S3 is written s3://bucket or s3://bucket/prefix")
    keys = {"access_key": access_key or None, "secret_key": secret_key or None}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "max_memory_size": 2 * 1024 * 1024,
            "client_config": _client_config(path_style=bool(endpoint)),
            **keys,
        },
    }


def _client_config(*, path_style: bool) -> Any:
    """Short waits: whoever uploads sees a page within seconds, whatever the other side does."""
    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"max_attempts": 2, "mode": "standard"},
        s3={"addressing_style": "path" if path_style else "auto"},
        signature_version="s3v4",
        # Checks that S3 has added since, and that other servers do not know.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )

"""What an installation decides, read once from the environment, typed, refused by name."""

import sys
from pathlib import Path

from pydantic import Field, PostgresDsn, RedisDsn, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from config import portal

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(portal.PortalEnv):
    """Everything an installation decides. Names are the environment variables."""

    model_config = SettingsConfigDict(env_prefix="", case_sensitive=False, extra="ignore")

    database_url: PostgresDsn
    redis_url: RedisDsn
    secret_key: SecretStr = Field(min_length=32)
    audit_key: SecretStr = Field(min_length=32)
    audit_anchor_file: Path
    debug: bool = False
    allowed_hosts: str = "localhost,127.0.0.1"
    csrf_trusted_origins: str = ""
    https: bool = True
    organisation_name: str = "Your organisation"
    email_url: str = ""
    default_from_email: str = "surety@localhost"
    show_secret_letters: bool = False
    time_zone: str = "UTC"
    static_root: Path = BASE_DIR / "build" / "static"
    media_root: Path = BASE_DIR / "build" / "media"
    log_level: str = "INFO"
    api_rate: str = "600/min"
    require_second_person: bool = True
    trusted_proxy_count: int = Field(default=0, ge=0)
    metrics_token: SecretStr = SecretStr("")
    # A folder, or s3://bucket/prefix; empty: the folder "evidence" in media_root.
    evidence_storage: str = ""
    evidence_s3_endpoint: str = ""
    evidence_s3_region: str = ""
    evidence_s3_access_key: str = ""
    evidence_s3_secret_key: SecretStr = SecretStr("")
    evidence_max_megabytes: int = Field(default=25, ge=1, le=1024)
    # The socket of clamd, as a path or as host:port; empty: files are not scanned.
    clamav_socket: str = ""
    clamav_timeout_seconds: int = Field(default=30, ge=1, le=600)


def read_env() -> Env:
    """The environment as values; on a bad one, stop with a sentence per variable."""
    try:
        return Env()
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            print(f"Setting {name}: {problem['msg']}", file=sys.stderr)
        sys.exit("Surety cannot start: set the variables named above (see .env.example).")

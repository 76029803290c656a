"""What an installation decides, read once from the environment, typed, refused by name."""

import sys
from pathlib import Path

from pydantic import Field, PostgresDsn, RedisDsn, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from config import files, keys, outside, portal, retention, sign_in, single_sign_on

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(
    files.EvidenceEnv,
    keys.KeyEnv,
    outside.CheckpointEnv,
    outside.WebhookEnv,
    portal.PortalEnv,
    retention.RetentionEnv,
    sign_in.SignInEnv,
    single_sign_on.SignOnEnv,
):
    """Everything an installation decides. Names are the environment variables."""

    model_config = SettingsConfigDict(env_prefix="", case_sensitive=False, extra="ignore")

    database_url: PostgresDsn
    redis_url: RedisDsn
    # The folder of pg_dump, pg_restore and psql, where they are not found by themselves.
    postgres_programs: Path | None = None
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
    api_max_body_megabytes: int = Field(default=10, ge=1, le=100)
    api_changes_days: int = Field(default=90, ge=1)
    require_second_person: bool = True
    trusted_proxy_count: int = Field(default=0, ge=0)
    metrics_token: SecretStr = SecretStr("")


def read_env() -> Env:
    """The environment as values; on a bad one, stop with a sentence per variable."""
    try:
        return Env()
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            print(f"Setting {name}: {problem['msg']}", file=sys.stderr)
        sys.exit("Surety cannot start: set the variables named above (see .env.example).")

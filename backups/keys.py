"""The keys of an installation, locked with a passphrase, for a copy that is kept apart.

Needs no settings and no database, since one opens them to make the settings of a new machine:

    python -m backups.keys FILE        asks for the passphrase, prints the variables
"""

import argparse
import base64
import getpass
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from backups.errors import BackupError

#: What guessing a passphrase costs: 64 MB and a good part of a second each (RFC 7914).
_COST: Final = {"n": 2**16, "r": 8, "p": 1}
SHORTEST: Final = 12
PASSPHRASE: Final = "BACKUP_PASSPHRASE"  # noqa: S105 - the name of the variable


def lock(values: Mapping[str, str], passphrase: str) -> str:
    """The values as a text that only the passphrase opens. Raises BackupError for a short one."""
    if len(passphrase) < SHORTEST:
        raise BackupError(f"The passphrase has to have {SHORTEST} signs or more.")
    salt = secrets.token_bytes(16)
    sealed = _fernet(passphrase, salt, _COST).encrypt(json.dumps(dict(values)).encode())
    said = {
        "surety": "keys",
        "format": 1,
        "scrypt": {**_COST, "salt": base64.b64encode(salt).decode()},
        "locked": sealed.decode(),
    }
    return json.dumps(said, indent=1) + "\n"


def unlock(text: str, passphrase: str) -> dict[str, str]:
    """The values again. Raises BackupError: no such file, or another passphrase."""
    try:
        said = json.loads(text)
        cost = dict(said["scrypt"])
        salt = base64.b64decode(cost.pop("salt"))
        if said["surety"] != "keys" or said["format"] != 1 or cost["n"] > 2**20:
            raise ValueError
        opened = _fernet(passphrase, salt, cost).decrypt(said["locked"].encode())
    except InvalidToken as error:
        raise BackupError("This passphrase does not open the keys.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("This is not a file of keys.") from error
    values: dict[str, str] = json.loads(opened)
    return values


def _fernet(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> Fernet:
    derive = Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"])
    return Fernet(base64.urlsafe_b64encode(derive.derive(passphrase.encode())))


def ask() -> str:
    """The passphrase, from BACKUP_PASSPHRASE or typed. Raises BackupError where nobody can type."""
    given = os.environ.get(PASSPHRASE, "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise BackupError(f"Set {PASSPHRASE}, or run this where it can ask for the passphrase.")
    return getpass.getpass("Passphrase of the keys: ")


def main() -> None:
    """Print the variables that a file of keys holds; exit code 1 when it does not open."""
    parser = argparse.ArgumentParser(prog="python -m backups.keys", description=main.__doc__)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    try:
        values = unlock(chosen.file.read_text(), ask())
    except (BackupError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    sys.stdout.write("".join(f"{name}={value}\n" for name, value in values.items()))


if __name__ == "__main__":
    main()

"""What keeps a backup from being made, proved or brought back."""


class BackupError(Exception):
    """The message is a sentence or more that says what to do."""

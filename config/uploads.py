"""Uploads too large for memory wait on the disk while a request is read; a disk can be full."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LostUpload(SimpleUploadedFile):
    """A file for which the disk had no room: it has a name and a size, and reading it raises
    OSError. What was typed beside it has arrived all the same."""

    def __init__(self, name: str, content_type: str, size: int, why: OSError) -> None:
        super().__init__(name, b"", content_type)
        self.size, self._why = size, why

    def read(self, size: int = -1) -> bytes:
        """Raises OSError."""
        raise OSError(*self._why.args)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Raises OSError."""
        raise OSError(*self._why.args)


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Django's own, but a disk that is full spoils the file and not the whole form."""

    _lost: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        self._lost = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._lost = error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of it has come."""
        if self._lost is None:
            try:
                return super().receive_data_chunk(raw_data, start)
            except OSError as error:
                self._lost = error
        return None

    def file_complete(self, file_size: int) -> Any:
        """All of it has come."""
        if self._lost is None:
            try:
                return super().file_complete(file_size)
            except OSError as error:
                self._lost = error
        return LostUpload(self.file_name or "", self.content_type or "", file_size, self._lost)

"""One tray per person, by a named mutex that Windows frees when its holder dies."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.desktop.windows.api import Api
from aws_sso_core.errors import DesktopUnavailable


class WindowsInstance:
    r"""An ``Instance``: ``Local\`` keeps the name to this log-on session, the folder's hash to this person and home."""

    def __init__(self, state_dir: Path, api: Api) -> None:
        digest = hashlib.sha256(os.path.normcase(state_dir).encode("utf-8", "replace")).hexdigest()
        self.name = f"Local\\aws-sso-tray-{digest[:16]}"
        self.path = state_dir / "tray.pid"
        self._api = api
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Become the one; again is still the one.

        Raises:
            DesktopUnavailable: Windows makes no mutex.
            ReadOnlyPlace, DiskFull, StoreFailed: the process id cannot be written.
        """
        if self._handle is not None:
            return True
        try:
            handle, first = self._api.create_mutex(self.name)
        except OSError as error:
            raise DesktopUnavailable(f"Windows gave no lock for the tray: {error}.") from error
        if not first:
            if handle:
                self._api.close_handle(handle)
            return False
        self._handle = handle
        files.write_atomic(self.path, b"%d\n" % os.getpid())
        return True

    def holder(self) -> int | None:
        """Who holds the mutex now, ourselves included."""
        if not self._api.mutex_exists(self.name):
            return None
        with contextlib.suppress(ValueError):
            return int(files.read_bytes(self.path) or b"")
        return None

    def release(self) -> None:
        """Let another become the one."""
        if self._handle is not None:
            self._api.close_handle(self._handle)
            self._handle = None

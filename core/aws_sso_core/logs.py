"""The log: one file for all our processes, owner-only, opened at the first line and never the cause of a failure.

Only our own loggers are written, never botocore's: at its debug level that prints tokens. What is secret among our
values is a ``Secret``, which hides itself.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from aws_sso_core.errors import AppError
from aws_sso_core.files import make_private_dir

PACKAGES = ("aws_sso_core", "aws_sso_tray")
MOST_BYTES = 1_000_000
"""A log that has grown past this is put aside (``.1``) by the next process that writes a line."""

_LINE = "%(asctime)s {program}[%(process)d] %(levelname)s %(name)s: %(message)s"


class LogFile(logging.Handler):
    """Appends lines to ``aws-sso-tray.log``; a log that cannot be written is done without."""

    def __init__(self, directory: Path, program: str) -> None:
        """``program`` names the process in each line: "login", "tray"."""
        super().__init__(logging.INFO)
        self.path = directory / "aws-sso-tray.log"
        self.failed = False
        self._stream: TextIO | None = None
        self.setFormatter(_formatter(program))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, in one piece, so that those of several processes do not mix."""
        if self.failed:
            return
        try:
            if self._stream is None:
                self._stream = self._open()
            self._stream.write(self.format(record) + "\n")
            self._stream.flush()
        except (AppError, OSError, ValueError):
            self.failed = True

    def close(self) -> None:
        """Close the file, if it was opened."""
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
        self._stream = None
        super().close()

    def _open(self) -> TextIO:
        make_private_dir(self.path.parent)
        with suppress(OSError):  # another process may be doing the same, or (Windows) have the file open
            if self.path.stat().st_size > MOST_BYTES:
                self.path.replace(self.path.with_suffix(".log.1"))
        fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(fd, "a", encoding="utf-8", errors="backslashreplace")


@contextmanager
def writing(directory: Path, program: str) -> Iterator[LogFile]:
    """Write what our packages log (INFO and worse) to the log file in ``directory``, until the block ends."""
    handler = LogFile(directory, program)
    with _attached(handler, logging.INFO):
        yield handler


@contextmanager
def shown(stream: TextIO) -> Iterator[None]:
    """Write what our packages log, down to DEBUG, to ``stream`` too, until the block ends."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter("aws-sso-tray"))
    with _attached(handler, logging.DEBUG):
        yield


@contextmanager
def _attached(handler: logging.Handler, level: int) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in PACKAGES]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(min(level, logger.level or level))
    try:
        yield
    finally:
        for logger, old in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(old)
        handler.close()


def _formatter(program: str) -> logging.Formatter:
    formatter = logging.Formatter(_LINE.format(program=program), datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    return formatter

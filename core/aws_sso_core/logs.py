"""The log: one file for all our processes, owner-only, opened at the first line and never the cause of a failure.

Only our own loggers are written, never botocore's: at its debug level that prints tokens. What is secret among our
values is a ``Secret``, which hides itself; what looks like a secret all the same (in another program's error text, in a
traceback) is struck out of the finished line.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import TextIO

from aws_sso_core.errors import AppError
from aws_sso_core.files import make_private_dir
from aws_sso_core.visible import visible

PACKAGES = ("aws_sso_core", "aws_sso_tray")
MOST_BYTES = 1_000_000
"""A log that has grown past this is put aside (``.1``) before the next line."""

_STRUCK = "(secret)"
_LINE = "%(asctime)s {program}[%(process)d] %(levelname)s %(name)s: %(message)s"


class LogFile(logging.Handler):
    """Appends lines to ``aws-sso-tray.log``; a log that cannot be written is done without."""

    def __init__(self, directory: Path, program: str) -> None:
        """``program`` names the process in each line: "login", "tray"."""
        super().__init__(logging.INFO)
        self.path = directory / "aws-sso-tray.log"
        self.failed = False
        """Whether the latest line was lost."""
        self._stream: TextIO | None = None
        self._over = False
        self.setFormatter(_Line(program))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, in one piece, so that those of several processes do not mix."""
        if self._over:  # a thread that still had something to say when its command was at its end
            return
        try:
            if self._stream is None:
                self._stream = self._open()
            self._stream.write(self.format(record) + "\n")
            self._stream.flush()
            if self._stream.tell() > MOST_BYTES:
                self._close_file()
            self.failed = False
        except (AppError, OSError):
            self.failed = True
            self._close_file()  # the next line tries again: disks get space, folders come back
        except Exception:  # noqa: BLE001 - as every logging handler: a line that cannot be made is our bug, not a failure
            self.handleError(record)

    def close(self) -> None:
        """Close the file, if it was opened."""
        with self.lock or nullcontext():
            self._over = True
            self._close_file()
        super().close()

    def _close_file(self) -> None:
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
        self._stream = None

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
    handler.setFormatter(_Line("aws-sso-tray"))
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


def redacted(text: str) -> str:
    """The text with everything struck out that looks like a token, a secret key, or a sign-in's code or state."""
    return _secrets().sub(lambda match: (match["keep"] or "") + _STRUCK, text)


@cache
def _secrets() -> re.Pattern[str]:
    return re.compile(
        r"""
        (?P<keep>
            [?&] (?:code|state|user_code|device_code|SigninToken|Session|clientSecret|client_secret) =
          | :// [^\s/:@]* : (?= [^\s/]* @ )                     # a proxy's password
          | (?i: \b(?: (?:access|refresh|session|id|bearer|signin)[-_]?token | (?:client|device)[-_]?(?:secret|code)
                  | code[-_]?verifier | (?:aws[-_]?)? secret[-_]?access[-_]?key | x-amz-sso_bearer_token | authorization )
               ["']? \s* [=:] \s* (?: (?:bearer|basic) \s+ )? ["']? )
        ) [^\s"'&,;)}]+
      | \b eyJ [\w-]{10,} (?: \. [\w-]+ )*                     # JSON Web Tokens: client secrets
      | \b ao[ar] [\w+/=:-]{20,}                               # IAM Identity Center's access and refresh tokens
      | (?<![\w/+=]) (?=[\w/+]*[A-Z]) (?=[\w/+]*[a-z]) (?=[\w/+]*\d) (?: [A-Za-z0-9/+]{40} (?![\w/+=]) | [\w/+=-]{200,} )
        # secret access keys, session tokens: told from file names (SHA-1 has no capitals) and from paths
        """,
        re.VERBOSE,
    )


class _Line(logging.Formatter):
    """One line per record (and its traceback below), times in UTC, secrets struck out."""

    def __init__(self, program: str) -> None:
        super().__init__(_LINE.format(program=program), datefmt="%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        return visible(redacted(super().format(record)))

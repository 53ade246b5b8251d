r"""Linux distributions inside Windows, by ``wsl.exe``: which there are, and reading and writing a person's files in them.

Files are read and written by the distribution's own ``sh``, not through ``\\wsl.localhost``: so links are followed, mode
and owner are Linux's, and a replace is one step.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aws_sso_core.errors import AppError, ChangedMeanwhile, StoreFailed

PATIENCE = 60.0
"""Seconds for a distribution to answer; a sleeping one boots first."""
_OTHERS = ("docker-desktop", "rancher-desktop", "podman-machine")
"""Distributions that are parts of other programs."""
_CHANGED = 9
_ABSENT = "-"

_READ = 'f="$HOME/.aws/config"; if [ -e "$f" ]; then cat -- "$f"; else exit 8; fi'
_MISSING = 8
# The old content's digest is compared right before the replace; the new file is there, whole and private, by then.
_WRITE = """set -e
umask 077
mkdir -p "$HOME/.aws"
f="$HOME/.aws/config"
if [ -e "$f" ]; then f="$(readlink -f -- "$f")"; fi
new="$f.aws-sso-tray-$$"
trap 'rm -f -- "$new"' EXIT
cat > "$new"
if [ -e "$f" ]; then chmod --reference="$f" -- "$new" 2>/dev/null || true; now="$(sha256sum < "$f" | cut -c1-64)"; else now=-; fi
if [ "$now" != "$1" ]; then exit 9; fi
if [ -e "$f" ] && [ ! -e "$f.before-aws-sso-tray" ]; then cp -p -- "$f" "$f.before-aws-sso-tray"; fi
mv -f -- "$new" "$f"
"""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command in a distribution ended."""

    code: int
    out: bytes
    err: bytes


class Wsl(Protocol):
    """``wsl.exe``."""

    def run(self, arguments: Sequence[str], data: bytes = b"") -> Said:
        """Run it with these arguments and this standard input; raises AppError when it cannot be."""


class SystemWsl:
    """The real one.

    Args:
        program: the path of ``wsl.exe``.
        env: the environment.
    """

    def __init__(self, program: str, env: Mapping[str, str]) -> None:
        self._program = program
        self._env = {**env, "WSL_UTF8": "1"}  # else its own words are UTF-16

    def run(self, arguments: Sequence[str], data: bytes = b"") -> Said:
        """See ``Wsl``."""
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=data,
                capture_output=True,
                env=self._env,
                timeout=PATIENCE,
                check=False,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise AppError("WSL does not answer.", "`wsl --status` shows how it is.") from error
        return Said(done.returncode, done.stdout, done.stderr)


class Distribution:
    """One distribution, and the person who is its default user."""

    def __init__(self, name: str, wsl: Wsl) -> None:
        self.name = name
        self._wsl = wsl

    def read_config(self) -> bytes | None:
        """``~/.aws/config``; None when there is none.

        Raises:
            StoreFailed: it cannot be read.
        """
        said = self._sh(_READ)
        if said.code == _MISSING:
            return None
        self._check(said, "read")
        return said.out

    def write_config(self, before: bytes | None, after: bytes) -> None:
        """Replace ``~/.aws/config`` in one step; the very first time a copy of the old one is left beside it.

        Raises:
            ChangedMeanwhile: it no longer is ``before``.
            StoreFailed: it cannot be written; nothing was changed.
        """
        digest = _ABSENT if before is None else hashlib.sha256(before).hexdigest()
        said = self._sh(_WRITE, digest, data=after)
        if said.code == _CHANGED:
            raise ChangedMeanwhile(f"~/.aws/config in {self.name} was changed by another program.", "Try again.")
        self._check(said, "written")

    def path_of(self, program: str) -> str:
        """Where a Windows program lies for this distribution, such as ``/mnt/c/...``.

        Raises:
            StoreFailed: the drive is not there.
        """
        said = self._wsl.run(["--distribution", self.name, "--exec", "wslpath", "-u", program])
        self._check(said, "asked for a path")
        return said.out.decode(errors="replace").strip()

    def _sh(self, script: str, *arguments: str, data: bytes = b"") -> Said:
        return self._wsl.run(["--distribution", self.name, "--exec", "sh", "-c", script, "sh", *arguments], data)

    def _check(self, said: Said, done: str) -> None:
        if said.code != 0:
            reason = " ".join(said.err.decode(errors="replace").split()) or f"exit code {said.code}"
            raise StoreFailed(f"{self.name} could not be {done}: {reason}.")


def distributions(wsl: Wsl) -> list[Distribution]:
    """Those that people work in.

    Raises:
        AppError: WSL is not installed, or does not answer.
    """
    said = wsl.run(["--list", "--quiet"])
    if said.code != 0:
        raise AppError("There is no WSL distribution here.", "`wsl --install` gets one.")
    names = [name.strip("\ufeff\0 ") for name in said.out.decode(errors="replace").splitlines()]
    return [Distribution(name, wsl) for name in names if name and not name.startswith(_OTHERS)]

"""This machine with a package installed on top: an overlay over all of its files, which goes with the process that holds it.

Needs root, and Linux's overlay file system. Nothing of the machine is changed; ``/tmp`` and ``/proc`` are its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

_HOLD = """
set -e
mount -t tmpfs tmpfs {place}
mkdir {place}/upper {place}/work {place}/root
mount -t overlay overlay -o lowerdir=/,upperdir={place}/upper,workdir={place}/work {place}/root
for folder in /proc /dev /sys /tmp; do mount --rbind $folder {place}/root$folder; done
echo ready
exec cat
"""
PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
LIMIT = 300


class Debian:
    """The machine with room for one package.

    Args:
        place: an empty folder; not below ``/tmp``, as that is the same inside and outside.
    """

    def __init__(self, place: Path) -> None:
        self._root = place / "root"
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", _HOLD.format(place=place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "ready\n"

    def command(self, *words: str) -> list[str]:
        """The command line that runs this inside, from outside."""
        return ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", "chroot", str(self._root), *words]

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run it to its end; it must succeed."""
        clean = {"PATH": PATH, "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **(env or {})}
        ran = subprocess.run(
            self.command(*words), env=clean, timeout=LIMIT, check=False, capture_output=True, text=True
        )
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran

    def end(self) -> None:
        """Give everything back."""
        self._holder.communicate(timeout=LIMIT)

"""The person's lasting ``AWS_PROFILE``: set to a chosen profile, and given back as it was before the first choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core import files
from aws_sso_core.json_file import read_object, write_object
from aws_sso_core.switching.choice import FOLLOWS_VARIABLE, PROFILE_VARIABLE

if TYPE_CHECKING:
    from aws_sso_core.desktop.ports import Environment

FILE = "lasting-profile.json"


class LastingProfile:
    """``AWS_PROFILE`` of programs that are started later, with our sign beside it.

    The sign, ``AWS_SSO_TRAY_FOLLOWS``, tells shells that the value is ours: one that was started with an older choice
    may follow the newer one, and one with a value of the person's own may not.
    """

    def __init__(self, environment: Environment, state_dir: Path) -> None:
        self._environment = environment
        self._notes = state_dir / FILE

    @property
    def is_ours(self) -> bool:
        """Whether it was set here and not yet given back."""
        return read_object(self._notes) is not None

    def set(self, profile: str) -> None:
        """Set it; what a person had there is kept for ``give_back``.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed, ChangedMeanwhile: it may be set in part; a second call mends that.
        """
        if not self.is_ours:
            write_object(self._notes, {"version": 1, "before": self._environment.get(PROFILE_VARIABLE)})
        self._put(FOLLOWS_VARIABLE, profile)
        self._put(PROFILE_VARIABLE, profile)

    def give_back(self) -> None:
        """As it was before the first ``set``; a value that a person has put there since stays.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed, ChangedMeanwhile: a second call goes on.
        """
        notes = read_object(self._notes)
        if notes is None:
            return
        if self._environment.get(PROFILE_VARIABLE) in (self._environment.get(FOLLOWS_VARIABLE), None):
            before = notes.get("before")
            self._put(PROFILE_VARIABLE, before if isinstance(before, str) and before else None)
        self._put(FOLLOWS_VARIABLE, None)
        files.remove(self._notes)

    def _put(self, name: str, value: str | None) -> None:
        # Setting tells every window of the desktop, which takes a while, so not for nothing.
        if self._environment.get(name) != value:
            self._environment.set(name, value)

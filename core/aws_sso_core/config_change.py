"""One change of the config file that a person saw before: made as it was shown, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from aws_sso_core.clock import Clock
from aws_sso_core.errors import ChangedMeanwhile
from aws_sso_core.files import read_bytes, replace_if_unchanged
from aws_sso_core.history import History
from aws_sso_core.locking import lock
from aws_sso_core.paths import Paths


class Proposal(Protocol):
    """What would be written, from what was read."""

    @property
    def before(self) -> bytes | None:
        """The file as it was read; None where there was none."""

    @property
    def after(self) -> bytes:
        """The file as it would be."""

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""

    @property
    def gist(self) -> object:
        """What a person agrees to. Equal gists are the same change, of whatever file."""


P = TypeVar("P", bound=Proposal)


def _nothing(_: object) -> None:
    """Nothing else is to be written."""


def carry_out(
    proposal: P,
    again: Callable[[], P],
    *,
    paths: Paths,
    clock: Clock,
    by: str,
    first: Callable[[P], None] = _nothing,
) -> P:
    """Replace the config file, once, by what was proposed; what was there rests in the history.

    When another program wrote it meanwhile, the same change is made to what it is now.

    Args:
        proposal: what was shown.
        again: proposes the same from the file as it is now.
        paths: of the config, its lock and its history.
        clock: dates the version.
        by: names the command in the history.
        first: writes what must be there before the config is.

    Returns:
        What was written.

    Raises:
        ChangedMeanwhile: it would be another change by now.
        LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: the config is as it was.
    """
    with lock(paths.locks_dir / "config.lock", what="the config file"):
        if read_bytes(paths.config) != proposal.before:
            now = again()
            if now.gist != proposal.gist:
                raise ChangedMeanwhile(f"{paths.config} was changed by another program meanwhile.", "Try again.")
            proposal = now
        if proposal.changes:
            with History(paths, clock).writing(paths.config, proposal.before, proposal.after, by=by):
                first(proposal)
                replace_if_unchanged(paths.config, proposal.before, proposal.after)
    return proposal

"""Legacy profiles brought to the sso-session form: one change of the config, and the sign-in goes along.

A legacy token lies under its start URL's name, one of an sso-session under the session's. It has the form of a token that
cannot be renewed, which every SDK takes until it ends, so a copy under the new name keeps the person signed in. The old
file stays: other configs may use it, and so does this one once the change is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.config.default_section import values_of
from aws_sso_core.config.lines import Unparsable
from aws_sso_core.config_change import carry_out
from aws_sso_core.errors import StoreFailed
from aws_sso_core.identity_center.locks import token_lock
from aws_sso_core.migration import DEFAULT, Asked, Files, Migration, Move, migrated, migration
from aws_sso_core.model import SDK_WINDOW, Session, Token
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import read_sections, unreadable
from aws_sso_core.start_url import same_center
from aws_sso_core.switching.record import Switches, remember, remembered
from aws_sso_core.token_cache import TokenCache, TokenDamaged


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written."""

    migration: Migration
    before: bytes | None
    after: bytes
    notes: Switches | None = None
    """What is remembered of switches, where ``[default]`` is our copy of a profile that moves."""

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return bool(self.migration.moves)

    @property
    def gist(self) -> tuple[Move, ...]:
        """The profiles that move, and where to."""
        return self.migration.moves


@dataclass(frozen=True, slots=True)
class Carried:
    """How a session stands after the change."""

    session: Session
    token: Token | None
    """With some time left, or renewable; None: somebody has to sign in."""


def propose(asked: Asked, *, paths: Paths, tokens: TokenCache) -> Proposal:
    """Work out what would be written; nothing is.

    Args:
        asked: for what; whether a name is taken is decided here.
        paths: of config, credentials and our notes.
        tokens: a new session gets no name under which a sign-in to something else lies.

    Raises:
        ConfigUnreadable: AWS tools cannot parse one of the files.
        ProfileNotFound, UsageError, EditRefused: as ``migration``.
    """
    config, credentials = read_sections(paths.config), read_sections(paths.credentials)
    asked = replace(asked, is_taken=lambda session: _is_of_another(session, tokens))
    try:
        files = Files.of(config.text, credentials.text)
        planned = migration(files, asked)
    except Unparsable as error:  # pragma: no cover - the same texts were read above
        raise unreadable(paths.config, error) from error
    switches = remembered(paths.state_dir, paths.config)
    notes = _noted(switches, planned.moves, files.copied or "") if switches else None
    return Proposal(planned, config.data, planned.text.encode(config.encoding), notes)


def write(proposal: Proposal, asked: Asked, *, paths: Paths, tokens: TokenCache, clock: Clock) -> Proposal:
    """Replace the config file by what was proposed, or by the same change of what it is by now; see ``carry_out``."""

    def note(proposal: Proposal) -> None:
        if proposal.notes is not None:
            remember(paths.state_dir, paths.config, proposal.notes)

    return carry_out(
        proposal,
        lambda: propose(asked, paths=paths, tokens=tokens),
        paths=paths,
        clock=clock,
        by="migrate",
        first=note,
    )


def carry_tokens(moves: Sequence[Move], *, tokens: TokenCache, clock: Clock, locks_dir: Path) -> list[Carried]:
    """Put the legacy profiles' token under the name of their session, where that has none that is good.

    Raises:
        LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: no token was changed.
    """
    urls: dict[Session, dict[str, None]] = {}
    for move in moves:
        urls.setdefault(move.session, {})[move.start_url] = None
    return [Carried(session, _carried(session, list(its), tokens, clock, locks_dir)) for session, its in urls.items()]


def _carried(session: Session, urls: Sequence[str], tokens: TokenCache, clock: Clock, locks_dir: Path) -> Token | None:
    with token_lock(locks_dir, session):
        now = clock.now()
        current = _token(session, tokens)
        if current is not None and (current.expires_at - now > SDK_WINDOW or current.renewable(now)):
            return current
        legacy = [_token(Session(url, url, session.region, kind="legacy"), tokens) for url in urls]
        good = [t for t in legacy if t and t.expires_at - now > SDK_WINDOW and t.region in (None, session.region)]
        if not good:
            return None
        best = max(good, key=lambda token: token.expires_at)
        tokens.write(session, best)
        return best


def _token(session: Session, tokens: TokenCache) -> Token | None:
    try:
        return tokens.read(session)
    except TokenDamaged:
        return None


def _is_of_another(session: Session, tokens: TokenCache) -> bool:
    """Whether a token of this session's name is of another Identity Center: AWS tools would use it unseen."""
    try:
        token = _token(session, tokens)
    except StoreFailed:
        return True
    return token is not None and token.start_url is not None and not same_center(token.start_url, session.start_url)


def _noted(switches: Switches, moves: Sequence[Move], copied: str) -> Switches | None:
    """The notes with ``[default]`` as it will be, so that it is still known for our copy."""
    move = next((move for move in moves if move.profile == DEFAULT), None)
    written = switches.written.get(copied)
    if move is None or written is None or values_of(written).get("sso_start_url") != move.start_url:
        return None
    core = migrated(written, move.session.name, drops_process=move.drops_process)
    return replace(switches, written={**switches.written, copied: core})

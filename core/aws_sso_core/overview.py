"""The overview: every session as the files tell it now, for ``status``, for the menu and for the policy.

One look reads the token files and our own notes, nothing else: no network, no AWS library. What AWS itself would say is
not asked here; the tray and the commands act on the outlook, and learn the rest from the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aws_sso_core.errors import StoreFailed
from aws_sso_core.expiry import Facts, Outlook, Policy, TokenChange, describe, renewal_opens, token_change
from aws_sso_core.model import USUAL_SIGN_IN, Session, SessionStatus, State, Token
from aws_sso_core.profiles import Config
from aws_sso_core.settings import Settings
from aws_sso_core.state import Learned, Lesson, Wanted
from aws_sso_core.token_cache import TokenCache

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Token files with .NET's year 1 or year 9999 exist; between these two one can reckon."""

_SLACK = timedelta(seconds=2)
"""File systems and our own notes cut times to seconds, or two."""


@dataclass(frozen=True, slots=True)
class Look:
    """One session as its files were at one moment."""

    session: Session
    facts: Facts
    lesson: Lesson
    token: Token | None
    """None when there is none, or none that can be understood (``facts.damaged``)."""
    written_at: datetime | None
    """When the token file was last written, by whatever program."""
    profiles: int
    problem: str | None
    """What is wrong, beyond what the facts tell: the damage, or why a renewal failed."""


def look(
    *,
    config: Config,
    tokens: TokenCache,
    learned: Learned,
    wanted: Wanted,
    settings: Settings,
    now: datetime,
    troubles: Mapping[str, str] | None = None,
    signing_in: Iterable[str] = (),
) -> tuple[Look, ...]:
    """Read what there is. Never raises for a bad file: it becomes that session's problem.

    Args:
        config: the sessions to look at, and whose profiles are counted.
        tokens: where the token files are.
        learned: what is known about sign-in lengths.
        wanted: who waits.
        settings: ``session_durations`` counts before a ``session_duration`` in the config.
        now: the wall clock.
        troubles: why the last renewal of a session (by its key) failed; of no interest when the session is over.
        signing_in: keys of sessions for which a sign-in runs.
    """
    waiting: dict[str, list[str]] = {}
    for note in wanted.read():
        waiting.setdefault(note.session, []).append(note.program)
    busy, why = frozenset(signing_in), troubles or {}
    looks = []
    for session in config.sessions:
        key = session.cache_key
        token, damage = _token(tokens, session)
        written_at = tokens.written_at(session)
        lesson = learned.read(key)
        facts = Facts(
            session_key=key,
            label=session.label,
            kind=session.kind,
            token_ends_at=min(max(token.expires_at, _EARLIEST), _LATEST) if token else None,
            renewable=token is not None and token.renewable(now),
            refused=token is not None and lesson.is_over(written_at, now, slack=_SLACK),
            damaged=damage is not None,
            signed_in_at=lesson.signed_in_at,
            renewed_at=lesson.alive_at,
            learned=lesson.duration,
            configured=_configured(session, settings),
            waiting=tuple(waiting.get(key, ())),
            denied=lesson.is_denied(written_at, now),
            signing_in=key in busy,
        )
        trouble = None if token is None or facts.refused else why.get(key)
        profiles = sum(profile.copy_of is None for profile in config.profiles_of(session))
        looks.append(Look(session, facts, lesson, token, written_at, profiles, damage or trouble))
    return tuple(looks)


def facts_of(looks: Iterable[Look]) -> tuple[Facts, ...]:
    """The policy's facts: one for each token file (sessions that share one are one)."""
    return tuple({found.facts.session_key: found.facts for found in looks}.values())


def policy_of(settings: Settings) -> Policy:
    """The policy as the settings want it."""
    return Policy(
        leads=tuple(timedelta(minutes=m) for m in settings.warn_minutes),
        snooze=timedelta(minutes=settings.snooze_minutes),
        renew=settings.renew,
        sign_in=settings.sign_in,
        notices=settings.notices,
    )


def survey(
    *, config: Config, tokens: TokenCache, learned: Learned, wanted: Wanted, settings: Settings, now: datetime
) -> tuple[SessionStatus, ...]:
    """The rows of ``status`` in one go: ``look``, then ``statuses``."""
    looks = look(config=config, tokens=tokens, learned=learned, wanted=wanted, settings=settings, now=now)
    return statuses(looks, policy_of(settings), now)


def statuses(looks: Iterable[Look], policy: Policy, now: datetime) -> tuple[SessionStatus, ...]:
    """What each session is, in words for people and scripts."""
    return tuple(_status(found, describe(found.facts, now, policy), policy) for found in looks)


# Sign-ins from elsewhere ----------------------------------------------------------------------------------------------


Seen = Mapping[str, Token | None]
"""The token of each session key at the last look that could be understood."""


def learn(seen: Seen, looks: Iterable[Look], learned: Learned, now: datetime) -> Seen:
    """Record what other programs did since ``seen`` (sign-ins, renewals, sign-outs), and give what is seen now.

    The first look has nothing to compare with; all it can tell is a sign-in after an end that we had recorded. What our
    own commands have recorded already may be recorded again: that changes nothing.
    """
    after = dict(seen)
    for found in looks:
        key = found.facts.session_key
        if found.facts.damaged:
            continue
        after[key] = found.token
        at = min(found.written_at or now, now)
        if key in seen:
            change = token_change(seen[key], found.token, now=at, over=_thought_over(seen[key], found, at))
        else:
            signed_in_since = (
                found.token is not None and found.lesson.refused_at is not None and not found.facts.refused
            )
            change = TokenChange.SIGNED_IN if signed_in_since else TokenChange.NOTHING
        match change:
            case TokenChange.SIGNED_IN:
                learned.record_sign_in(key, at)
            case TokenChange.RENEWED:
                learned.record_renewed(key, at)
            case TokenChange.SIGNED_OUT:
                learned.record_sign_out(key, now)
            case TokenChange.NOTHING:
                pass
    return after


def _thought_over(before: Token | None, found: Look, at: datetime) -> bool:
    """Whether the sign-in session of ``before`` had ended: known from a refusal, or so long past that it must have."""
    lesson, facts = found.lesson, found.facts
    if lesson.refused_at is not None:
        return True
    if before is None or before.expires_at > at or lesson.signed_in_at is None:
        return False
    lengths = [length for length in (facts.configured, facts.learned) if length is not None]
    return at - lesson.signed_in_at >= min(lengths, default=USUAL_SIGN_IN)


# One session ----------------------------------------------------------------------------------------------------------


def _token(tokens: TokenCache, session: Session) -> tuple[Token | None, str | None]:
    try:
        return tokens.read(session), None
    except StoreFailed as error:
        return None, f"{error.sentence} {error.hint}".strip()


def _configured(session: Session, settings: Settings) -> timedelta | None:
    by_person = settings.session_durations
    return by_person.get(session.name) or by_person.get(session.label) or session.duration


def _status(found: Look, outlook: Outlook, policy: Policy) -> SessionStatus:
    facts = found.facts
    return SessionStatus(
        session=found.session,
        state=outlook.state,
        token_expires_at=found.token.expires_at if found.token else None,
        renewable=facts.renewable and not facts.refused,
        sign_in_ends_at=outlook.ends_at,
        sign_in_end_source=outlook.source,
        profiles=found.profiles,
        waiting=facts.waiting,
        renews_at=renewal_opens(facts, policy),
        problem=found.problem or _problem(found, outlook),
    )


def _problem(found: Look, outlook: Outlook) -> str | None:
    token, facts = found.token, found.facts
    if token is not None and outlook.state is State.SIGNED_OUT:
        return "AWS takes this sign-in no longer, although its token has time left."
    if token is None or outlook.state is State.EXPIRED:
        return None
    if facts.refused:
        return "AWS renews this sign-in no longer; programs keep their access until the token ends."
    if token.refresh_token and not facts.renewable:
        return "The client registration has expired, so this token cannot be renewed. Sign in again in time."
    if outlook.state is State.UNKNOWN:
        return "The access token has ended and is still to be renewed."
    return None

"""Which sso-session the profiles of an Identity Center get: the one there is, else a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from aws_sso_core.config.sessions import text_of
from aws_sso_core.config.text import Section
from aws_sso_core.errors import UsageError
from aws_sso_core.migration.checks import REGION, SESSION, URL
from aws_sso_core.migration.files import Files
from aws_sso_core.model import SSO_SCOPE, Session
from aws_sso_core.naming import is_portable, session_names
from aws_sso_core.start_url import center

Where = tuple[str, str]
"""An Identity Center, however its start URL is written, and its region."""


def where(values: Section) -> Where:
    """What a profile or session signs in to."""
    return center(text_of(values, URL) or ""), text_of(values, REGION) or ""


def sessions(
    legacy: Mapping[str, Where], files: Files, *, name: str | None, is_taken: Callable[[Session], bool]
) -> dict[Where, Session]:
    """The session of each Identity Center.

    Args:
        legacy: the profiles that are to move.
        files: as they are.
        name: for the session, in place of the proposed one.
        is_taken: whether something besides the config stands against a new session.

    Raises:
        UsageError: there are several, or the name is another one's.
    """
    wanted = list(dict.fromkeys(legacy.values()))
    if name is not None:
        return _named(name, wanted, legacy, files, is_taken)
    given = {
        where(values): Session(known, str(values[URL]), str(values[REGION]))
        for known, values in reversed(files.found.sessions.items())
        if is_portable(known) and text_of(values, URL) and text_of(values, REGION)
    }
    # Also the names that profiles ask for in vain: a session of such a name would change those.
    taken = {*files.found.sessions, *(text_of(values, SESSION) for values in files.merged.values())}
    for there in wanted:
        if there not in given:
            proposed = map(_new(there, legacy, files), session_names(there[0]))
            given[there] = next(s for s in proposed if s.name not in taken and not is_taken(s))
            taken.add(given[there].name)
    return given


def _named(
    name: str, wanted: list[Where], legacy: Mapping[str, Where], files: Files, is_taken: Callable[[Session], bool]
) -> dict[Where, Session]:
    if not is_portable(name):
        raise UsageError(f"{name!r} cannot be a session's name.", "Use letters, digits, dots, - and _.")
    if len(wanted) > 1:
        shown = ", ".join(f"{url} in {region}" for url, region in wanted)
        raise UsageError(f"One session cannot be for all of these: {shown}.", "Name the profiles of one of them.")
    present = files.found.sessions.get(name)
    given = {there: _new(there, legacy, files)(name) for there in wanted}
    if present is not None:
        given = {where(present): Session(name, str(present.get(URL)), str(present.get(REGION)))}
    if not given.keys() >= set(wanted) or (present is None and any(is_taken(s) for s in given.values())):
        raise UsageError(f"There is another sso-session named {name!r}.", "Choose another name.")
    return given


def _new(there: Where, legacy: Mapping[str, Where], files: Files) -> Callable[[str], Session]:
    """Makes sessions; their start URL is as most profiles have it: with ``/`` or ``#/`` at the end, or without."""
    urls = Counter(str(files.merged[profile][URL]) for profile, its in legacy.items() if its == there)
    start_url = urls.most_common(1)[0][0]
    return lambda name: Session(name, start_url, there[1], scopes=(SSO_SCOPE,))

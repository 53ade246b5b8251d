"""What stands against a profile's change of form, as the end of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aws_sso_core.config.sessions import text_of
from aws_sso_core.config.text import Profiles, Section
from aws_sso_core.migration.files import Files
from aws_sso_core.resolve import SHOWN, Provider, Resolution, Source, resolve

URL, REGION, PROCESS, SESSION = "sso_start_url", "sso_region", "credential_process", "sso_session"
DONE = "it has an sso-session already"
_GOOD = {URL: re.compile(r"https?://[^\s/\"'#]+[^\s\"']*").fullmatch, REGION: re.compile(r"[a-z0-9-]+").fullmatch}
_LEGACY_PROCESS = re.compile(r"""["']?([^"']*[\\/])?aws-sso-util(\.exe)?["']?\s""").match


def runs_legacy_helper(values: Section) -> bool:
    """Whether aws-sso-util's own helper gives the credentials: it knows profiles of the legacy form only."""
    return _LEGACY_PROCESS(text_of(values, PROCESS) or "") is not None


def why_not(name: str, files: Files) -> str:
    """Why this profile cannot change its form; empty when it may."""
    values, theirs = files.merged[name], files.credentials.get(name, {})
    if SESSION in values:
        return _why_not_again(values, files.found)
    if lacking := next((key for key in (URL, REGION) if key not in values), ""):
        return f"it has no {lacking}"
    if runs_legacy_helper(theirs) or any(key.startswith("sso_") for key in theirs):
        return "its sign-in stands in the credentials file"
    if name in files.found.doubles:
        return "several sections of the config are this profile"
    shared = (URL, REGION, PROCESS) if runs_legacy_helper(values) else (URL, REGION)
    if given := next((key for key in shared if key in files.inherited), ""):
        return f"its {given} stands in [DEFAULT]"
    return next(
        (f"its {key} makes no sense" for key, good in _GOOD.items() if not good(text_of(values, key) or "")), ""
    )


def _why_not_again(values: Section, found: Profiles) -> str:
    name = text_of(values, SESSION) or ""
    session = found.sessions.get(name)
    if session is None:
        return f"it names the sso-session {name!r}, which is not there"
    other = next((key for key, value in session.items() if values.get(key, value) != value), None)
    return f"it names the sso-session {name!r}, but has another {other}" if other else DONE


def disagreements(moved: Iterator[tuple[str, bool]], files: Files, then: str) -> Iterator[tuple[str, str]]:
    """The profiles for which some tool would take something else after the change.

    Args:
        moved: names, and whether aws-sso-util's helper is dropped from the profile, which is meant to change.
        files: as they are.
        then: the config as it would be.
    """
    before, after = files.texts(files.config), files.texts(then)
    for name, drops_process in moved:
        for was, will in zip(resolve(name, before, {}), resolve(name, after, {}), strict=True):
            same = _gist(was, drops_process=drops_process) == _gist(will, drops_process=drops_process)
            if not same or (will.problem and not was.problem):
                yield name, f"{SHOWN[was.tool]} would no longer take the same from it. {will.problem}".rstrip()
                break


def _gist(one: Resolution, *, drops_process: bool) -> tuple[object, ...]:
    """What must stay: the region and whose credentials, in which order; not the form in which SSO is written."""
    sources = [s for s in (one.source, *one.passed_over) if not (drops_process and s.provider is Provider.PROCESS)]
    return one.found, one.region, [_whose(source) for source in sources]


def _whose(source: Source) -> tuple[Provider, str]:
    if source.provider in (Provider.SSO, Provider.LEGACY_SSO):
        return Provider.SSO, source.identity.rpartition(" (")[0]
    return source.provider, source.identity

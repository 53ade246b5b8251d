"""What stands against a profile's change of form, as the end of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aws_sso_core.config.default_section import values_of
from aws_sso_core.config.edit import Editor
from aws_sso_core.config.sessions import text_of
from aws_sso_core.config.text import Profiles, Section
from aws_sso_core.migration.files import Files
from aws_sso_core.resolve import SHOWN, Provider, Resolution, resolve

URL, REGION, PROCESS, SESSION = "sso_start_url", "sso_region", "credential_process", "sso_session"
DONE = "it has an sso-session already"
_GOOD = {URL: re.compile(r"https?://[^\s/\"'#]+[^\s\"']*").fullmatch, REGION: re.compile(r"[a-z0-9-]+").fullmatch}
_LEGACY_PROCESS = re.compile(r"""["']?([^"']*[\\/])?aws-sso-util(\.exe)?["']?\s""").match


def runs_legacy_helper(values: Section) -> bool:
    """Whether aws-sso-util's own helper gives the credentials: it knows profiles of the legacy form only."""
    return _LEGACY_PROCESS(text_of(values, PROCESS) or "") is not None


def why_not(name: str, files: Files, editor: Editor) -> str:
    """Why this profile cannot change its form; empty when it may."""
    values, theirs = files.merged[name], files.credentials.get(name, {})
    if SESSION in values:
        return _why_not_again(values, files.found)
    if URL not in values:
        return "it has no sso_start_url"
    if runs_legacy_helper(theirs) or any(key.startswith("sso_") for key in theirs):
        return "its sign-in stands in the credentials file"
    if name in files.found.doubles:
        return "several sections of the config are this profile"
    own = values_of(editor.core(files.found.headers[name]))
    return next(filter(None, (_wrong(key, values, own) for key in (URL, REGION))), "")


def _wrong(key: str, values: Section, own: Section) -> str:
    if key not in own:
        return f"its {key} stands in [DEFAULT]" if key in values else f"it has no {key}"
    return "" if _GOOD[key](text_of(values, key) or "") else f"its {key} makes no sense"


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
        pairs = zip(resolve(name, before, {}), resolve(name, after, {}), strict=True)
        for was, will in pairs:
            if _gist(was, drops_process=drops_process) != _gist(will, drops_process=drops_process):
                yield name, f"{SHOWN[was.tool]} would no longer take the same from it. {will.problem}".rstrip()
                break


def _gist(one: Resolution, *, drops_process: bool) -> tuple[object, ...]:
    """What must stay: the region and whose credentials, in which order; not the form in which SSO is written."""
    sources = [s for s in (one.source, *one.passed_over) if not (drops_process and s.provider is Provider.PROCESS)]
    whose = [
        (Provider.SSO, s.identity.rpartition(" (")[0], bool(s.problem))
        if s.provider in (Provider.SSO, Provider.LEGACY_SSO)
        else (s.provider, s.identity, bool(s.problem))
        for s in sources
    ]
    return one.found, one.region, bool(one.problem), whose

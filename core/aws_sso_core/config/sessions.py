"""The IAM Identity Center sessions that a config describes: sso-sessions, and those of legacy profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_sso_core.config.problems import shown
from aws_sso_core.config.text import Profiles, Section
from aws_sso_core.model import Session
from aws_sso_core.timestamps import parse_duration


@dataclass(slots=True)
class Sessions:
    """What was found."""

    complete: tuple[Session, ...] = ()
    """sso-sessions, then one legacy session per distinct exact start URL and region."""
    incomplete: dict[str, str] = field(default_factory=dict)
    """Sessions that cannot be used, with the sentence why."""
    odd_ones: dict[str, Session] = field(default_factory=dict)
    """Legacy profiles whose start URL has several regions, and which has not the first of them."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing that is wrong, those of ``incomplete`` among them."""


def text_of(values: Section, key: str) -> str | None:
    """The value, if it is there, is not empty and is no nested block."""
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def session_name(values: Section) -> str | None:
    """What ``Profile.session`` is: the sso-session's name or the legacy start URL; an empty name is a name."""
    if "sso_session" in values:
        return text_of(values, "sso_session") or ""
    return text_of(values, "sso_start_url")


def find_sessions(merged: Mapping[str, Section], found: Profiles) -> Sessions:
    """All sessions of the merged profiles and of the config's sections."""
    result = Sessions()
    complete = [*_sso_sessions(found, result), *_legacy_sessions(merged, result)]
    _missing_sessions(merged, found, result)
    result.complete = tuple(complete)
    result.problems[:0] = result.incomplete.values()
    return result


def _sso_sessions(found: Profiles, result: Sessions) -> list[Session]:
    sessions = []
    for name, values in found.sessions.items():
        start_url, region = text_of(values, "sso_start_url"), text_of(values, "sso_region")
        length = text_of(values, "session_duration")
        duration = parse_duration(length) if length else None
        if length and not duration:
            result.problems.append(
                f"The sso-session {name!r} has session_duration = {length}, which is no length such as 8h or 480m."
            )
        if start_url and region:
            scopes = (text_of(values, "sso_registration_scopes") or "").split(",")
            scopes = [scope.strip() for scope in scopes if scope.strip()]
            sessions.append(Session(name, start_url, region, scopes=tuple(scopes), duration=duration or None))
        else:
            lacks = " and ".join(key for key in ("sso_start_url", "sso_region") if not text_of(values, key))
            result.incomplete[name] = f"The sso-session {name!r} lacks {lacks}."
    return sessions


def _legacy_sessions(merged: Mapping[str, Section], result: Sessions) -> list[Session]:
    sessions: dict[str, dict[str, Session]] = {}
    lacking: dict[str, list[str]] = {}
    for name, values in merged.items():
        url = text_of(values, "sso_start_url")
        if url is None or "sso_session" in values:
            continue
        region = text_of(values, "sso_region")
        if region is None:
            lacking.setdefault(url, []).append(name)
            continue
        regions = sessions.setdefault(url, {})
        session = regions.setdefault(region, Session(url, url, region, kind="legacy"))
        if len(regions) > 1 and session is not next(iter(regions.values())):
            result.odd_ones[name] = session
    for url, profiles in lacking.items():
        problem = f"sso_region is missing in {shown(profiles)}."
        if url in sessions:
            result.problems.append(problem)
        else:
            result.incomplete[url] = problem
    result.problems += [
        f"Profiles use {url} with several regions ({', '.join(regions)}), but share one token file: "
        "only one region can be right."
        for url, regions in sessions.items()
        if len(regions) > 1
    ]
    return [session for regions in sessions.values() for session in regions.values()]


def _missing_sessions(merged: Mapping[str, Section], found: Profiles, result: Sessions) -> None:
    named: dict[str, list[str]] = {}
    for name, values in merged.items():
        if "sso_session" in values:
            session = text_of(values, "sso_session") or ""
            if session not in found.sessions:
                named.setdefault(session, []).append(name)
    for session, profiles in named.items():
        verb = "names" if len(profiles) == 1 else "name"
        result.incomplete[session] = (
            f"The sso-session {session!r}, which {shown(profiles)} {verb}, is not in the config file."
        )

"""What is odd in a pair of config files, in one sentence each: sections that AWS tools lose, or read differently.

The rules are those of the AWS CLI and botocore (run), the Go SDK's and the JavaScript SDK's parsers (run).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from aws_sso_core.config.lines import DEFAULTS
from aws_sso_core.config.text import Profiles, Section

_PROFILE_KEYS = frozenset(
    {"aws_access_key_id", "credential_process", "region", "role_arn", "source_profile", "sso_account_id"}
    | {"sso_role_name", "sso_session", "sso_start_url"}
)
_KINDS = ("profile", "sso-session", "services")
_NEARLY = ("sso_session", "ssosession", "session")
"""What people write for ``sso-session``."""
_MANY = 3


def shown(profiles: Sequence[str]) -> str:
    """The profiles in words: ``profile 'a'``, or ``profiles 'a', 'b', 'c' and 4 more``."""
    names = ", ".join(repr(name) for name in profiles[:_MANY])
    more = f" and {len(profiles) - _MANY} more" if len(profiles) > _MANY else ""
    return f"profile{'s' * (len(profiles) > 1)} {names}{more}"


def file_problems(text: str, sections: Mapping[str, Section], found: Profiles) -> Iterator[str]:
    """Sections of the config file that AWS tools ignore or disagree about.

    Args:
        text: of the file.
        sections: what botocore reads in it.
        found: the same, sorted.
    """
    for section in found.lost:
        yield f"[{section}] ({_place(text, section)}) is ignored by AWS tools: {_right_form(section)}."
    for section in found.others:
        kind = section.split(maxsplit=1)[:1]
        if kind and kind[0].lower() in _KINDS:
            yield f"[{section}] ({_place(text, section)}) is ignored by AWS tools: they want {kind[0].lower()} in lower case."
        elif kind and kind[0].lower() in _NEARLY:
            right = f"[sso-session {section[len(kind[0]) :].strip() or 'NAME'}]"
            yield f"[{section}] ({_place(text, section)}) is ignored by AWS tools: write {right}."
        elif _PROFILE_KEYS & sections[section].keys():
            yield f"[{section}] ({_place(text, section)}) is no profile for AWS tools: write [profile {section}]."
    for name, headers in found.doubles.items():
        lines = ", ".join(f"[{header}] in line {_line(text, header)}" for header in headers)
        yield (
            f"Profile {name!r} is in the config more than once ({lines}): "
            "AWS CLI and boto3 use the last one, other tools may not. Keep one."
        )
    yield from _defaults_problem(text, "config")


def credentials_problems(text: str, sections: Mapping[str, Section]) -> Iterator[str]:
    """Sections of the credentials file that are not what they seem."""
    for section in sections:
        if section.startswith("profile "):
            place = _place(text, section, "credentials")
            yield f"[{section}] ({place}) is a profile of that whole name: there, write [{section[8:].strip()}]."
        elif section.startswith("sso-session "):
            place = _place(text, section, "credentials")
            yield f"[{section}] ({place}) is ignored there by AWS tools: it belongs into the config file."
    yield from _defaults_problem(text, "credentials")


def _defaults_problem(text: str, file: str) -> Iterator[str]:
    if f"[{DEFAULTS}]" in text and _line(text, DEFAULTS):
        yield (
            f"[{DEFAULTS}] ({_place(text, DEFAULTS, file)}) gives its keys to every profile in AWS CLI and boto3, "
            "and to none in Terraform (Go) and JavaScript: write [default] if that was meant."
        )


def profile_problems(merged: Mapping[str, Section], found: Profiles) -> Iterator[str]:
    """Keys on which a profile and its sso-session disagree: AWS CLI and boto3 refuse such a profile."""
    disagree: dict[tuple[str, str], list[str]] = {}
    for name, values in merged.items():
        session = values.get("sso_session")
        theirs = found.sessions.get(session) if isinstance(session, str) else None
        for key in values.keys() & theirs.keys() if theirs else ():
            if theirs and values[key] != theirs[key]:
                disagree.setdefault((str(session), key), []).append(name)
    for (session, key), names in disagree.items():
        yield (
            f"The sso-session {session!r} and {shown(names)} disagree about {key}, which AWS CLI and boto3 refuse: "
            "remove it from the profile."
        )


def _line(text: str, section: str) -> int | None:
    header = re.search(rf"(?:\A|[\r\n])[^\S\r\n]*\[{re.escape(section)}\]", text)
    if header is None:
        return None
    before = text[: header.end()]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def _place(text: str, section: str, file: str = "config") -> str:
    return f"{file}, line {_line(text, section)}"


def _right_form(section: str) -> str:
    kind = next(kind for kind in _KINDS if section.startswith(kind))
    name = section.removeprefix(kind).strip()
    if not section[len(kind) :][:1].isspace():
        return f"write [{kind} NAME]"
    if any(quote in name for quote in "'\""):
        return f'quotes in its name do not pair; write [{kind} "NAME"]'
    return f'a name with blanks needs quotes, [{kind} "{name}"]' if name else f"write [{kind} NAME]"

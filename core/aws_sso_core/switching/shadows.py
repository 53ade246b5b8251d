"""What hides a chosen default profile from AWS tools: the environment, other sections, static keys.

Found by asking ``resolve`` twice, what each tool takes for the profile by its name and what it takes for none; what is
told beyond that are keys and sections of the files that a person should know of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from aws_sso_core.config.default_section import MARK, SECRETS, copied
from aws_sso_core.config.text import Profiles, Section
from aws_sso_core.resolve import (
    VARIABLE,
    Provider,
    Resolution,
    Texts,
    Tool,
    lasting_differences,
    resolve,
    together,
)
from aws_sso_core.switching.choice import PROFILE_VARIABLE, without_ours

EVERY_SHELL = (
    "Remove {0} there (`unset {0}`; in PowerShell `Remove-Item Env:{0}`) and from your shell's start-up files "
    "or the system's settings, then start the programs again."
)

EVERYWHERE = (
    "Remove {0} there (Windows: environment variables of your account; Linux: ~/.config/environment.d; "
    "macOS: `launchctl unsetenv {0}`), then start the programs again."
)


@dataclass(frozen=True, slots=True)
class Shadow:
    """One thing that hides the choice, in whole sentences."""

    what: str
    """What is there."""
    why: str
    """Which tools then do what."""
    fix: str
    """What to do."""


@dataclass(frozen=True, slots=True)
class Files:
    """Both files as read, and where they lie."""

    config: Mapping[str, Section]
    credentials: Mapping[str, Section]
    found: Profiles
    texts: Texts
    credentials_path: Path = field(default_factory=Path)


NONE_LASTING: Mapping[str, str] = MappingProxyType({})
"""No lasting environment variables."""


def shadows_of(
    name: str, files: Files, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING
) -> tuple[Shadow, ...]:
    """Everything that hides ``name``, whose copy is ``[default]``, from some tool.

    Args:
        name: the chosen profile.
        files: as they are now.
        env: the environment that programs started from here get.
        lasting: the person's lasting variables, which programs started elsewhere get.
    """
    return (
        *_in_environment(name, files, without_ours(env), lasting),
        *_other_sections(files),
        *_credentials(name, files),
        *_changes(name, files),
    )


def shadows_of_variable(
    name: str, files: Files, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING
) -> tuple[Shadow, ...]:
    """Everything that hides ``name``, chosen by ``AWS_PROFILE`` and not by ``[default]``; else as ``shadows_of``."""
    set_ones = {variable: value for variable, value in without_ours(env).items() if value}
    found = _in_environment(name, files, {PROFILE_VARIABLE: name, **set_ones}, lasting)
    return tuple(replace(shadow, why=shadow.why.replace("the default profile", repr(name))) for shadow in found)


def _in_environment(name: str, files: Files, env: Mapping[str, str], lasting: Mapping[str, str]) -> Iterator[Shadow]:
    wanted = {r.tool: r for r in resolve(name, files.texts, {})}
    here = _causes(name, wanted, resolve(None, files.texts, env))
    elsewhere = {**env, **lasting_differences(env, lasting)}
    later = _causes(name, wanted, resolve(None, files.texts, elsewhere)) if lasting else {}
    yield from (_told(cause, tools, files, "in this environment") for cause, tools in here.items())
    yield from (_told(cause, tools, files, _LATER) for cause, tools in later.items() if cause not in here)


_LATER = "in your lasting environment, which programs started from the desktop get"
_ACCESS_KEYS = "aws_access_key_id"
_Cause = tuple[str, str, str]
"""What is hidden (``profile``, ``credentials``, ``region`` or ``all``), by what, and what there is instead of it."""


def _causes(name: str, wanted: Mapping[Tool, Resolution], now: Iterable[Resolution]) -> dict[_Cause, list[Tool]]:
    """Why tools that are asked for no profile do not take what they take when they are asked for ``name``."""
    causes: dict[_Cause, list[Tool]] = {}
    for taken in now:
        for cause in _causes_for(name, wanted[taken.tool], taken):
            causes.setdefault(cause, []).append(taken.tool)
    return causes


def _causes_for(name: str, wanted: Resolution, taken: Resolution) -> Iterator[_Cause]:
    source = taken.source
    if taken.profile not in (name, "default"):
        yield "profile", taken.profile_from, taken.profile
    elif taken.problem:
        yield "all", taken.problem, taken.fix
    elif source.place == "environment" and wanted.source.place != "environment":
        yield "credentials", VARIABLE[source.provider], ""
    elif source.provider is Provider.KEYS and source.identity != wanted.source.identity:
        yield "credentials", _ACCESS_KEYS, source.place
    if taken.region_from.startswith("AWS_") and wanted.region not in (None, taken.region):
        yield "region", taken.region_from, f"{taken.region} {wanted.region}"


def _told(cause: _Cause, tools: list[Tool], files: Files, where: str) -> Shadow:
    hidden, by, instead = cause
    who, s = together(tools), "s" if len(tools) != 2 else ""  # noqa: PLR2004 - "A and B use", "A uses", "every ... uses"
    upper = who[:1].upper() + who[1:]
    if hidden == "all":
        return Shadow(by, f"{upper} fail{s} with the default profile.", instead)
    if by == _ACCESS_KEYS:
        return Shadow(
            f"[default] in {files.credentials_path if instead == 'credentials' else 'the config'} holds access keys.",
            f"{upper} use{s} the access keys there instead of the default profile.",
            "Rename that section, for example to [keys], and use it by `--profile keys` where it is needed.",
        )
    what, fix = f"{by} is set {where}.", (EVERYWHERE if where == _LATER else EVERY_SHELL).format(by)
    if hidden == "credentials":
        why = f"{upper} use{s} the credentials that {by} gives instead of the default profile."
    elif hidden == "profile":
        what = f"{by} is set to {instead!r} {where}."
        why = f"{by} makes {who} use {instead!r} instead of the default profile."
    else:
        there, profiles_own = instead.split()[0], instead.split()[-1]
        what = f"{by} is set to {there!r} {where}."
        why = f"{by} makes {who} work in {there} instead of the profile's region {profiles_own}."
    return Shadow(what, why, fix)


def _other_sections(files: Files) -> Iterator[Shadow]:
    headers = files.found.headers_of("default")
    if len(headers) > 1 and headers[-1] != "profile default":
        yield Shadow(
            f"The config has {' and '.join(f'[{header}]' for header in headers)}.",
            f"AWS CLI and boto3 use [{headers[-1]}], but Terraform (Go) and JavaScript use [profile default].",
            "Remove the one that you do not need from the config file.",
        )
    elif len(headers) > 1 and MARK not in files.config[headers[-1]]:
        yield Shadow(
            f"The config has {' and '.join(f'[{header}]' for header in headers)}.",
            f"Every AWS tool uses [{headers[-1]}] instead of the section that was switched.",
            f"Remove [{headers[-1]}] from the config file.",
        )


def _credentials(name: str, files: Files) -> Iterator[Shadow]:
    section = files.credentials.get("default", {})
    place = f"[default] in {files.credentials_path}"
    wanted = {**files.found.profiles.get(name, {}), **files.credentials.get(name, {})}
    others = sorted(key for key in section if key not in SECRETS and section[key] != wanted.get(key))
    if others:
        yield Shadow(
            f"{place} sets {', '.join(others)}.",
            f"Every AWS tool takes {', '.join(others)} from the credentials file instead of the default profile.",
            f"Remove {'it' if len(others) == 1 else 'them'} from that section.",
        )


def _changes(name: str, files: Files) -> Iterator[Shadow]:
    default = files.found.profiles.get("default", {})
    profile = files.found.profiles.get(name)
    if profile is None:
        yield Shadow(
            f"Profile {name!r} is no longer in the config.",
            f"The default is still what {name!r} was when it was chosen.",
            "Choose another profile, or go back with `aws-sso-tray use --undo`.",
        )
        return
    wanted = copied({**profile, **files.credentials.get(name, {})})
    if default.get(MARK) == name and any(default.get(key) != value for key, value in wanted.items()):
        yield Shadow(
            f"Profile {name!r} was changed after it was chosen.",
            f"The default is still what {name!r} was when it was chosen.",
            f"`aws-sso-tray use {name}` takes the change over.",
        )

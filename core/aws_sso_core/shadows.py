"""What hides a chosen default profile from AWS tools: the environment, other sections, static keys.

The order in which tools look is that of the AWS CLI v2 and boto3 (run), the Go SDK (Terraform; its source) and the
JavaScript SDK v3 (run).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aws_sso_core.config_text import Profiles, Section, by_profile
from aws_sso_core.default_section import MARK, SECRETS, copied

EVERY_SHELL = (
    "Remove {0} there (`unset {0}`; in PowerShell `Remove-Item Env:{0}`) and from your shell's start-up files "
    "or the system's settings, then start the programs again."
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
    credentials_path: Path = field(default_factory=Path)


def files(config: dict[str, Section], credentials: dict[str, Section], credentials_path: Path) -> Files:
    """The two files' sections, made ready."""
    return Files(config, credentials, by_profile(config), credentials_path)


def shadows_of(name: str, files: Files, env: Mapping[str, str]) -> tuple[Shadow, ...]:
    """Everything that hides ``name``, whose copy is ``[default]``, from some tool.

    Args:
        name: the chosen profile.
        files: as they are now.
        env: the environment that programs get.
    """
    return (
        *_environment(name, files, env),
        *_other_sections(files),
        *_credentials(name, files),
        *_changes(name, files),
    )


def _environment(name: str, files: Files, env: Mapping[str, str]) -> Iterator[Shadow]:
    for variable, who in (
        ("AWS_PROFILE", "every AWS tool"),
        ("AWS_DEFAULT_PROFILE", "boto3, and where AWS_PROFILE is not set AWS CLI and Terraform,"),
    ):
        value = env.get(variable)
        if value and value not in (name, "default"):
            yield Shadow(
                f"{variable} is set to {value!r} in this environment.",
                f"{variable} makes {who} use {value!r} instead of the default profile.",
                EVERY_SHELL.format(variable),
            )
    for variable, with_, who in (
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "Every AWS tool uses"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS CLI, boto3 and Terraform (Go) use"),
    ):
        if env.get(variable) and env.get(with_):
            yield Shadow(
                f"{variable} is set in this environment.",
                f"{who} the credentials that {variable} gives instead of the default profile.",
                EVERY_SHELL.format(variable),
            )
    region = files.found.profiles.get(name, {}).get("region")
    for variable, who in (
        ("AWS_REGION", "every AWS tool but boto3"),
        ("AWS_DEFAULT_REGION", "AWS CLI, boto3 and Terraform (Go)"),
    ):
        value = env.get(variable)
        if value and region and value != region:
            yield Shadow(
                f"{variable} is set to {value!r} in this environment.",
                f"{variable} makes {who} work in {value} instead of the profile's region {region}.",
                EVERY_SHELL.format(variable),
            )


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
    default = files.found.profiles.get("default", {})
    if "aws_access_key_id" in section and not ("role_arn" in default and "source_profile" in default):
        all_tools = not default.keys() & {"sso_account_id", "sso_role_name", "role_arn"}
        yield Shadow(
            f"{place} holds access keys.",
            "Every AWS tool uses the access keys there instead of the default profile."
            if all_tools
            else "Terraform (Go) and JavaScript use the access keys there instead of the default profile; "
            "AWS CLI and boto3 do not.",
            "Rename that section, for example to [keys], and use it by `--profile keys` where it is needed.",
        )
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

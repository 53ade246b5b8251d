"""``why``: which profile, region and credentials each AWS tool takes, and the reasons."""

from __future__ import annotations

import locale
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import ConfigUnreadable, ProfileNotFound
from aws_sso_core.files import read_bytes
from aws_sso_core.profiles import names
from aws_sso_core.resolve import (
    SHOWN,
    Provider,
    Reason,
    Resolution,
    Texts,
    lasting_differences,
    reasons,
    resolve,
)
from aws_sso_core.switching import active

_GAP = "  "
_HEADINGS = ("TOOL", "PROFILE", "REGION", "CREDENTIALS")
_SHOWN = {
    Provider.ENV_KEYS: "access key of the environment ({})",
    Provider.SSO: "IAM Identity Center: {}",
    Provider.LEGACY_SSO: "IAM Identity Center: {}",
    Provider.KEYS: "access key of the {place} file ({})",
    Provider.PROCESS: "credential_process: {}",
    Provider.ROLE: "assumes {}",
    Provider.WEB_IDENTITY: "web identity: {}",
    Provider.LOGIN: "aws login: {}",
    Provider.NONE: "none",
}


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@json_option
def command(services: Services, *, profile: str | None, as_json: bool) -> None:
    """Show what each AWS tool takes when it is asked for PROFILE, and why; without PROFILE, when it is asked for none.

    AWS CLI, boto3, Terraform (Go) and JavaScript read the same files and environment, each in its own order. Nothing is
    sent to AWS.

    \b
    Examples:
      aws-sso-tray why                 what tools started in this shell take
      aws-sso-tray why dev.admin
      aws-sso-tray why --json | jq '.tools[] | select(.problem != null)'
    """
    texts = _texts(services)
    if profile is not None:
        _check(profile, services)
    here = resolve(profile, texts, services.env)
    lasting = _lasting(services)
    current = active.current(paths=services.paths)
    elsewhere = resolve(profile, texts, {**services.env, **lasting}) if lasting else here
    if as_json:
        services.out.json(
            {
                "profile": profile,
                "active_profile": current,
                "tools": [_as_data(r) for r in here],
                "reasons": [_reason(r) for r in reasons(here)],
                "lasting_environment": sorted(lasting),
                "tools_started_later": [_as_data(r) for r in elsewhere],
            }
        )
        return
    if current and profile is None:
        copied = active.is_section_ours(paths=services.paths)
        services.out.answer(f"[default] is a copy of {current}." if copied else f"The chosen profile is {current}.")
        services.out.answer()
    _tell(here, services)
    if elsewhere != here:
        said = " and ".join(f"{name}={lasting[name]}" for name in lasting if _harmless(name)) or " and ".join(lasting)
        services.out.answer()
        services.out.answer(f"Programs started outside this shell have {said} of your lasting environment; there:")
        services.out.answer()
        _tell(elsewhere, services)


def _texts(services: Services) -> Texts:
    config, credentials = (read_bytes(path) or b"" for path in (services.paths.config, services.paths.credentials))
    return Texts(config, credentials, encoding=locale.getpreferredencoding(do_setlocale=False))


def _check(profile: str, services: Services) -> None:
    """A misspelt name is a mistake; one that only some tools find is what this command is for."""
    try:
        known = names(config=services.paths.config, credentials=services.paths.credentials)
    except ConfigUnreadable:
        return
    texts = _texts(services)
    if profile not in known and all(texts.read(tool, [profile]).profile(profile) is None for tool in SHOWN):
        raise ProfileNotFound(profile, known)


def _lasting(services: Services) -> dict[str, str]:
    return lasting_differences(services.env, services.lasting)


def _harmless(variable: str) -> bool:
    return "KEY" not in variable


def _tell(table: Sequence[Resolution], services: Services) -> None:
    services.out.answer("\n".join(_drawn(table, services.out.columns)))
    told = reasons(table)
    if told:
        services.out.answer()
    for reason in told:
        services.out.answer(f"{reason.who[:1].upper()}{reason.who[1:]}: {reason.sentence}")
        if reason.fix:
            services.out.answer(f"  {reason.fix}")


def _drawn(table: Sequence[Resolution], columns: int) -> Iterator[str]:
    """A table; two lines for each tool where the terminal is too narrow for one."""
    rows = [_HEADINGS, *(_cells(r) for r in table)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= columns:
        for row in rows:
            yield _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        return
    for tool, profile, region, credentials in rows[1:]:
        yield f"{tool}: {profile}, {region}"
        yield f"{_GAP}{credentials}"


def _cells(r: Resolution) -> tuple[str, ...]:
    credentials = _SHOWN[r.provider].format(r.source.identity, place=r.source.place)
    return SHOWN[r.tool], r.profile, r.region or "-", f"fails ({credentials})" if r.problem else credentials


def _as_data(r: Resolution) -> dict[str, Any]:
    return {
        "tool": r.tool.value,
        "profile": r.profile,
        "profile_from": r.profile_from,
        "region": r.region,
        "region_from": r.region_from or None,
        "provider": r.provider.value,
        "identity": r.source.identity or None,
        "place": r.source.place or None,
        "passed_over": [
            {"provider": s.provider.value, "identity": s.identity, "place": s.place} for s in r.passed_over
        ],
        "problem": r.problem or None,
        "fix": r.fix or None,
    }


def _reason(reason: Reason) -> Mapping[str, Any]:
    return {"tools": [t.value for t in reason.tools], "sentence": reason.sentence, "fix": reason.fix or None}

"""``shell-profile`` (hidden): what ``awsp`` and ``Set-AWSProfile`` ask about a profile before they set it."""

from __future__ import annotations

import click

from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.switching import active


@cli_command()
@click.argument("name")
@json_option
def command(services: Services, *, name: str, as_json: bool) -> None:
    """Check that there is a profile NAME and tell whose it is, from the files alone.

    \b
    Example:
      aws-sso-tray shell-profile dev.admin
    """
    profile = services.config.profile(name)
    parts = [
        f"{profile.account_name} ({profile.account_id})" if profile.account_name else profile.account_id,
        profile.role_name,
        profile.region,
    ]
    identity = " - ".join(part for part in parts if part)
    if as_json:
        services.out.json({"name": profile.name, "identity": identity})
    elif identity:
        services.out.answer(identity)
    for shadow in active.hidden_from_shell(name, paths=services.paths, env=services.env):
        services.out.advise(f"{shadow.what} {shadow.why}", shadow.fix)

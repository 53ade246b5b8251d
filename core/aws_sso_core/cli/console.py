"""``console``: AWS's console in the browser, as a role."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from aws_sso_core.cli.as_profile import of_this_shell
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import active_name, granted, role_of
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.console import links
from aws_sso_core.errors import BrowserUnavailable
from aws_sso_core.model import Profile, Role, Secret, Session

PATIENCE = 60.0
"""Seconds for a browser to start and come."""
_HINT = "`--print` shows the address."


def _services(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in links.SERVICES if name.startswith(incomplete.lower())]


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@click.option("--service", metavar="SERVICE", shell_complete=_services, help="The page to open: s3, ec2, logs ...")
@click.option("--print", "only_print", is_flag=True, help="Show the address instead of opening it.")
@click.option("--federation", is_flag=True, help="Sign in by the role's credentials, not by the portal.")
@click.option("--browser", "browser_command", metavar="CMD", help="The command that opens the page.")
@json_lines_option
def command(
    services: Services,
    *,
    profile: str | None,
    service: str | None,
    only_print: bool,
    federation: bool,
    browser_command: str | None,
    as_json: bool,
) -> None:
    """Open AWS's console as PROFILE; without PROFILE, as the profile of this shell, else the active one.

    By default the access portal leads there: the browser's own sign-in counts, and the address holds no secret. With
    --federation the role's credentials make a sign-in of their own, for a browser that is signed in as nobody or as
    somebody else; that address is good once within 15 minutes, for whoever has it.

    \b
    Examples:
      aws-sso-tray console
      aws-sso-tray console prod.readonly --service cloudformation
      aws-sso-tray console dev.admin --browser "firefox --private-window %s" --federation
    """
    config = services.config
    found = config.profile(profile or of_this_shell(services) or active_name(services, config))
    session, role = role_of(found, config)
    secret = _sign_in(found, session, service, services) if federation else None
    link = "" if secret else _portal_link(found, session, role, service)
    if not only_print:
        _open(link, secret, browser_command, services)
    if as_json:
        shown = secret.reveal() if secret and only_print else link
        services.out.event("console", profile=found.name, url=shown or None, opened=not only_print)
    elif only_print:
        services.out.answer(secret.reveal() if secret else link)
        if secret:
            services.out.advise("Whoever opens this address within 15 minutes is signed in: keep it to yourself.")
    else:
        account = f"{found.account_name} ({role.account_id})" if found.account_name else role.account_id
        services.out.answer(f"The console opens in your browser, as {role.name} in {account}.")


def _portal_link(profile: Profile, session: Session, role: Role, service: str | None) -> str:
    """Without a service the portal decides on the page: an administrator may have set one for the role."""
    target = links.page(service, profile.region, session.region) if service else None
    return links.portal_link(session.start_url, role.account_id, role.name, target)


def _sign_in(profile: Profile, session: Session, service: str | None, services: Services) -> Secret:
    from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms

    region = profile.region or session.region
    target = links.page(service, profile.region, session.region)
    own = services.env.get("AWS_ENDPOINT_URL_SIGNIN")  # botocore's own name for it
    endpoint = f"{own.rstrip('/')}/federation" if own else links.federation_endpoint(region)
    token = aws.console_token(
        granted(services, profile.name).credentials,
        url=endpoint,
        session=session,
        region=region,
        config=services.paths.config,
        profile=profile.name,
    )
    return links.sign_in_link(endpoint, token, target, session.start_url)


def _open(link: str, secret: Secret | None, browser_command: str | None, services: Services) -> None:
    from aws_sso_core.console.opening import open_secretly  # noqa: PLC0415 - a server, for this way only

    browser = services.browser(browser_command or services.settings.browser)
    opened = True
    try:
        if secret:
            open_secretly(secret, browser=browser, patience=PATIENCE)
        else:
            opened = browser.open(link)
    except BrowserUnavailable as error:
        error.hint = _HINT
        raise
    if not opened:
        raise BrowserUnavailable("No browser can be started here.", _HINT)

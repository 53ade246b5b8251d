"""``login``: be signed in, with as little trouble as possible."""

from __future__ import annotations

import threading
from datetime import timedelta

import click

from aws_sso_core import overview, sign_in
from aws_sso_core.browser import Browser, can_open
from aws_sso_core.cli import chosen, words
from aws_sso_core.cli.completion import session_names
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.progress import Events, Spoken
from aws_sso_core.cli.services import Services
from aws_sso_core.model import Session, SessionStatus
from aws_sso_core.profiles import Config
from aws_sso_core.progress import How, SignedIn

_BEGINNINGS: dict[How, str] = {
    "new": "Signed in to {}",
    "kept": "Signed in to {} already",
    "renewed": "Signed in to {}, renewed without asking you",
    "other": "Signed in to {} by another program",
}


@cli_command()
@click.argument("name", required=False, shell_complete=session_names)
@click.option("--all", "every", is_flag=True, help="All sessions, one after the other.")
@click.option(
    "--device/--no-device",
    default=None,
    help="Show a code to confirm on any computer or phone; or rather not, even where that is the safe way.",
)
@click.option("--no-browser", is_flag=True, help="Show the address instead of opening a browser.")
@click.option(
    "--browser", "browser_command", metavar="CMD", help="Open the page with this command; %s in it is the address."
)
@click.option("--force", is_flag=True, help="End the present sign-in, and begin a new one of full length.")
@click.option("--qr", is_flag=True, help="Show a QR code for your phone; implies --device.")
@click.option(
    "--timeout", metavar="SECONDS", type=click.IntRange(1), default=600, show_default=True, help="How long to wait."
)
@json_lines_option
def command(
    services: Services,
    *,
    name: str | None,
    every: bool,
    device: bool | None,
    no_browser: bool,
    browser_command: str | None,
    force: bool,
    qr: bool,
    timeout: int,
    as_json: bool,
) -> None:
    """Sign in to a session. NAME is a session or a profile; with only one session it may be left out.

    A sign-in with more than 15 minutes left is kept, and one that can be renewed silently is renewed: a page is opened
    only when you are really needed. While another program is signing in to the same session, this waits for it instead
    of opening a second page.

    Your browser is sent back to this computer at the end. Where that cannot work (SSH, containers, legacy profiles), a
    device code is shown instead, which you confirm in a browser anywhere.

    \b
    Examples:
      aws-sso-tray login                            the only session there is
      aws-sso-tray login dev.admin                  the session that this profile needs
      aws-sso-tray login --all
      aws-sso-tray login corp --qr                  with your phone
      aws-sso-tray login corp --browser "firefox -P work"
      aws-sso-tray login corp --force               before a long job
    """
    config = services.config
    profile = name if any(p.name == name for p in config.profiles) else None
    browser = None if no_browser else _browser(browser_command, services)

    def act(session: Session) -> None:
        called = chosen.called(session, config)
        why = sign_in.why_device(session, device=True if qr else device, env=services.env)
        expected = device or qr or session.kind == "legacy"
        spoken = Spoken(services.out, called, why_code="" if expected else why or "", qr=qr)
        outcome = sign_in.sign_in(
            session,
            flow="device" if why else "pkce",
            force=force,
            tokens=services.tokens,
            registrations=services.registrations,
            oidc=services.oidc(session, profile),
            portal=services.portal(session, profile),
            browser=browser,
            clock=services.clock,
            locks_dir=services.paths.locks_dir,
            learned=services.learned,
            report=Events(services.out, session.name) if as_json else spoken,
            cancelled=threading.Event(),
            timeout=timedelta(seconds=timeout),
        )
        _tell(outcome, called, config, services, as_json=as_json)

    meant = chosen.sessions("login", name, every=every, config=config, services=services)
    chosen.each(meant, act, config=config, services=services, as_json=as_json)


def _browser(command_line: str | None, services: Services) -> Browser | None:
    """The browser that can be expected to come up here, if any."""
    command_line = command_line or services.settings.browser or None
    return services.browser(command_line) if command_line or can_open(services.env) else None


def _tell(outcome: SignedIn, called: str, config: Config, services: Services, *, as_json: bool) -> None:
    status = _status(outcome.session, config, services)
    if as_json:
        services.out.event(
            "signed-in",
            session=outcome.session.name,
            how=outcome.how,
            token_expires_at=outcome.token_expires_at,
            renewable=outcome.renewable,
            sign_in_ends_at=status.sign_in_ends_at if status else None,
            sign_in_end_source=status.sign_in_end_source if status else None,
        )
    else:
        clocks = words.clocks(status, services.clock.now(), services.zone) if status else ""
        services.out.answer(": ".join(part for part in (_BEGINNINGS[outcome.how].format(called), clocks) if part))
    if skew := outcome.clock_skew:
        minutes = round(abs(skew) / timedelta(minutes=1))
        which = "behind" if skew > timedelta() else "ahead of"
        services.out.advise(
            f"This computer's clock is {minutes} minutes {which} AWS's, so AWS may refuse requests.", "Set it right."
        )


def _status(session: Session, config: Config, services: Services) -> SessionStatus | None:
    """Both clocks of the session, as ``status`` shows them."""
    rows = overview.survey(
        config=config,
        tokens=services.tokens,
        learned=services.learned,
        wanted=services.wanted,
        settings=services.settings,
        now=services.clock.now(),
    )
    return next((row for row in rows if row.session == session), None)

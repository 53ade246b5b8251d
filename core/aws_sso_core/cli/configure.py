"""``configure``: from nothing to a profile that works, by questions; the wizard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from aws_sso_core import regions
from aws_sso_core.cli import asking, usual
from aws_sso_core.cli.agreement import is_attended
from aws_sso_core.cli.asking import Asker
from aws_sso_core.cli.completion import profile_names, region_names, session_names
from aws_sso_core.cli.group import CONTEXT, json_option, pass_services, verbose_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.setting_up import Extras, set_up
from aws_sso_core.cli.wizard import Wizard
from aws_sso_core.errors import Interrupted
from aws_sso_core.questions import FLAGS, Facts, accepted

F = TypeVar("F", bound=Callable[..., Any])


def _answers(function: F) -> F:
    options = (
        click.option("--session", metavar="NAME", shell_complete=session_names, help="The sso-session: one of ~/.aws/config, or the name for a new one."),
        click.option("--sso-start-url", "-u", "start_url", metavar="URL", help="The address of your access portal, in any form."),
        click.option("--sso-region", metavar="REGION", shell_complete=region_names, help="The region of that IAM Identity Center; found out where it can be."),
        click.option("--scope", "scopes", metavar="SCOPE", multiple=True, help="A registration scope of a new sso-session; sso:account:access unless told. Repeatable."),
        click.option("--account", "--account-id", "-a", metavar="ACCOUNT", help="The account's id or name."),
        click.option("--role", "--role-name", "-r", metavar="ROLE", help="The role (permission set) there."),
        click.option("--region", metavar="REGION", shell_complete=region_names, help="The region that the profile works in."),
        click.option("--output", "-o", metavar="FORMAT", help="What AWS CLI writes: json, yaml, yaml-stream, text or table."),
    )  # fmt: skip
    return _with(options, function)


def _ways(function: F) -> F:
    options = (
        click.option("--default/--no-default", "default", default=None, help="Make it the default for every AWS tool, as `use` does."),
        click.option("--all/--no-all", "every", default=None, help="Write profiles for all accounts and roles, as `populate` does."),
        click.option("--autostart/--no-autostart", default=None, help="Start the tray with your desktop from now on."),
        click.option("--credential-process/--no-credential-process", "process", default=False, help="Let every AWS tool ask our credential helper, also SDKs that know no sso-session."),
        click.option("--device/--no-device", default=None, help="Sign in by a code to confirm on any computer or phone; or rather not."),
        click.option("--no-browser", is_flag=True, help="Show the address to sign in at instead of opening a browser."),
        click.option("--sign-in/--no-sign-in", "may_sign_in", default=None, help="Sign in if nobody is; by itself only at a terminal."),
        click.option("--interactive/--non-interactive", "interactive", default=True, help="Ask for what is missing, at a terminal; or rather fail."),
        click.option("--dry-run", is_flag=True, help="Show what would change in ~/.aws/config, and change nothing there."),
        click.option("--yes", is_flag=True, help="Replace a profile of the same name without asking, and offer nothing more."),
        json_option,
    )  # fmt: skip
    return _with(options, function)


def _with(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


class _Configure(click.Group):
    """The wizard, and aws-sso-util's ``configure populate`` and ``configure profile NAME``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return ["profile", "populate"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "populate":
            from aws_sso_core.cli.populate import command as populate  # noqa: PLC0415 - for these words only

            return populate
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Configure, context_settings=CONTEXT, invoke_without_command=True, subcommand_metavar="[COMMAND ...]")
@verbose_option
@_answers
@click.option("--profile", metavar="NAME", shell_complete=profile_names, help="What the profile is to be called.")
@_ways
@pass_services
@click.pass_context
def command(ctx: click.Context, services: Services, /, **options: Any) -> None:
    """Set up a profile: answer a few questions, sign in, choose account and role.

    All you need is the address of your organization's AWS access portal. Type to search in a list, Enter takes what is
    proposed, Ctrl+C leaves everything as it was. ~/.aws/config is changed once, at the end; what was in it stays.

    Each answer can be given by an option instead. Without a terminal nothing is asked: what is missing is an error.

    \b
    Examples:
      aws-sso-tray configure
      aws-sso-tray configure --sso-start-url my-org.awsapps.com/start
      aws-sso-tray configure --session corp --account "Dev Account" --role AdministratorAccess \\
          --region eu-central-1 --profile dev.admin --default
      aws-sso-tray configure --session corp --region eu-central-1 --all
    """
    if ctx.invoked_subcommand is None:
        _begin(services, options)


@command.command("profile", context_settings=CONTEXT)
@verbose_option
@click.argument("profile", metavar="NAME", shell_complete=profile_names)
@_answers
@_ways
@pass_services
def _profile(services: Services, /, **options: Any) -> None:
    """Set up the profile NAME; as `configure --profile NAME`.

    \b
    Example:
      aws-sso-tray configure profile dev.admin
    """
    _begin(services, options)


def _begin(services: Services, options: dict[str, Any]) -> None:
    attended = is_attended(services) and options["interactive"] and not options["as_json"]
    _run(services, options, asking.asker(services.out) if attended else None)


def _run(services: Services, options: dict[str, Any], asker: Asker | None) -> None:
    attended = asker is not None
    facts = _known(services, options, attended=attended)
    usual.note_odd((facts.answers.get("sso_region"), facts.answers.get("region")), services)
    wizard = Wizard(
        services,
        asker,
        may_sign_in=attended if options["may_sign_in"] is None else options["may_sign_in"],
        device=options["device"],
        no_browser=options["no_browser"],
        scopes=options["scopes"],
    )
    if asker is not None and not facts.answers:
        services.out.say(services.out.paint("This sets up a profile for your AWS tools.", "bold"))
        asking.explain(services.out, "Enter takes what is proposed. Ctrl+C stops, and leaves ~/.aws/config as it is.")
    extras = Extras(
        default=options["default"],
        every=options["every"],
        autostart=options["autostart"],
        process=options["process"],
        dry_run=options["dry_run"],
        yes=options["yes"],
        as_json=options["as_json"],
    )
    try:
        facts = wizard.run(facts)
    except (KeyboardInterrupt, click.Abort):
        services.out.say()  # the terminal still is in the question's line
        raise Interrupted("Interrupted.", f"{services.paths.config} is as it was.") from None
    set_up(wizard, facts, extras)


def _known(services: Services, options: dict[str, Any], *, attended: bool) -> Facts:
    """What need not be asked: the machine's, and what the options say."""
    config = services.config
    facts = Facts(
        attended=attended,
        sessions=config.sessions,
        taken=tuple(config.incomplete),
        profiles={p.name: (p.account_id, p.role_name) for p in config.profiles},
        regions=regions.known(),
        portal=usual.portal(services.env, services.settings),
        usual_region=usual.region(services.env, (p.region for p in config.profiles)),
        every=bool(options["every"]),
    )
    for key in FLAGS:
        if options[key] is not None:
            facts = facts.answered(key, accepted(key, options[key], facts))
    return facts

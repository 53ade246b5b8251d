"""The click side of the command line: a group that imports a command when it is asked for, and what commands share."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from aws_sso_core.cli.table import COMMANDS, ELSEWHERE, HIDDEN, PROGRAM
from aws_sso_core.errors import UsageError

if TYPE_CHECKING:
    from aws_sso_core.cli.services import Services

F = TypeVar("F", bound=Callable[..., Any])

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class LazyGroup(click.Group):
    """The commands of the table in ``main``; the help page is made from the table, without their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names that a person may type, in the table's order."""
        return [name for rows in COMMANDS.values() for name in rows]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import ``cli/<name>.py`` and give its ``command``."""
        if cmd_name not in HIDDEN and cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"aws_sso_core.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, but a misspelt name gets the nearest one."""
        name = args[0]
        known = name in HIDDEN or name in self.list_commands(ctx) or name.startswith("-")
        if not known and not ctx.resilient_parsing:
            raise _unknown(name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names, with what the table says; as click, but without importing every command for that."""
        rows = {name: text for rows in COMMANDS.values() for name, text in rows.items() if name.startswith(incomplete)}
        return [CompletionItem(name, help=text) for name, text in rows.items()] + click.Command.shell_complete(
            self, ctx, incomplete
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, heading by heading."""
        width = max(len(name) for rows in COMMANDS.values() for name in rows)
        for heading, rows in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows.items()])


def _unknown(name: str, known: list[str]) -> UsageError:
    near = [ELSEWHERE[name]] if name in ELSEWHERE else difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean `{PROGRAM} {near[0]}`?" if near else f"`{PROGRAM} --help` lists the commands."
    return UsageError(f"There is no command {name!r}.", hint)


def _be_verbose(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        services: Services = ctx.find_root().obj
        services.log_to_stderr()


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 - 15 ms, for this answer only

        services: Services = ctx.find_root().obj
        services.out.answer(f"{PROGRAM} {version(PROGRAM)}")
        ctx.exit()


verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_be_verbose,
    help="Write the log to standard error too.",
)
"""Understood before and after the command's name, because nobody remembers which."""

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts.")
json_lines_option = click.option("--json", "as_json", is_flag=True, help="Tell each step as a JSON line, for scripts.")

pass_services = click.pass_obj
"""Hands the ``Services`` of this process to a command as its first argument."""


def cli_command(*, starts_another: bool = False) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command of ours: its docstring is the help page, ``-h`` and ``--verbose`` are understood.

    With ``starts_another`` the arguments end in another program's command line, whose options are not ours.
    """
    settings = {**CONTEXT, "allow_interspersed_args": not starts_another}

    def wrap(function: Callable[..., Any]) -> click.Command:
        return click.command(context_settings=settings)(verbose_option(pass_services(function)))

    return wrap


@click.group(cls=LazyGroup, context_settings=CONTEXT, invoke_without_command=True, subcommand_metavar="COMMAND ...")
@verbose_option
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
@click.pass_context
def group(ctx: click.Context) -> None:
    """Keeps you signed in to AWS IAM Identity Center, and lets you choose the active profile.

    Every AWS tool sees the result through the files it reads anyway: ~/.aws/config and ~/.aws/sso/cache.

    \b
    First steps:
      aws-sso-tray demo           watch it work, without an AWS account
      aws-sso-tray configure      set up a profile, from the address of your access portal
      aws-sso-tray login          sign in to the session in ~/.aws/config
      aws-sso-tray use dev.admin  make that profile the default everywhere
      aws-sso-tray start          let the tray renew, remind and switch from now on

    \b
    Exit codes: 0 done, 1 failed, 2 wrong call or configuration, 3 sign-in needed, 4 offline, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        services: Services = ctx.obj
        services.out.answer(ctx.get_help())

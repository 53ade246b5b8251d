"""The options of ``populate`` that say how profiles are named: those of aws-sso-util."""

from __future__ import annotations

import locale
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from aws_sso_core.cli.services import Services
from aws_sso_core.errors import UsageError
from aws_sso_core.naming import CASES, DEFAULT_COMPONENTS, FIELDS, Naming, literals, naming

F = TypeVar("F", bound=Callable[..., Any])

SEPARATOR_VARIABLE = "AWS_CONFIGURE_SSO_DEFAULT_PROFILE_NAME_SEPARATOR"
"""Where aws-sso-util takes its default from."""

_NAMING = (
    "components",
    "separator",
    "include_region",
    "region_style",
    "account_name_case",
    "role_name_case",
    "trim_account_name",
    "trim_role_name",
    "safe",
    "profile_name_template",
    "profile_name_process",
)


def naming_options(function: F) -> F:
    """Give these options to a command."""
    case = click.Choice(list(CASES))
    options = (
        click.option("--components", default=DEFAULT_COMPONENTS, show_default=True, metavar="A,B,...", help=f"What a name is made of (PowerShell wants quotes around it): {', '.join(FIELDS)} and default_style_region; other words are text in every name."),
        click.option("--separator", "--sep", metavar="TEXT", help="What goes between; a dot unless told."),
        click.option("--include-region", type=click.Choice(["default", "always"]), default="default", help="The first region is left out of names unless 'always'."),
        click.option("--region-style", type=click.Choice(["short", "long"]), default="short", help="usea1 or us-east-1."),
        click.option("--account-name-case", type=case, help="Change the case of account names."),
        click.option("--role-name-case", type=case, help="Change the case of role names."),
        click.option("--trim-account-name", metavar="REGEX", multiple=True, help="Remove this from account names, after the case is changed. Repeatable."),
        click.option("--trim-role-name", metavar="REGEX", multiple=True, help="Likewise for role names."),
        click.option("--safe-account-names/--raw-account-names", "safe", default=True, help="Keep to A-Z a-z 0-9 . _ - (the default), or take account names as they are: the SDKs for Go and JavaScript find no names with blanks."),
        click.option("--profile-name-template", metavar="TEXT", help="Names by a template, such as '{account_name|lower}.{role_name}'."),
        click.option("--profile-name-process", metavar="CMD", help="Names by a program of yours, which gets account name, account id, role, region, short region, index and number of regions; SKIP leaves one out."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def naming_rules(options: Mapping[str, Any], session_name: str, services: Services) -> Naming:
    """The rules that these options, the environment and the settings make.

    Raises:
        UsageError: they make none.
    """
    if options["profile_name_template"] is not None and options["components"] != DEFAULT_COMPONENTS:
        raise UsageError("--components and --profile-name-template exclude each other.", "Leave one of them out.")
    if not options["components"].strip(" ,"):
        raise UsageError("--components is empty.", f"It is {DEFAULT_COMPONENTS} unless told.")
    if words := literals(options["components"]):
        services.out.advise(
            f"--components: plain text in every name: {', '.join(map(repr, words))}.",
            f"The fields are {', '.join(FIELDS)} and default_style_region.",
        )
    return naming(
        components=options["components"],
        separator=options["separator"] or services.env.get(SEPARATOR_VARIABLE) or ".",
        include_region=options["include_region"],
        region_style=options["region_style"],
        account_name_case=options["account_name_case"],
        role_name_case=options["role_name_case"],
        trim_account_name=options["trim_account_name"],
        trim_role_name=options["trim_role_name"],
        safe=options["safe"],
        template=options["profile_name_template"] or _usual_template(services),
        session=session_name,
        encoding=locale.getpreferredencoding(do_setlocale=False),
    )


def _usual_template(services: Services) -> str | None:
    """The template of the settings, for a call that says nothing of names itself."""
    context = click.get_current_context()
    said = any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in _NAMING)
    return None if said else services.settings.profile_name_template or None

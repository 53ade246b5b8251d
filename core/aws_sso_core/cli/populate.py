"""``populate``: every account and role as a profile."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from aws_sso_core import populate, programs, wording
from aws_sso_core.cli import usual
from aws_sso_core.cli.agreement import agree, is_attended
from aws_sso_core.cli.completion import region_names, session_names
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.naming_options import naming_options, naming_rules
from aws_sso_core.cli.populating import as_data, read_directory, session_of, tell
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.signed_in import token_of
from aws_sso_core.cli.spoken import spoken
from aws_sso_core.errors import AppError, StoreFailed, UsageError
from aws_sso_core.identity_center.catalogue import Catalogue
from aws_sso_core.identity_center.directory import Listing
from aws_sso_core.model import Session
from aws_sso_core.naming import Selection
from aws_sso_core.partitions import is_region
from aws_sso_core.plan import Options, check_defaults
from aws_sso_core.populate import Proposal, Wanted
from aws_sso_core.start_url import same_center
from aws_sso_core.text_diff import diff_lines


@cli_command()
@click.option(
    "--session",
    "session_name",
    metavar="NAME",
    shell_complete=session_names,
    help="The sso-session to populate from; with only one it may be left out.",
)
@click.option(
    "--sso-start-url",
    "-u",
    "start_url",
    metavar="URL",
    help="Instead: the start URL; an sso-session is set up for it if there is none.",
)
@click.option(
    "--sso-region", metavar="REGION", shell_complete=region_names, help="The region of that IAM Identity Center."
)
@click.option(
    "--region",
    "-r",
    "regions",
    metavar="REGION",
    multiple=True,
    shell_complete=region_names,
    help="The region of the profiles. Repeatable: one profile for each.",
)
@naming_options
@click.option(
    "--include",
    metavar="ACCOUNT[/ROLE]",
    multiple=True,
    help="Only these; * and ? stand for anything, accounts go by name or id. Repeatable.",
)
@click.option("--exclude", metavar="ACCOUNT[/ROLE]", multiple=True, help="Not these. Repeatable.")
@click.option(
    "--config-default",
    "-c",
    metavar="KEY=VALUE",
    multiple=True,
    help="One more key for every profile, such as output=json. Repeatable.",
)
@click.option(
    "--existing-config-action",
    "existing",
    type=click.Choice(["keep", "overwrite", "discard"]),
    default="keep",
    show_default=True,
    help="What becomes of a key that a populated profile has already.",
)
@click.option(
    "--credential-process/--no-credential-process",
    "process",
    default=False,
    help="Let every AWS tool ask our credential helper, also SDKs that know no sso-session, and wait with others for a sign-in.",
)
@click.option(
    "--legacy",
    is_flag=True,
    help="Write profiles without sso-session, for tools that know none. They cannot be renewed silently.",
)
@click.option("--prune", is_flag=True, help="Remove populated profiles that AWS no longer gives you.")
@click.option("--refresh", is_flag=True, help="Read all roles anew, also those read within the last hour.")
@click.option(
    "--sign-in/--no-sign-in", "may_sign_in", default=None, help="Sign in if nobody is; by itself only at a terminal."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--ask", is_flag=True, help="Show what would change, and ask.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
def command(
    services: Services,
    *,
    session_name: str | None,
    start_url: str | None,
    sso_region: str | None,
    may_sign_in: bool | None,
    refresh: bool,
    dry_run: bool,
    ask: bool,
    yes: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write a profile into ~/.aws/config for every account and role that you have, once for each region.

    Profiles that you wrote yourself stay as they are. Populated ones carry sso_auto_populated = true (those of
    aws-sso-util too) and are brought up to date. The options for names are those of aws-sso-util, and give the same
    names, except that no two profiles get one name. What was in the file before is kept: see `aws-sso-tray history`.

    \b
    Examples:
      aws-sso-tray populate --region eu-west-1
      aws-sso-tray populate --sso-start-url https://my-org.awsapps.com/start --sso-region us-east-1 -r us-east-1
      aws-sso-tray populate -r us-east-1 --account-name-case lower --role-name-case lower \\
          --trim-role-name "(?<=admin)istratoraccess" --trim-role-name "^aws"        dev-account.admin
      aws-sso-tray populate -r eu-west-1 --exclude "*/Billing" --dry-run
      aws-sso-tray populate -r eu-west-1 --prune
    """
    if session_name is None and start_url is None and (portal := usual.portal(services.env, services.settings)):
        start_url, sso_region = portal.url, sso_region or portal.region
    reader = session_of(services.config, session_name, start_url, sso_region)
    wanted = _wanted(reader, start_url, services, options)
    token = token_of(
        reader, services, may_sign_in=is_attended(services) and not as_json if may_sign_in is None else may_sign_in
    )
    usual.note_odd((reader.region, *wanted.regions), services)
    listing = read_directory(reader, token, services, refresh=refresh, quiet=as_json)
    _note(reader, listing, wanted, services, dry_run=dry_run)
    found = populate.candidates(listing, wanted)
    populate.try_trims(found, wanted.naming)
    named = populate.answers(found, wanted)
    proposal = populate.propose(listing, wanted, paths=services.paths, named=named)
    if not as_json:
        tell(listing, proposal, services, prune=wanted.prune)
        if unfitting := wanted.selection.unfitting(listing.pairs):
            services.out.advise(f"These patterns fit nothing that AWS gives you: {', '.join(unfitting)}.")
    if not dry_run and proposal.changes:
        check(proposal, wanted, services, ask=ask, yes=yes, as_json=as_json)
        proposal = populate.write(proposal, listing, wanted, paths=services.paths, clock=services.clock, named=named)
    report(listing, proposal, wanted, services, dry_run=dry_run, as_json=as_json)


def _note(session: Session, listing: Listing, wanted: Wanted, services: Services, *, dry_run: bool) -> None:
    """What this call reads is no news later, and whoever wants to see that then asks as it is asked now."""
    without = {"regions", "refresh", "may_sign_in", "dry_run", "ask", "yes", "as_json"}
    regions = [word for region in wanted.regions for word in ("--region", region)]
    words = None if dry_run else (*spoken(click.get_current_context(), without=without), *regions)
    with suppress(StoreFailed):
        Catalogue(services.paths.state_dir).note(session, listing, at=services.clock.now(), words=words)


def _wanted(reader: Session, start_url: str | None, services: Services, options: dict[str, Any]) -> Wanted:
    """All options checked, before anything is read."""
    rules = naming_rules(options, reader.name, services)
    if options["profile_name_process"] is not None:
        populate.check_process(options["profile_name_process"])
    session = reader
    if options["legacy"]:
        said = (start_url or "").strip()  # "#/" and all: by these very letters old tools find their token
        url = said if same_center(said, reader.start_url) else reader.start_url
        session = Session(url, url, reader.region, kind="legacy")
    return Wanted(
        options=Options(
            session,
            check_defaults(options["config_default"]),
            options["existing"],
            programs.credential_process if options["process"] else None,
        ),
        naming=rules,
        regions=_regions(options["regions"], services),
        selection=Selection.of(options["include"], options["exclude"]),
        process=options["profile_name_process"],
        prune=options["prune"],
    )


def _regions(regions: Sequence[str], services: Services) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(regions)) or tuple(filter(None, [usual.first_of(services.env, usual.REGION_VARIABLES)]))
    if not found:
        raise UsageError("The region of the profiles is missing.", "Say it with --region, as in --region eu-west-1.")
    for region in found:
        if not is_region(region):
            raise usual.no_region(region)
    return found


def check(
    proposal: Proposal, wanted: Wanted, services: Services, *, yes: bool, as_json: bool, ask: bool = False
) -> None:
    """Go on only with what nobody could regret, or if a person says so."""
    plan = proposal.plan
    if yes:
        return
    if plan.suspicious:
        raise AppError(
            f"AWS no longer gives you {plan.gone} of the {plan.before} populated roles, so nothing was changed.",
            "If that is right, add --yes.",
        )
    count = len(plan.retire) if wanted.prune else 0
    if not (count or ask):
        return
    losses = f"{count} profile{'s' * (count > 1)} would be removed"
    unasked = f"Nothing was changed: {losses if count else 'nobody was asked'}."
    hint = "Add --yes to do it, or --dry-run to see it."
    if as_json or not is_attended(services):
        raise UsageError(unasked, hint)
    services.out.say_diff(_diff(proposal, services))
    deeds = {"remove": count, "add": len(plan.add), "change": len(plan.change)}
    told = wording.names([f"{verb} {number}" for verb, number in deeds.items() if number])
    question = f"{told.capitalize()} profile{'s' * (sum(deeds.values()) > 1)}?" if told else "Change the config?"
    agree(services, question, unasked=unasked, hint=hint)


def _diff(proposal: Proposal, services: Services) -> list[str]:
    return diff_lines(proposal.before, proposal.after, name=services.paths.config.name)


def report(
    listing: Listing, proposal: Proposal, wanted: Wanted, services: Services, *, dry_run: bool, as_json: bool
) -> None:
    """Tell what was done, or would be."""
    out, plan = services.out, proposal.plan
    if as_json:
        written = proposal.changes and not dry_run
        data = as_data(listing, proposal, wanted.options.session, pruned=wanted.prune, written=written)
        out.json({**data, "unfitting": wanted.selection.unfitting(listing.pairs)})
        return
    if dry_run and proposal.changes:
        out.answer_diff(_diff(proposal, services))
    removed = len(plan.retire) if wanted.prune else 0
    would, are = ("would be ", "are") if dry_run else ("", "were")
    done = f"{len(plan.add)} {would}added, {len(plan.change)} changed, {len(plan.keep)} as they {are}"
    for count, what in (
        (removed, "removed"),
        (len(proposal.yours), "your own"),
        (len(proposal.names.skipped), "skipped"),
    ):
        done += f", {count} {what}" if count else ""
    told = f"Profiles for {_counted(listing, wanted)}: {done}."
    if dry_run:
        out.say(f"Nothing was changed. {told}")
    else:
        out.answer(told)


def _counted(listing: Listing, wanted: Wanted) -> str:
    roles, accounts = str(listing.roles), str(len(listing.accounts))
    chosen = [account.id for account, role in listing.pairs if wanted.selection.takes(account, role)]
    if len(chosen) < listing.roles:
        roles, accounts = f"{len(chosen)} of {roles}", f"{len(set(chosen))} of {accounts}"
    return f"{roles} role{'s' * (roles != '1')} in {accounts} account{'s' * (accounts != '1')}"

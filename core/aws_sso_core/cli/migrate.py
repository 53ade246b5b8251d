"""``migrate``: legacy profiles to the sso-session form."""

from __future__ import annotations

from contextlib import suppress

import click

from aws_sso_core import wording
from aws_sso_core.cli.agreement import agree
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import StoreFailed, UsageError
from aws_sso_core.history import History
from aws_sso_core.migration import Asked, job
from aws_sso_core.migration.job import Carried, Proposal
from aws_sso_core.text_diff import diff_lines

_SHOWN = 10
"""Names in a list for people; --json has them all."""


@cli_command()
@click.argument("profiles", metavar="[PROFILE]...", nargs=-1, shell_complete=profile_names)
@click.option("--session-name", metavar="NAME", help="What the sso-session is called; else its start URL says.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
def command(
    services: Services, *, profiles: tuple[str, ...], session_name: str | None, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Bring profiles of the legacy form, with sso_start_url in them, to the form with an sso-session.

    Legacy sign-ins end after 8 hours; those of an sso-session are renewed silently. Each Identity Center gets one
    sso-session, or the one that is there. All else in the profiles and the file stays as it is, a profile of which some
    AWS tool would take something else afterwards is left alone, and whoever is signed in stays so.

    \b
    Examples:
      aws-sso-tray migrate --dry-run
      aws-sso-tray migrate
      aws-sso-tray migrate dev.admin prod.readonly --session-name corp
    """
    asked = Asked(profiles, session_name)
    proposal = job.propose(asked, paths=services.paths, tokens=services.tokens)
    moves = bool(proposal.migration.moves)
    if not as_json:
        _tell_left(proposal, services)
        if moves:
            lines = diff_lines(proposal.before, proposal.after, name=services.paths.config.name)
            services.out.answer_diff(lines)
    carried: list[Carried] = []
    undo = None
    if moves and not dry_run:
        if not yes:
            _ask(proposal, services, as_json=as_json)
        proposal = job.write(proposal, asked, paths=services.paths, tokens=services.tokens, clock=services.clock)
        carried = _carry(proposal, services)
        with suppress(StoreFailed, UsageError):
            undo = History(services.paths, services.clock).find(None).number
    if as_json:
        _tell_json(proposal, carried, undo, services, written=moves and not dry_run)
    else:
        _tell(proposal, carried, undo, services, written=moves and not dry_run)


def _ask(proposal: Proposal, services: Services, *, as_json: bool) -> None:
    unasked, hint = "Nothing was changed: nobody was asked.", "Add --yes to do it, or --dry-run to see it."
    if as_json:
        raise UsageError(unasked, hint)
    agree(services, f"Change {_counted(proposal)}?", unasked=unasked, hint=hint)


def _carry(proposal: Proposal, services: Services) -> list[Carried]:
    try:
        return job.carry_tokens(
            proposal.migration.moves,
            tokens=services.tokens,
            clock=services.clock,
            locks_dir=services.paths.locks_dir,
        )
    except StoreFailed as error:
        services.out.advise(error.sentence, error.hint)
        return [Carried(session, None) for session in proposal.migration.sessions]


def _tell_left(proposal: Proposal, services: Services) -> None:
    left = list(proposal.migration.left.items())
    if left:
        services.out.advise("These stay as they are:")
    for name, why in left[:_SHOWN]:
        services.out.say(f"  {name}: {why.rstrip('.')}.")
    if (more := len(left) - _SHOWN) > 0:
        services.out.say(f"  and {more} more; --json lists them all.")


def _tell(proposal: Proposal, carried: list[Carried], undo: int | None, services: Services, *, written: bool) -> None:
    out, planned = services.out, proposal.migration
    if not planned.moves:
        out.answer("There is nothing to migrate.")
        return
    names = wording.names(tuple(f"{s.name} (new)" if s in planned.new else s.name for s in planned.sessions))
    if not written:
        out.say(f"Nothing was changed. {_counted(proposal)} would go to the sso-session {names}.")
        return
    out.answer(f"Changed {_counted(proposal)}: now of the sso-session {names}.")
    if dropped := sum(move.drops_process for move in planned.moves):
        out.say(f"aws-sso-util's credential_process is gone from {dropped} of them: it cannot read the new form.")
    for one in carried:
        out.say(_standing(one, services))
    if undo is not None:
        out.say(f"To take that back: `{PROGRAM} restore {undo}`")


def _counted(proposal: Proposal) -> str:
    count = len(proposal.migration.moves)
    return f"{count} profile{'s' * (count > 1)}"


def _standing(one: Carried, services: Services) -> str:
    name, now = one.session.name, services.clock.now()
    if one.token is None:
        return f"Sign in: `{PROGRAM} login {name}`"
    if one.token.renewable(now):
        return f"You are signed in to {name}."
    end = wording.at(one.token.expires_at, now, services.zone)
    return f"You stay signed in to {name} until {end}; your next sign-in will renew itself."


def _tell_json(
    proposal: Proposal, carried: list[Carried], undo: int | None, services: Services, *, written: bool
) -> None:
    planned = proposal.migration
    tokens = {one.session: one.token for one in carried}
    services.out.json(
        {
            "migrated": [{"profile": m.profile, "session": m.session.name} for m in planned.moves],
            "sessions": [
                {
                    "name": s.name,
                    "start_url": s.start_url,
                    "region": s.region,
                    "new": s in planned.new,
                    "token_expires_at": token.expires_at if (token := tokens.get(s)) else None,
                }
                for s in planned.sessions
            ],
            "left": [{"profile": name, "why": why} for name, why in planned.left.items()],
            "written": written,
            "undo": undo,
        }
    )

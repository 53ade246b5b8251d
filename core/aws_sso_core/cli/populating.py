"""What ``populate`` needs besides its options: the session, the reading, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aws_sso_core.cli import usual
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.signed_in import note_refused
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import Interrupted, Offline, ServiceFailed, SignInNeeded, UsageError
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.directory import THREADS, Listing, Progress, list_directory
from aws_sso_core.identity_center.ledger import SharedLedger
from aws_sso_core.identity_center.listings import Listings
from aws_sso_core.model import SSO_SCOPE, Secret, Session
from aws_sso_core.naming import session_names
from aws_sso_core.partitions import is_region
from aws_sso_core.populate import Proposal
from aws_sso_core.profiles import Config
from aws_sso_core.start_url import parse, same_center

if TYPE_CHECKING:
    from aws_sso_core.naming import Renamed

_SHOWN = 10
"""Names in a list for people; --json has them all."""
_KEPT = "What was read is kept: the next run goes on from there."
_REASONS = {
    "unreadable": "AWS SDKs cannot read {!r}",
    "collision": "{!r} would be more than one",
    "taken": "{!r} is a profile of yours",
}


def session_of(config: Config, name: str | None, start_url: str | None, region: str | None) -> Session:
    """The sso-session that is meant: one of the config, or a new one for a start URL that it does not know.

    Raises:
        UsageError: none is meant, several could be, or the region is missing or none.
        SessionNotFound, SessionIncomplete: the named one is not there.
    """
    if start_url is None:
        found = _named(config, name)
        if found.kind == "sso-session":
            return found
        name, start_url, region = None, found.start_url, found.region
    start = parse(start_url)
    start_url, region = start.url, region or start.region
    known = [s for s in config.sessions if same_center(s.start_url, start_url)]
    known = [s for s in known if region in (None, s.region) and s.kind == "sso-session" and name in (None, s.name)]
    if known:
        return known[0]
    if region is None:
        raise UsageError(
            f"The region of {start_url} is not known.", f"Say it with --sso-region; `{PROGRAM} configure` finds it out."
        )
    if not is_region(region):
        raise usual.no_region(region)
    return Session(name or _new_name(start_url, config), start_url, region, scopes=(SSO_SCOPE,))


def _named(config: Config, name: str | None) -> Session:
    if name is not None:
        return config.session(name)
    modern = [s for s in config.sessions if s.kind == "sso-session"] or list(config.sessions)
    if len(modern) == 1:
        return modern[0]
    if not modern:
        raise UsageError(
            "There is no IAM Identity Center session in the config yet.",
            f"Name yours with --sso-start-url and --sso-region; `{PROGRAM} configure` asks for what it needs.",
        )
    raise UsageError(
        f"There are several sessions: {', '.join(s.label for s in modern)}.",
        f"Name one, as in `{PROGRAM} populate --session {modern[0].label}`.",
    )


def _new_name(start_url: str, config: Config) -> str:
    taken = {s.name for s in config.sessions} | set(config.incomplete)
    return next(name for name in session_names(start_url) if name not in taken)


def read_directory(session: Session, token: Secret, services: Services, *, refresh: bool, quiet: bool) -> Listing:
    """Read all accounts and roles, with a bar for whoever looks.

    Raises:
        SignInNeeded, Offline, ServiceFailed, Interrupted: as ``list_directory``; what was read is kept for the next time.
    """
    from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms, and wrong options need none

    stopped = threading.Event()
    portal = aws.portal(
        session,
        clock=services.clock,
        config=services.paths.config,
        pace=Budget(clock=services.clock, stopped=stopped, ledger=SharedLedger(services.paths.locks_dir, session)),
        connections=THREADS,
    )
    try:
        with _bar(services, quiet=quiet) as report:
            return list_directory(
                session,
                token=token,
                portal=portal,
                listings=Listings(services.paths.state_dir),
                clock=services.clock,
                locks_dir=services.paths.locks_dir,
                refresh=refresh,
                stopped=stopped,
                report=report,
            )
    except SignInNeeded as error:
        note_refused(session, services)
        error.hint = f"Sign in again: `{PROGRAM} login {session.label}`"
        raise
    except (Offline, ServiceFailed) as error:
        error.hint = f"{error.hint} {_KEPT}".lstrip()
        raise
    except KeyboardInterrupt:
        if is_terminal(services.out.stderr):
            services.out.say()  # the terminal has just written ^C
        raise Interrupted("Interrupted.", _KEPT) from None


@contextmanager
def _bar(services: Services, *, quiet: bool) -> Iterator[Any]:
    if quiet or not is_terminal(services.out.stderr):
        yield lambda _progress: None
        return
    from rich.console import Console  # noqa: PLC0415 - 50 ms; only this bar needs it
    from rich.progress import BarColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    console = Console(file=services.out.stderr, no_color=not services.out.colours(services.out.stderr))
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading accounts", total=None, said="")

        def report(progress: Progress) -> None:
            bar.update(task, total=progress.accounts, completed=progress.done, said=bar_text(progress))

        yield report


def bar_text(progress: Progress) -> str:
    """Such as ``120 of 500 accounts, 480 roles, 19 s left``."""
    said = f"{progress.done} of {progress.accounts} accounts, {progress.roles} roles"
    return said if progress.left is None else f"{said}, {round(progress.left.total_seconds())} s left"


def as_data(listing: Listing, proposal: Proposal, session: Session, *, pruned: bool, written: bool) -> dict[str, Any]:
    """The outcome as JSON says it."""
    plan = proposal.plan
    return {
        "session": session.name,
        "new_session": proposal.new_session,
        "accounts": len(listing.accounts) + len(listing.denied),
        "roles": listing.roles,
        "denied": [{"account_id": a.id, "account_name": a.name} for a in listing.denied],
        "added": [entry.name for entry in plan.add],
        "changed": [entry.name for entry in plan.change],
        "unchanged": len(plan.keep),
        "retired": [entry.name for entry in plan.retire],
        "removed": [entry.name for entry in plan.retire] if pruned else [],
        "yours": list(proposal.yours),
        "skipped": len(proposal.names.skipped),
        "renamed": [_renamed(one) for one in proposal.names.renamed],
        "written": written,
    }


def _renamed(one: Renamed) -> dict[str, Any]:
    c = one.candidate
    return {
        "name": one.name,
        "instead_of": one.asked,
        "why": one.why,
        "account_id": c.account.id,
        "role_name": c.role_name,
        "region": c.region,
    }


def tell(listing: Listing, proposal: Proposal, services: Services, *, prune: bool) -> None:
    """What a person should know besides the change itself, on standard error."""
    out = services.out
    if not (listing.accounts or listing.denied):
        out.advise("You have no AWS accounts there yet.", "Ask an administrator to assign you to one.")
    if listing.remembered:
        out.say(
            f"The roles of {listing.remembered} of {len(listing.accounts)} accounts are known from a reading within the "
            "last hour; --refresh reads them anew."
        )
    if listing.denied:
        named = _listed([f"{a.name} ({a.id})" if a.name else a.id for a in listing.denied])
        out.advise(f"AWS gives no access to the roles of {named}: nothing is known of these accounts today.")
    if proposal.impossible:
        named = _listed([f"{c.account.id!r}/{c.role_name!r}" for c in proposal.impossible])
        out.advise(f"AWS gave what is no account and role: {named}. These are left out.")
    if proposal.yours:
        out.advise(f"There are profiles of your own already, which stay as they are: {_listed(proposal.yours)}.")
    if proposal.names.renamed:
        out.advise("Some names are not what the options give:")
        for one in proposal.names.renamed[:_SHOWN]:
            c = one.candidate
            out.say(f"  {one.name} ({c.account_name}, {c.role_name}): {_REASONS[one.why].format(one.asked)}")
        if (more := len(proposal.names.renamed) - _SHOWN) > 0:
            out.say(f"  and {more} more; --json lists them all.")
    if proposal.plan.retire and not prune:
        named = _listed([entry.name for entry in proposal.plan.retire])
        out.advise(
            f"Profiles of an earlier populate that this one would not write: {named}.",
            "`populate --prune` removes them.",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more

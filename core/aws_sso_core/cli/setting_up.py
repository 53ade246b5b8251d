"""What follows the wizard's questions: the profile is written, shown how to use, and more is offered."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import click

from aws_sso_core import configure, populate, programs
from aws_sso_core.as_profile.environment import as_profile
from aws_sso_core.cli import use
from aws_sso_core.cli.asking import confirm
from aws_sso_core.cli.populate import check, report
from aws_sso_core.cli.populating import as_data, read_directory, tell
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells.variables import lines, shell_named
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.cli.wizard import Wizard
from aws_sso_core.configure import NewProfile, Proposal
from aws_sso_core.errors import Interrupted, StoreFailed, UsageError
from aws_sso_core.naming import naming
from aws_sso_core.plan import Options
from aws_sso_core.populate import Wanted
from aws_sso_core.questions import CLEAN_NAMES, Facts
from aws_sso_core.switching import active
from aws_sso_core.switching.switch import Switch
from aws_sso_core.text_diff import diff_lines


@dataclass(frozen=True, slots=True)
class Extras:
    """What was said about things beyond the profile; None: nothing, so a person may be asked."""

    default: bool | None
    every: bool | None
    autostart: bool | None
    process: bool
    """Whether the profiles are to ask our credential helper."""
    dry_run: bool
    yes: bool
    as_json: bool


def set_up(wizard: Wizard, facts: Facts, extras: Extras) -> None:
    """Write what was asked for, offer the rest, and tell of it."""
    services = wizard.services
    answer = _session_data(wizard, facts)
    if facts.account is not None and facts.role is not None:
        facts, new, proposal = _agreed(wizard, facts, extras)
        if not extras.dry_run:
            proposal = configure.write(proposal, new, paths=services.paths, clock=services.clock)
        answer |= _profile_data(new, proposal, extras)
        if wizard.asker is not None:
            services.out.say()
        _tell(new, proposal, services, extras)
        if wizard.asker is not None and not extras.dry_run:
            _show_use(new, services)
        answer |= _default(wizard, new, extras)
    offer = "Write profiles for your other accounts and roles, too?"
    if _wants(wizard, extras, extras.every, offer if _has_more(facts) else "", default=False):
        answer["populated"] = _populate(wizard, facts, extras)
    answer["autostart"] = _autostart(wizard, extras)
    if extras.as_json:
        services.out.json(answer)


def _wants(wizard: Wizard, extras: Extras, said: bool | None, offer: str, *, default: bool) -> bool:
    """What was said; else what a person says to the offer, if there is one and somebody to ask.

    Raises:
        Interrupted: they left; what was written before stays.
    """
    if said is not None:
        return said
    if wizard.asker is None or extras.yes or extras.dry_run or not offer:
        return False
    try:
        return confirm(wizard.asker, offer, wizard.services.out, default=default)
    except (KeyboardInterrupt, click.Abort):
        wizard.services.out.say()  # the terminal still is in the question's line
        raise Interrupted("Interrupted.", "What is told above is done, and nothing else.") from None


def _agreed(wizard: Wizard, facts: Facts, extras: Extras) -> tuple[Facts, NewProfile, Proposal]:
    """What is going to be written: a profile that is there already changes only if somebody wants that.

    Raises:
        UsageError: there is nobody to ask.
    """
    services = wizard.services
    while True:
        new = _new_profile(wizard, facts, extras)
        proposal = configure.propose(new, paths=services.paths)
        replaces = proposal.present is not None and proposal.changes
        if extras.dry_run or (replaces and wizard.asker is not None and not extras.yes):
            _show(proposal, services, extras)
        if not replaces or extras.yes or extras.dry_run:
            return facts, new, proposal
        if wizard.asker is None:
            raise UsageError(
                f"There is a profile {new.name} already, which would change.",
                "Add --yes to change it, --dry-run to see how; or give this one another name with --profile.",
            )
        if confirm(wizard.asker, f"There is a profile {new.name} already. Change it so?", services.out, default=False):
            return facts, new, proposal
        facts = wizard.run(facts.without("profile"))


def _new_profile(wizard: Wizard, facts: Facts, extras: Extras) -> NewProfile:
    assert facts.account is not None  # noqa: S101 - the caller looked
    assert facts.role is not None  # noqa: S101
    return NewProfile(
        name=facts.answers["profile"],
        session=wizard.session(facts),
        account=facts.account,
        role_name=facts.role,
        region=facts.answers["region"],
        output=facts.answers.get("output"),
        credential_process=programs.credential_process(facts.answers["profile"]) if extras.process else None,
    )


def _show(proposal: Proposal, services: Services, extras: Extras) -> None:
    lines = diff_lines(proposal.before, proposal.after, name=services.paths.config.name)
    if lines and not extras.as_json:
        (services.out.answer_diff if extras.dry_run else services.out.say_diff)(lines)


def _tell(new: NewProfile, proposal: Proposal, services: Services, extras: Extras) -> None:
    """That it is there."""
    out = services.out
    if proposal.static_keys:
        out.advise(
            f"The credentials file has keys under [{new.name}], which Terraform and JavaScript take first.",
            f"Remove that section from {services.paths.credentials}.",
        )
    if extras.as_json:
        return
    if extras.dry_run:
        out.say("Nothing was changed.")
        return
    account = f"{new.account.name} ({new.account.id})" if new.account.name else new.account.id
    out.answer(f"The profile {new.name} is ready: {new.role_name} in {account}, {new.region}.")


def _show_use(new: NewProfile, services: Services) -> None:
    """What a newcomer types next."""
    out = services.out
    rows = (
        ("try it", f"aws sts get-caller-identity --profile {new.name}"),
        ("in this shell", _shell_line(new.name, services.env)),
        ("in every program", f"{PROGRAM} use {new.name}"),
    )
    for what, line in rows:
        out.say(f"  {what:<17} {out.paint(line, 'cyan')}")
    out.say()


def _shell_line(name: str, env: Mapping[str, str]) -> str:
    """What sets the profile in the shell that we seem to run in; without a sign of another the system's usual one."""
    shell = shell_named(env.get("SHELL", "").rpartition("/")[2]) or ("powershell" if os.name == "nt" else "bash")
    return lines(as_profile(name), shell).splitlines()[-1]


def _default(wizard: Wizard, new: NewProfile, extras: Extras) -> dict[str, Any]:
    services = wizard.services
    current = active.current(paths=services.paths)
    offer = f"Make it the default for all your AWS tools{f' (now: {current})' if current else ''}?"
    wants = _wants(wizard, extras, extras.default, offer if current != new.name else "", default=current is None)
    if not wants or extras.dry_run:
        return {"default": False}
    switch = Switch(paths=services.paths, clock=services.clock, env=services.env, environment=services.environment)
    used = switch.use(new.name, ways=services.settings.switch)
    with suppress(StoreFailed):  # the switch is made; that it is not among the recent ones is no failure
        services.recents.note(new.name)
    if not extras.as_json:
        use.tell(used, services, as_json=False)
    return {"default": True, "shadowed_by": use.as_data(used.shadowed_by)}


def _has_more(facts: Facts) -> bool:
    return len(facts.accounts or ()) > 1 or len(facts.roles or ()) > 1


def _populate(wizard: Wizard, facts: Facts, extras: Extras) -> dict[str, Any]:
    services, session = wizard.services, wizard.session(facts)
    output = facts.answers.get("output")
    wanted = Wanted(
        options=Options(
            session,
            {"output": output} if output else {},
            process=programs.credential_process if extras.process else None,
        ),
        naming=naming(**CLEAN_NAMES, session=session.name),  # type: ignore[arg-type]  # its values fit
        regions=(facts.answers["region"],),
    )
    token = wizard.token or wizard.token_for(session)
    listing = read_directory(session, token, services, refresh=False, quiet=extras.as_json)
    proposal = populate.propose(listing, wanted, paths=services.paths)
    if not extras.as_json:
        # How our own proposals for names turned out, and the profile that was just written, are no news here.
        tell(listing, replace(proposal, yours=(), names=replace(proposal.names, renamed=())), services, prune=False)
    if proposal.changes and not extras.dry_run:
        check(proposal, wanted, services, yes=extras.yes, as_json=extras.as_json)
        proposal = populate.write(proposal, listing, wanted, paths=services.paths, clock=services.clock)
    if not extras.as_json:
        report(listing, proposal, wanted, services, dry_run=extras.dry_run, as_json=False)
        services.out.say(f"`{PROGRAM} pick` searches them in a window, `{PROGRAM} profiles` lists them.")
    return as_data(listing, proposal, session, pruned=False, written=proposal.changes and not extras.dry_run)


def _autostart(wizard: Wizard, extras: Extras) -> bool:
    services = wizard.services
    if extras.dry_run or extras.autostart is False:
        return False
    can = extras.autostart or (
        wizard.asker is not None and services.has_display() and services.autostart.state() == "off"
    )
    offer = "Start the tray with your desktop, which renews sign-ins and reminds you?"
    if not _wants(wizard, extras, extras.autostart, offer if can else "", default=True):
        return False
    services.autostart.enable(programs.tray())
    if not extras.as_json:
        services.out.say(f"It starts when you next log on; `{PROGRAM} start` starts it now.")
    return True


def _session_data(wizard: Wizard, facts: Facts) -> dict[str, Any]:
    session = wizard.session(facts)
    return {
        "session": session.name,
        "start_url": session.start_url,
        "sso_region": session.region,
        "new_session": session.name not in {other.name for other in facts.sessions},
        "profile": None,
        "account_id": None,
        "account_name": None,
        "role_name": None,
        "region": facts.answers["region"],
        "output": facts.answers.get("output"),
        "replaced": False,
        "written": False,
        "default": False,
        "shadowed_by": [],
        "populated": None,
    }


def _profile_data(new: NewProfile, proposal: Proposal, extras: Extras) -> dict[str, Any]:
    return {
        "profile": new.name,
        "account_id": new.account.id,
        "account_name": new.account.name,
        "role_name": new.role_name,
        "replaced": proposal.present is not None,
        "written": proposal.changes and not extras.dry_run,
    }

"""What comes next. Pure."""

from __future__ import annotations

from aws_sso_core.errors import AppError, UsageError
from aws_sso_core.model import Account, Session
from aws_sso_core.naming import Candidate, naming, told_apart
from aws_sso_core.naming.sessions import session_names
from aws_sso_core.partitions import partition_of
from aws_sso_core.questions.answers import name_taken
from aws_sso_core.questions.facts import Facts, first_free
from aws_sso_core.questions.words import ANOTHER, CLEAN_NAMES, OUTPUTS, Choice, Do, Question
from aws_sso_core.start_url import EXAMPLE, StartUrl, same_center

_PLAIN_SESSION = "sso"
_NAMELESS = "(no name)"
_SHOWN = 10


def next_step(facts: Facts) -> Question | Do:
    """What is next. Each question is asked once, and ``Do.WRITE`` comes when all is known.

    Raises:
        UsageError: answers contradict each other, or what is there.
        AppError: the signed-in person has no account.
    """
    session = facts.session
    if session is None:
        return _session_step(facts)
    _refuse_other_url(facts, session)
    if not facts.every or "account" in facts.answers:
        step = _role_step(facts)
        if step is not None:
            return step
    return _profile_step(facts, session) or Do.WRITE


def proposed_name(facts: Facts, account: Account, role: str) -> str:
    """A profile name such as dev-account.admin that no profile for something else has."""
    others = [name for name, identity in facts.profiles.items() if identity != (account.id, role)]
    candidate = Candidate(account, role, "")
    rules = naming(components="account_name,role_name", **CLEAN_NAMES)  # type: ignore[arg-type]  # its values fit
    return told_apart([candidate], rules, taken=others).named[candidate]


def _session_step(facts: Facts) -> Question | Do:
    start = facts.start
    if start is None:
        if "session" not in facts.answers and facts.sessions:
            return _which_session(facts)
        return Question(
            "start_url",
            "Start URL",
            default=facts.portal.url if facts.portal else "",
            note=f"The address of the page where you choose an AWS account, as in {EXAMPLE}: copy it from your browser.",
            missing="The start URL is missing.",
        )
    if facts.sso_region is None:
        return _which_region(facts, start) if facts.looked else Do.FIND_REGION
    return Question(
        "session",
        "Name for this sign-in",
        default=first_free(session_names(_PLAIN_SESSION), facts),
        note="A short name; `aws sso login --sso-session NAME` and our commands call it so.",
        missing="The name of the sso-session is missing.",
    )


def _which_session(facts: Facts) -> Question:
    rows = [Choice(s.name, f"{s.label}  {s.start_url}") for s in facts.sessions]
    return Question(
        "session",
        "Which sign-in is the profile for",
        (*rows, Choice(ANOTHER, "another one, which is not set up yet")),
        default=facts.sessions[0].name,
        missing=f"There are several sessions: {', '.join(s.label for s in facts.sessions)}.",
    )


def _which_region(facts: Facts, start: StartUrl) -> Question:
    return Question(
        "sso_region",
        "Region of that IAM Identity Center",
        _region_choices(facts, start.partition, facts.usual_region),
        default=facts.usual_region or "",
        is_open=True,
        note="The region was not found out. Where you choose an account, `Access keys` shows it as SSO region.",
        missing=f"The region of {start.url} could not be found out.",
    )


def _role_step(facts: Facts) -> Question | Do | None:
    if facts.accounts is None:
        return Do.READ_ACCOUNTS
    if not facts.accounts:
        raise AppError("You have no AWS accounts there yet.", "Ask an administrator to assign you to one.")
    if facts.account is None:
        rows = sorted(facts.accounts, key=lambda a: (not a.name, (a.name or "").casefold(), a.id))
        width = max(len(a.name or _NAMELESS) for a in rows)
        listed = ", ".join(a.name or a.id for a in rows[:_SHOWN]) + (", ..." if len(rows) > _SHOWN else "")
        return Question(
            "account",
            "Account",
            tuple(Choice(a.id, f"{(a.name or _NAMELESS).ljust(width)}  {a.id}") for a in rows),
            missing=f"There are {len(rows)} accounts: {listed}.",
        )
    if facts.roles is None:
        return Do.READ_ROLES
    if facts.role is None:
        return Question(
            "role",
            "Role",
            tuple(Choice(role, role) for role in sorted(facts.roles, key=str.casefold)),
            missing=f"There are {len(facts.roles)} roles: {', '.join(sorted(facts.roles))}.",
        )
    return None


def _profile_step(facts: Facts, session: Session) -> Question | None:
    if "region" not in facts.answers:
        usual = facts.usual_region or session.region
        return Question(
            "region",
            "Region to work in",
            _region_choices(facts, partition_of(session.region).name, usual),
            default=usual,
            is_open=True,
            missing="The region of the profile is missing.",
        )
    if "output" not in facts.answers and facts.attended:
        return Question(
            "output", "Output of the AWS CLI", tuple(Choice(word, word) for word in OUTPUTS), default=OUTPUTS[0]
        )
    if "profile" not in facts.answers and facts.account is not None and facts.role is not None:
        return Question("profile", "Name of the profile", default=proposed_name(facts, facts.account, facts.role))
    return None


def _refuse_other_url(facts: Facts, session: Session) -> None:
    start, region = facts.start, facts.answers.get("sso_region")
    there = next((s for s in facts.sessions if s.name == session.name), None)
    if there is None or (start is None and region is None):
        return
    if start is not None and not same_center(there.start_url, start.url):
        raise name_taken(there)
    if region is not None and region != there.region:
        raise UsageError(
            f"The sso-session {there.name!r} is in {there.region}, not in {region}.", "Leave --sso-region out."
        )


def _region_choices(facts: Facts, partition: str, first: str | None) -> tuple[Choice, ...]:
    rows = sorted(facts.regions, key=lambda name: (name != first, partition_of(name).name != partition, name))
    width = max(map(len, rows), default=0)
    return tuple(Choice(name, f"{name.ljust(width)}  {facts.regions[name]}") for name in rows)

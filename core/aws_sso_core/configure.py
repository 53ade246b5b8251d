"""One profile, and the sso-session that it signs in with, in one change of the config file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_sso_core.clock import Clock
from aws_sso_core.config.default_section import is_identity
from aws_sso_core.config.edit import Editor
from aws_sso_core.config.helper_form import through_helper
from aws_sso_core.config.text import Section, Value, by_profile, section_name
from aws_sso_core.config_change import carry_out
from aws_sso_core.model import Account, Session
from aws_sso_core.naming import Candidate
from aws_sso_core.paths import Paths
from aws_sso_core.plan import needs_session, session_values, written_name
from aws_sso_core.profiles import read_sections


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What a profile is to be."""

    name: str
    session: Session
    """An sso-session, in the config or not."""
    account: Account
    role_name: str
    region: str
    output: str | None = None
    credential_process: str | None = None
    """The whole command line (``programs.credential_process``), if every AWS tool is to ask it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written."""

    before: bytes | None
    after: bytes
    present: Section | None
    """What a profile of that name holds now; None where there is none."""
    new_session: bool
    static_keys: bool
    """Whether the credentials file has keys under that name, which some SDKs take first."""

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return self.after != (self.before or b"")

    @property
    def gist(self) -> tuple[Section | None, bool]:
        """The profile that is replaced, and whether its session is new."""
        return self.present, self.new_session


def propose(new: NewProfile, *, paths: Paths) -> Proposal:
    """Work out what would be written; nothing is.

    A profile of that name keeps its other settings; whatever else decided whose credentials it gives is taken out.

    Raises:
        ConfigUnreadable: AWS tools cannot parse one of the files.
        UsageError: the session's name is taken.
        EditRefused: the change cannot be made.
    """
    config, credentials = read_sections(paths.config), read_sections(paths.credentials)
    found = by_profile(config.sections)
    new_session = needs_session(new.session, found)
    present = found.profiles.get(new.name)
    values = _values(new)
    editor = Editor(config.text, parsed=config.sections)
    if new_session:
        editor.add(f"sso-session {new.session.name}", session_values(new.session))
    if present is None:
        editor.add(section_name("profile", new.name), values)
    elif changes := _changes(present, values):
        editor.set(found.headers[new.name], changes)
    return Proposal(
        config.data,
        editor.text().encode(config.encoding),
        present,
        new_session,
        "aws_access_key_id" in credentials.sections.get(new.name, {}),
    )


def write(proposal: Proposal, new: NewProfile, *, paths: Paths, clock: Clock) -> Proposal:
    """Replace the config file by what was proposed, or by the same change of what it is by now; see ``carry_out``."""
    return carry_out(proposal, lambda: propose(new, paths=paths), paths=paths, clock=clock, by="configure")


def _values(new: NewProfile) -> Section:
    values: Section = {"sso_session": new.session.name}
    account_name = written_name(Candidate(new.account, new.role_name, new.region))
    if account_name is not None:
        values["sso_account_name"] = account_name
    values |= {"sso_account_id": new.account.id, "sso_role_name": new.role_name, "region": new.region}
    if new.output is not None:
        values["output"] = new.output
    return values if new.credential_process is None else through_helper(values, new.credential_process)


def _changes(present: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, Value | None]:
    gone = {key: None for key in present if is_identity(key) and key not in values}
    return {**gone, **{key: value for key, value in values.items() if present.get(key) != value}}

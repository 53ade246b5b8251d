"""What a check is, what it may look at, and running one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError
from aws_sso_core.model import Session
from aws_sso_core.paths import Paths

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc, PortalClient
    from aws_sso_core.desktop.ports import Autostart
    from aws_sso_core.other_programs import Ran
    from aws_sso_core.profiles import Config
    from aws_sso_core.registrations import Registrations
    from aws_sso_core.settings import Settings
    from aws_sso_core.state import Learned, Wanted
    from aws_sso_core.state.tray_report import TrayReport
    from aws_sso_core.token_cache import TokenCache

_log = logging.getLogger(__name__)


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """It works, but will surprise somebody."""
    PROBLEM = "problem"
    """Something does not work. Any of these makes the exit code 1."""
    SKIPPED = "skipped"
    """It cannot be told here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What ``--fix`` may do by itself: safe, undone in one step, and never about anybody's credentials."""

    label: str
    """As an offer: "Let only you read it"."""
    do: Callable[[], None]
    """Does it; raises AppError when it cannot."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check has to say."""

    verdict: Verdict
    sentence: str
    advice: str = ""
    """What to do, for anything but OK."""
    evidence: tuple[str, ...] = ()
    """What was seen, a line each; never a secret."""
    fix: Fix | None = None


class Machine(Protocol):
    """What checks may look at. Only doors can give all of it (``cli/services.py`` does)."""

    env: Mapping[str, str]
    clock: Clock

    @property
    def paths(self) -> Paths:
        """Where everything lies."""

    @property
    def config(self) -> Config:
        """Profiles and sessions, read anew; raises ConfigUnreadable."""

    @property
    def settings(self) -> Settings:
        """The person's settings."""

    @property
    def tokens(self) -> TokenCache:
        """AWS's token files."""

    @property
    def registrations(self) -> Registrations:
        """Our client registrations."""

    @property
    def learned(self) -> Learned:
        """What is known of how long sign-ins last."""

    @property
    def wanted(self) -> Wanted:
        """Who waits for a sign-in."""

    @property
    def lasting(self) -> dict[str, str]:
        """The lasting environment variables that AWS tools go by."""

    @property
    def autostart(self) -> Autostart:
        """What starts the tray."""

    def oidc(self, session: Session, profile: str | None) -> Oidc:
        """The service that signs people in."""

    def portal(self, session: Session, profile: str | None) -> PortalClient:
        """The access portal's service."""

    def has_display(self) -> bool:
        """Whether there is a desktop to draw on."""

    def has_tray_host(self) -> bool | None:
        """Whether something shows tray icons."""

    def tray(self) -> int | None:
        """The process id of the running tray; None when none runs."""

    def tray_report(self) -> TrayReport | None:
        """What the running tray answers now; None when it does not."""

    def run(self, command: Sequence[str]) -> Ran | None:
        """Run a program of this machine, its output at once; None when it cannot be started or takes too long."""

    def which(self, program: str) -> Path | None:
        """Where a shell would find this program."""

    def programs_elsewhere(self, program: str) -> list[Path]:
        """Where it is although this shell does not find it."""


Examination = Callable[[Machine], Iterable[Finding]]
"""Looks at one thing and yields what is to be said of it: nothing is wrong when it yields nothing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One small check."""

    id: str
    """Stable, for ``--json`` and for words in a ticket: "static-keys"."""
    area: str
    """The heading that it stands under."""
    title: str
    """What it is about, for a check that could not be made."""
    fine: str
    """What is said when it has nothing to say."""
    examine: Examination
    network: bool = False
    """Whether it asks AWS."""
    needs_config: bool = True
    """Whether it has nothing to look at when config or credentials cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Result:
    """A check and one of its findings."""

    check: Check
    finding: Finding


def checkup(checks: Sequence[Check], machine: Machine, *, network: bool) -> Iterator[Result]:
    """Every finding, as it is made. A check never keeps the next one from running.

    Args:
        checks: in this order.
        machine: what they look at.
        network: whether AWS may be asked.
    """
    blind = unreadable(machine)
    for check in checks:
        if check.network and not network:
            yield Result(check, Finding(Verdict.SKIPPED, f"{check.title}: not asked (--offline)."))
        elif check.needs_config and blind:
            yield Result(
                check,
                Finding(Verdict.SKIPPED, f"{check.title}: cannot be told as long as the config cannot be parsed."),
            )
        else:
            yield from (Result(check, finding) for finding in _examined(check, machine))


def _examined(check: Check, machine: Machine) -> Sequence[Finding]:
    try:
        return list(check.examine(machine)) or [Finding(Verdict.OK, check.fine)]
    except AppError as error:
        return [Finding(Verdict.PROBLEM, error.sentence, error.hint)]
    except Exception:  # noqa: BLE001 - a bug in one check must not hide what the others see
        _log.exception("the check %s failed", check.id)
        return [
            Finding(
                Verdict.SKIPPED,
                f"{check.title}: this check itself failed, which is a bug of ours.",
                "The log has the details.",
            )
        ]


def unreadable(machine: Machine) -> bool:
    """Whether there is a config that nobody can parse."""
    try:
        _ = machine.config
    except AppError:
        return True
    return False


def ok(sentence: str, *evidence: str) -> Finding:
    """All is well, and this is what was seen."""
    return Finding(Verdict.OK, sentence, evidence=evidence)


def warning(sentence: str, advice: str, *evidence: str, fix: Fix | None = None) -> Finding:
    """It works, but will surprise somebody."""
    return Finding(Verdict.WARNING, sentence, advice, evidence, fix)


def problem(sentence: str, advice: str, *evidence: str, fix: Fix | None = None) -> Finding:
    """Something does not work."""
    return Finding(Verdict.PROBLEM, sentence, advice, evidence, fix)


def skipped(sentence: str) -> Finding:
    """It cannot be told here."""
    return Finding(Verdict.SKIPPED, sentence)

"""A machine in order for the doctor, and what can be broken on it."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from auth_bench import Bench
from aws_sso_core.cli.services import Services
from aws_sso_core.desktop.ports import AutostartState
from aws_sso_core.doctor.checks import CHECKS
from aws_sso_core.doctor.checkup import Finding, Result, Verdict, checkup
from aws_sso_core.other_programs import Ran
from aws_sso_core.state.tray_report import TrayReport
from cli_world import World
from fakes import NOON

CONFIG = """\
[sso-session corp]
sso_start_url = {url}
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
"""
SSO = "[profile two]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n"
"""One more profile, whose region is still to come."""


class FakeAutostart:
    def __init__(self, state: AutostartState) -> None:
        self._state = state

    def state(self) -> AutostartState:
        return self._state

    def enable(self, command: object) -> None:
        raise AssertionError(command)

    def disable(self) -> None:
        raise AssertionError


class Patient:
    """A machine in order: signed in, the tray runs, AWS answers. ``services`` overrides what it says of itself."""

    def __init__(self, world: World, bench: Bench) -> None:
        self.world, self.bench = world, bench
        self.programs = {name: Path(os.sep, "bin", name) for name in ("aws", "aws-sso-tray", "made-up")}
        self.says: dict[str, Ran | None] = {"aws": Ran(0, "aws-cli/2.30.1 Python/3.13.7 Linux/6.1 exe/x86_64")}
        self.says["aws-sso-tray"] = Ran(0, f"aws-sso-tray {version('aws-sso-tray')}\n")
        self.elsewhere: list[Path] = []
        self.tray: int | None = 4711
        self.report: TrayReport | None = TrayReport(4711, NOON, "dbus", "events", "1.0")
        self.display, self.tray_host = True, True
        self.autostart: AutostartState = "on"
        world.clock = bench.clock
        world.prepare = self._prepare
        world.config(CONFIG.format(url=bench.box.start_url))
        (world.aws / "credentials").touch(mode=0o600)
        bench.given_token()
        bench.tokens.write(bench.session, bench.token())

    def _prepare(self, services: Services) -> None:
        fakes: dict[str, Any] = {
            "oidc": lambda session, _profile: self.bench.oidc(session),
            "portal": lambda session, _profile: self.bench.portal(session),
            "which": self.programs.get,
            "run": lambda command: self.says.get(Path(command[0]).name),
            "programs_elsewhere": lambda _program: self.elsewhere,
            "tray": lambda: self.tray,
            "tray_report": lambda: self.report,
            "has_display": lambda: self.display,
            "has_tray_host": lambda: self.tray_host,
            "autostart": FakeAutostart(self.autostart),
        }
        vars(services).update(fakes)

    def examine(self) -> list[Result]:
        return list(checkup(CHECKS, self.world.services(), network=True))

    def complaints(self) -> dict[str, Finding]:
        """What is not in order, by check; the last word of each counts."""
        bad = (Verdict.WARNING, Verdict.PROBLEM)
        return {r.check.id: r.finding for r in self.examine() if r.finding.verdict in bad}

    def add(self, text: str) -> None:
        with (self.world.aws / "config").open("a") as f:
            f.write(text)

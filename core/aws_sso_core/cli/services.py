"""The composition root of the command line: everything a command may need, made when it first asks.

Only doors hold this bag. A command takes what it uses out of it and hands that on to the job, by keyword.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aws_sso_core import logs
from aws_sso_core.cli.later import Later
from aws_sso_core.cli.output import Output
from aws_sso_core.clock import Clock
from aws_sso_core.paths import Paths

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc, Pace, PortalClient
    from aws_sso_core.browser import Browser
    from aws_sso_core.desktop.ports import Autostart, Environment, Instance
    from aws_sso_core.model import Session
    from aws_sso_core.other_programs import Ran
    from aws_sso_core.profiles import Config
    from aws_sso_core.registrations import Registrations
    from aws_sso_core.role_cache import RoleCache
    from aws_sso_core.settings import Settings
    from aws_sso_core.state import Learned, Recents, Wanted, Wishes
    from aws_sso_core.state.tray_report import TrayReport
    from aws_sso_core.token_cache import TokenCache
    from aws_sso_core.warm_entries import WarmEntries


TRAY_PATIENCE = 3.0
"""Seconds for the tray to answer a question; its watcher may look only once a second."""


class Services:
    """The machine, the person's files and the two streams, as one command sees them."""

    def __init__(self, *, env: Mapping[str, str], out: Output, clock: Clock, zone: tzinfo | None = None) -> None:
        """``zone`` is the one that people are told times in; None is the machine's own."""
        self.env = env
        self.out = out
        self.clock = clock
        self.zone = zone
        self.verbose = False
        self.judges_settings = True
        """Whether what is wrong in them is said when they are first looked at."""
        self._open = ExitStack()
        self._log: logs.LogFile | None = None

    @cached_property
    def paths(self) -> Paths:
        """Where everything lies."""
        return Paths.from_environment(self.env)

    @cached_property
    def settings(self) -> Settings:
        """The person's settings; what is wrong in them is said once, and the default taken."""
        from aws_sso_core.settings import load, managed  # noqa: PLC0415 - as all below: a command loads what it uses

        settings = load(self.paths.settings, managed=managed.layers(self.paths.managed_settings))
        for problem in settings.problems if self.judges_settings else ():
            self.out.advise(problem)
        return settings

    @property
    def config(self) -> Config:
        """Profiles and sessions, read anew.

        Raises:
            ConfigUnreadable: a file that no AWS tool can parse.
        """
        from aws_sso_core.profiles import load  # noqa: PLC0415

        return load(config=self.paths.config, credentials=self.paths.credentials)

    @cached_property
    def tokens(self) -> TokenCache:
        """AWS's token files."""
        from aws_sso_core.token_cache import TokenCache  # noqa: PLC0415

        return TokenCache(self.paths.sso_cache, sleep=self.clock.sleep)

    @cached_property
    def role_cache(self) -> RoleCache:
        """Role credentials, in AWS CLI's own form."""
        from aws_sso_core.role_cache import RoleCache  # noqa: PLC0415

        return RoleCache(self.paths.cli_cache)

    @cached_property
    def warm_entries(self) -> WarmEntries:
        """What the credential helper's short way knows."""
        from aws_sso_core.warm_entries import WarmEntries  # noqa: PLC0415

        return WarmEntries(self.paths.warm_dir, self.env, self.clock)

    @cached_property
    def registrations(self) -> Registrations:
        """Our OIDC client registrations."""
        from aws_sso_core import desktop  # noqa: PLC0415
        from aws_sso_core.registrations import Registrations  # noqa: PLC0415

        return Registrations(self.paths.registrations_dir, desktop.sealing())

    def oidc(self, session: Session, profile: str | None) -> Oidc:
        """The service that signs people in; ``profile``, or the environment's, says what network it is reached by.

        It is made when it is first asked for something, and only then loads boto3: to find that a sign-in is still good
        takes none. So a region that is none, or an endpoint that makes no sense, is a UsageError of that first call.
        """

        def make() -> Oidc:
            from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms

            return aws.oidc(session, clock=self.clock, config=self.paths.config, profile=profile)

        return cast("Oidc", Later(make))

    def portal(self, session: Session, profile: str | None) -> PortalClient:
        """The access portal's service; else as ``oidc``."""

        def make() -> PortalClient:
            from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms

            pace = self._pace(session, attempts=aws.ATTEMPTS)
            return aws.portal(session, clock=self.clock, config=self.paths.config, profile=profile, pace=pace)

        return cast("PortalClient", Later(make))

    def _pace(self, session: Session, *, attempts: int) -> Pace:
        """All our processes together ask a portal no faster than AWS allows."""
        import threading  # noqa: PLC0415 - as above

        from aws_sso_core.identity_center.budget import Budget  # noqa: PLC0415
        from aws_sso_core.identity_center.ledger import SharedLedger  # noqa: PLC0415

        ledger = SharedLedger(self.paths.locks_dir, session)
        return Budget(clock=self.clock, stopped=threading.Event(), ledger=ledger, attempts=attempts)

    def browser(self, command_line: str | None) -> Browser:
        """The person's browser, or the one of this command line; it gets no role that this shell was given."""
        from aws_sso_core.as_profile.environment import without_given  # noqa: PLC0415
        from aws_sso_core.browser import SystemBrowser  # noqa: PLC0415

        return SystemBrowser(command_line, without_given(self.env))

    @cached_property
    def learned(self) -> Learned:
        """What is known about how long sign-ins last."""
        from aws_sso_core.state.learned import Learned  # noqa: PLC0415

        return Learned(self.paths.state_dir)

    @cached_property
    def recents(self) -> Recents:
        """The profiles chosen last."""
        from aws_sso_core.state.recents import Recents  # noqa: PLC0415

        return Recents(self.paths.state_dir)

    @cached_property
    def wanted(self) -> Wanted:
        """Who waits for a sign-in."""
        from aws_sso_core.state.wanted import Wanted  # noqa: PLC0415

        return Wanted(self.paths.wanted_dir, self.clock)

    @cached_property
    def wishes(self) -> Wishes:
        """What the running tray is asked for."""
        from aws_sso_core.state.wishes import Wishes  # noqa: PLC0415

        return Wishes(self.paths.wishes_dir, self.clock)

    @cached_property
    def instance(self) -> Instance:
        """The running tray, if there is one."""
        from aws_sso_core import desktop  # noqa: PLC0415

        return desktop.instance(self.paths)

    @cached_property
    def autostart(self) -> Autostart:
        """What starts the tray with the desktop session."""
        from aws_sso_core import desktop  # noqa: PLC0415

        return desktop.autostart()

    @cached_property
    def environment(self) -> Environment:
        """The person's lasting environment variables."""
        from aws_sso_core import desktop  # noqa: PLC0415

        return desktop.environment(self.paths)

    @cached_property
    def lasting(self) -> dict[str, str]:
        """The lasting variables among those that AWS tools go by."""
        from aws_sso_core.resolve import VARIABLES  # noqa: PLC0415

        return {name: value for name in VARIABLES if (value := self.environment.get(name))}

    def has_display(self) -> bool:
        """Whether there is a desktop to draw on."""
        from aws_sso_core import desktop  # noqa: PLC0415

        return desktop.display()

    def has_tray_host(self) -> bool | None:
        """Whether something shows tray icons; None when nobody knows."""
        from aws_sso_core import desktop  # noqa: PLC0415

        return desktop.tray_host()

    def tray(self) -> int | None:
        """The process id of the running tray; None when none runs."""
        return self.instance.holder()

    def tray_report(self) -> TrayReport | None:
        """What the running tray answers now; None when it does not."""
        return self._tray_report

    @cached_property
    def _tray_report(self) -> TrayReport | None:
        from aws_sso_core.state import tray_report  # noqa: PLC0415 - as above

        pid, asked_at = self.tray(), self.clock.now().replace(microsecond=0)  # files have whole seconds
        if pid is None:
            return None
        self.wishes.ask(tray_report.WISH)
        until = self.clock.monotonic() + TRAY_PATIENCE
        while self.clock.monotonic() < until:
            report = tray_report.read(self.paths.state_dir)
            if report and report.pid == pid and report.at >= asked_at:
                return report
            self.clock.sleep(0.05)
        return None

    def run(self, command: Sequence[str]) -> Ran | None:
        """Run another program and give what it says."""
        from aws_sso_core import other_programs  # noqa: PLC0415 - as above

        return other_programs.run(command, self.env)

    def open_file(self, path: Path) -> bool:
        """Show a file in the person's editor; False when nothing opens it."""
        from aws_sso_core import desktop  # noqa: PLC0415 - as above

        return desktop.open_file(path, self.env)

    def which(self, program: str) -> Path | None:
        """Where a shell like this one finds another program."""
        from aws_sso_core import other_programs  # noqa: PLC0415 - as above

        return other_programs.which(program, self.env)

    def programs_elsewhere(self, program: str) -> list[Path]:
        """Where another program is although this shell does not find it."""
        from aws_sso_core import other_programs  # noqa: PLC0415 - as above

        return other_programs.elsewhere(program, env=self.env, lasting_path=self.environment.get("PATH"))

    def log_to_file(self, program: str) -> None:
        """Write the log from now on; ``program`` names this process in it."""
        self._log = self._open.enter_context(logs.writing(self.paths.log_dir, program))

    def log_to_stderr(self) -> None:
        """Show the log, too."""
        self.verbose = True
        if self.out.stderr is not None:
            self._open.enter_context(logs.shown(self.out.stderr))

    @property
    def log_file(self) -> Path | None:
        """Where the log is written, or None when it cannot be."""
        return self._log.path if self._log and not self._log.failed else None

    def close(self) -> None:
        """Give everything back."""
        self._open.close()

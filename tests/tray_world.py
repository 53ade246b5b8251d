"""A whole tray over a made-up home folder: real files, real stores and rules; only time, children and the screen are fake."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aws_sso_core.json_file import JsonFile
from aws_sso_core.model import Secret, Session, SessionStatus, State, Token
from aws_sso_core.paths import Paths
from aws_sso_core.state import Learned, Wanted, Wishes
from aws_sso_core.switching import choice
from aws_sso_core.token_cache import TokenCache
from aws_sso_tray.board import Board
from aws_sso_tray.engine import Engine
from aws_sso_tray.events import Event
from aws_sso_tray.inbox import Hint, Inbox
from aws_sso_tray.reading import Reader
from aws_sso_tray.snapshot import Snapshot
from aws_sso_tray.watcher import Events, Watcher
from fakes import FakeClock
from tray_fakes import FakeJobs, FakeNotifier, FakeOpeners, FakeView

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
LEGACY_URL = "https://old.awsapps.com/start"

CONFIG = """\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev.admin]
sso_session = corp
sso_account_id = 000000000001
sso_role_name = Admin

[profile dev.readonly]
sso_session = corp
sso_account_id = 000000000001
sso_role_name = ReadOnly
"""

LEGACY_PROFILE = f"""
[profile shop]
sso_start_url = {LEGACY_URL}
sso_region = us-east-1
sso_account_id = 000000000009
sso_role_name = Admin
"""


def _no_events(*_: object) -> Events:
    raise OSError("tests sweep by themselves")


class TrayWorld:
    """The tray without its icon, one step at a time.

    ``turn`` lets the engine do what is due; ``after`` lets time pass in steps as short as the engine asks for.
    """

    def __init__(self, home: Path, config: str = CONFIG) -> None:
        self.clock = FakeClock()
        self.env = {"HOME": str(home), "USERPROFILE": str(home), "AWS_SSO_TRAY_HOME": str(home / "ours")}
        self.paths = Paths.from_environment(self.env)
        self.paths.aws_dir.mkdir(parents=True, exist_ok=True)
        if not self.paths.config.exists():
            self.paths.config.write_text(config)
        self.tokens = TokenCache(self.paths.sso_cache, sleep=self.clock.sleep)
        self.learned = Learned(self.paths.state_dir)
        self.wanted = Wanted(self.paths.wanted_dir, self.clock)
        self.wishes = Wishes(self.paths.wishes_dir, self.clock)
        self.jobs, self.notifier, self.view = FakeJobs(), FakeNotifier(), FakeView()
        self.idle: float | None = 0.0
        self.reports: list[datetime] = []
        self.openers = FakeOpeners()
        self.new_here = False
        self.left: list[datetime] = []
        self.inbox: Inbox[Event] = Inbox()
        self.engine = self.new_engine()

    def new_engine(self) -> Engine:
        """The tray as it comes up after a restart."""
        state = [self.paths.state_dir / name for name in ("learned.json", "pause.json", "recents.json", choice.FILE)]
        self.watcher = Watcher(
            files=[self.paths.config, self.paths.credentials, self.paths.settings, *state],
            folders=[self.paths.sso_cache, self.paths.wanted_dir, self.paths.wishes_dir],
            hint=self.inbox.hint,
            observe=_no_events,
        )
        self.watcher.start()
        self.engine = Engine(
            inbox=self.inbox,
            clock=self.clock,
            reader=Reader(paths=self.paths, clock=self.clock, env=self.env),
            watcher=self.watcher,
            jobs=self.jobs,
            board=Board(self.notifier),
            wishes=self.wishes,
            memory=JsonFile(self.paths.state_dir / "tray.json", lock=self.paths.locks_dir / "tray.lock"),
            idle_seconds=lambda _now: self.idle,
            zone=UTC,
            can_find=True,
            report=lambda: self.reports.append(self.clock.now()),
            openers=self.openers,
            sign_out_now=lambda: self.left.append(self.clock.now()),
            new_here=lambda: self.new_here,
        )
        self.engine.show_on(self.view)
        return self.engine

    @property
    def now(self) -> datetime:
        """The wall clock."""
        return self.clock.now()

    @property
    def snapshot(self) -> Snapshot:
        """What the tray shows."""
        return self.view.snapshots[-1]

    def status(self, name: str = "corp") -> SessionStatus:
        """One session as the tray shows it."""
        return next(s for s in self.snapshot.sessions if name in (s.session.name, s.session.label))

    def state(self, name: str = "corp") -> State:
        """Its state."""
        return self.status(name).state

    def turn(self, *events: Event | Hint) -> None:
        """These happen, and the engine has its turn."""
        for event in events:
            self.engine.handle(event)
        self.engine.turn()

    def after(self, length: timedelta) -> None:
        """Time passes, the engine awake all along."""
        end = self.now + length
        self.engine.turn()
        while self.now < end:
            # To the next moment the policy asked for; the engine itself would sweep every few seconds on the way.
            due = self.engine._wake_at or end
            self.clock.advance(max(timedelta(seconds=1), min(due, end, self.now + timedelta(minutes=5)) - self.now))
            self.engine.turn()

    def write_token(self, session: Session = CORP, *, lives: timedelta = timedelta(hours=1), name: str = "") -> Token:
        """Some program writes a token file."""
        legacy = session.kind == "legacy"
        token = Token(
            access_token=Secret(f"access {self.now.isoformat()}{name}"),
            expires_at=self.now + lives,
            refresh_token=None if legacy else Secret(f"refresh {self.now.isoformat()}"),
            client_id="client",
            client_secret=Secret("secret"),
            registration_expires_at=self.now + timedelta(days=80),
        )
        self.tokens.write(session, token)
        moment = self.now.timestamp()
        os.utime(self.tokens.path(session), (moment, moment))  # by this world's clock, not the machine's
        return token

    def configured(self, text: str) -> None:
        """These are the settings from now on."""
        self.paths.settings.parent.mkdir(parents=True, exist_ok=True)
        self.paths.settings.write_text(text)

    def signed_in(self, *, length: timedelta | None = timedelta(hours=8)) -> None:
        """Somebody signs in to corp now; sign-ins there are known to last for ``length``."""
        if length is not None:
            self.configured(f'[session_durations]\ncorp = "{length.total_seconds() / 3600:g}h"\n')
        self.write_token()
        self.learned.record_sign_in("corp", self.now, fresh=True)
        self.turn()

    def renewed(self, lives: timedelta = timedelta(hours=1)) -> None:
        """The renewal that runs succeeds."""
        self.write_token(lives=lives)
        self.learned.record_renewed("corp", self.now)
        self.turn(self.jobs.ended("renew", "corp", event="renewed"))

    def renewing_for(self, length: timedelta) -> None:
        """Time passes, and every renewal that is asked for succeeds."""
        end = self.now + length
        while self.now < end:
            self.after(min(timedelta(minutes=5), end - self.now))
            if ("renew", "corp") in self.jobs.running:
                self.renewed()

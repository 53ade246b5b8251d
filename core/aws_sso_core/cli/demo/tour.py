"""The story, told in a terminal in under two minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aws_sso_core import overview
from aws_sso_core.cli.demo.commands import Command, Ran, Runner, boto3, ours
from aws_sso_core.cli.demo.home import SESSION, Home
from aws_sso_core.cli.demo.stage import Bar, Stage
from aws_sso_core.cli.demo.watch import Frame, Renewed, Spoken, watch
from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError
from aws_sso_core.expiry import Expired, Facts, Policy, Warn
from aws_sso_core.profiles import load
from aws_sso_core.sandbox import Knobs
from aws_sso_core.settings import Settings
from aws_sso_core.state import Learned, Wanted
from aws_sso_core.token_cache import TokenCache

BUTTONS = ("Sign in", "Later")
_REAL = Knobs()
"""The lifetimes that AWS has unless an administrator changes them."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long things last in the story, and what the policy makes of it."""

    token: timedelta = timedelta(seconds=20)
    sign_in: timedelta = timedelta(seconds=40)
    renew_with_left: timedelta = timedelta(seconds=8)
    leads: tuple[timedelta, ...] = (timedelta(seconds=20), timedelta(seconds=10), timedelta(0))

    def times(self, factor: float) -> Lengths:
        """The same story, slower or faster; tokens live whole seconds."""
        whole = [max(1, round(length.total_seconds() * factor)) for length in (self.token, self.sign_in)]
        return Lengths(
            timedelta(seconds=whole[0]),
            timedelta(seconds=whole[1]),
            self.renew_with_left * factor,
            tuple(lead * factor for lead in self.leads),
        )

    @property
    def policy(self) -> Policy:
        """Our own policy; only its numbers are smaller."""
        return Policy(
            leads=self.leads,
            together=self.renew_with_left / 4,
            renew_with_left=self.renew_with_left,
            renew_spread=timedelta(0),
        )


class Tour:
    """Tells the story once.

    Args:
        home: the throw-away home; its sandbox's knobs are turned on the way.
        runner: runs the commands.
        stage: where it is told.
        clock: the time of the story.
        lengths: how long things last.
    """

    def __init__(self, *, home: Home, runner: Runner, stage: Stage, clock: Clock, lengths: Lengths) -> None:
        self._home = home
        self._runner = runner
        self._stage = stage
        self._clock = clock
        self._lengths = lengths
        self._signed_in_at = clock.now()

    def tell(self) -> None:
        """All chapters.

        Raises:
            AppError: a command of the story did not do what it is there to show.
        """
        chapters: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Nobody is signed in", self._nobody),
            ("Sign in", self._sign_in),
            ("The tray's day: renew in silence, warn in time", self._day),
            ("What other programs see then", self._too_late),
            ("Sign in again: two programs ask, one page opens", self._again),
            ("Choose who you are, and use it", self._choose),
            ("Sign out", self._sign_out),
        )
        self._introduce()
        for number, (title, chapter) in enumerate(chapters, 1):
            self._stage.chapter(number, title)
            chapter()

    # Chapters

    def _introduce(self) -> None:
        stage, box, lengths = self._stage, self._home.box, self._lengths
        stage.title("aws-sso-tray: the whole story, with nothing to set up")
        stage.say(
            f"An IAM Identity Center of its own runs on {box.url}, and the home folder is a throw-away one: no AWS account "
            "is needed, and nothing of yours is read or changed."
        )
        stage.say(
            f"Time is real, lifetimes are short: an access token lives {_seconds(lengths.token)} (AWS: 1 hour) and a sign-in "
            f"{_seconds(lengths.sign_in)} (AWS: 8 hours unless changed)."
        )

    def _nobody(self) -> None:
        self._home.write_config(sign_in=self._lengths.sign_in)
        self._run(ours("status"))

    def _sign_in(self) -> None:
        knobs = self._home.box.knobs
        knobs.access_token_lifetime, knobs.sign_in_lifetime = self._lengths.token, self._lengths.sign_in
        self._stage.say("A browser opens the consent page; here a stand-in presses Approve, as you would.")
        self._run(ours("login"))
        self._signed_in_at = self._clock.now()

    def _day(self) -> None:
        stage, lengths = self._stage, self._lengths
        about = _seconds(lengths.sign_in + lengths.token)
        stage.say(f"Watching, as the tray does, for about {about}. Nobody touches anything.")
        events = watch(
            look=self._looker(),
            policy=lengths.policy,
            clock=self._clock,
            renew=lambda: self._runner.start(ours("renew", "--json", SESSION)),
            limit=(lengths.sign_in + lengths.token) * 3,
        )
        with stage.bars():
            for event in events:
                match event:
                    case Frame():
                        stage.show(self._bars(event))
                    case Renewed():
                        left = round((event.ends_at - event.now).total_seconds())
                        stage.event(
                            self._at(event.now), f"Renewed in silence: {left} s more. Nobody was disturbed.", "green"
                        )
                    case Spoken():
                        self._notice(event)

    def _too_late(self) -> None:
        self._stage.say("Without the notice, this is how one would have heard of it, in the middle of some work:")
        self._run_boto3(boto3("dev.admin"), expect=1)

    def _again(self) -> None:
        box = self._home.box
        box.knobs.access_token_lifetime = _REAL.access_token_lifetime
        box.knobs.sign_in_lifetime = _REAL.sign_in_lifetime
        self._home.write_config(sign_in=_REAL.sign_in_lifetime)
        self._stage.say("From here on lifetimes are AWS's own: 1 hour and 8 hours.")
        pages = box.calls.count("Authorize") + box.calls.count("Device")
        both = [self._runner.start(ours("login")) for _ in range(2)]
        for task in both:
            self._stage.command(ours("login").shown)
            self._check(ours("login"), task.wait())
        pages = box.calls.count("Authorize") + box.calls.count("Device") - pages
        self._stage.say(f"Consent pages opened: {pages}.")

    def _choose(self) -> None:
        self._run(ours("profiles"))
        self._run(ours("use", "data.poweruser"))
        self._stage.say(
            "Every AWS tool finds that in the files it reads anyway. boto3, for one, which knows nothing of us:"
        )
        self._run_boto3(boto3())

    def _sign_out(self) -> None:
        self._run(ours("logout"))

    # Parts of chapters

    def _looker(self) -> Callable[[datetime], Facts]:
        """The facts about the demo's session, read from the files each time."""
        paths = self._home.paths
        config = load(config=paths.config, credentials=paths.credentials)
        tokens = TokenCache(paths.sso_cache, sleep=self._clock.sleep)
        learned, wanted = Learned(paths.state_dir), Wanted(paths.wanted_dir, self._clock)

        def look(now: datetime) -> Facts:
            looks = overview.look(
                config=config, tokens=tokens, learned=learned, wanted=wanted, settings=Settings(), now=now
            )
            return looks[0].facts

        return look

    def _bars(self, frame: Frame) -> tuple[Bar, ...]:
        facts, lengths = frame.facts, self._lengths
        token = (facts.token_ends_at - frame.now).total_seconds() if facts.token_ends_at else 0.0
        sign_in = lengths.sign_in.total_seconds() - self._at(frame.now)
        note = "AWS renews it no longer" if facts.refused else "renews itself"
        return (
            Bar("access token", token, lengths.token.total_seconds(), note),
            Bar("sign-in session", sign_in, lengths.sign_in.total_seconds(), "only you can renew it, in a browser"),
        )

    def _notice(self, spoken: Spoken) -> None:
        decision = spoken.decision
        match decision:
            case Expired():
                title, body = "the sign-in has ended", "AWS tools get no new credentials until you sign in again."
            case Warn(refused=True):
                left = _seconds(decision.ends_at - spoken.now)
                title, body = (
                    "a new sign-in is needed",
                    f"AWS no longer renews this one. Programs keep their access for {left}.",
                )
            case Warn() if decision.ends_at > spoken.now:
                left = _seconds(decision.ends_at - spoken.now)
                title = f"sign in again within about {left}"
                body = f"The sign-in ends in about {left} (as {decision.source}). Signing in takes a moment in the browser."
            case Warn():
                title, body = (
                    "the sign-in may end any moment",
                    "Sign in again when it suits you, or wait until it does.",
                )
        self._stage.notice(self._at(spoken.now), f"{SESSION}: {title}", body, BUTTONS)

    def _run(self, command: Command) -> None:
        self._stage.command(command.shown)
        self._check(command, self._runner.start(command).wait())

    def _run_boto3(self, command: Command, *, expect: int = 0) -> None:
        self._stage.command(command.shown)
        ran = self._runner.start(command).wait()
        *_, last = ran.said.splitlines() or [""]  # of a traceback the last line tells it
        self._check(command, Ran(ran.code, last), expect=expect)

    def _check(self, command: Command, ran: Ran, *, expect: int = 0) -> None:
        self._stage.output(ran.said)
        if ran.code != expect:
            raise AppError(
                f"`{command.shown}` ended with {ran.code} in the demo, which should not happen.",
                "What it said stands above; please report it.",
            )

    def _at(self, now: datetime) -> float:
        return (now - self._signed_in_at).total_seconds()


def _seconds(length: timedelta) -> str:
    return f"{max(1, round(length.total_seconds()))} seconds"

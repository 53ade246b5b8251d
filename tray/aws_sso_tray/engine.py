"""The loop: one thread, one queue, and the only code that replaces the snapshot.

The life of an event: somebody posts it to the ``Inbox`` from any thread; the engine ``handle``s it, reads the files again where they may
have changed, lets the policy decide, has the decisions carried out and shows the new snapshot. ``turn`` does what is due by
the clock. Both can be called without the thread, which is how the tests walk through days in milliseconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from aws_sso_core import expiry, overview
from aws_sso_core.clock import Clock
from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.errors import StoreFailed
from aws_sso_core.expiry import Expired, Memory, OpenSignIn, Presence, Step, Waiting, Warn
from aws_sso_core.json_file import JsonFile
from aws_sso_core.model import State
from aws_sso_core.state import Wish, Wishes, tray_report
from aws_sso_tray import actions, notices
from aws_sso_tray.board import Board
from aws_sso_tray.deeds import Deeds, Openers
from aws_sso_tray.events import PRESS, SHOW, EndingRuns, Event, Pressed, View, Watches
from aws_sso_tray.help_rows import SET_UP
from aws_sso_tray.inbox import Hint, Inbox
from aws_sso_tray.jobs import JobEnded, JobSaid
from aws_sso_tray.presence import Attendance
from aws_sso_tray.reading import Reader, Reading
from aws_sso_tray.snapshot import Snapshot
from aws_sso_tray.welcome import welcome

SETTLE = 0.15
"""Seconds after the first hint of a change: writers that truncate in place are done by then."""

REFRESH = 60.0
"""Seconds between two looks when nothing happens: the tooltip counts down."""

WAITING = 5.0
"""The same while programs wait: one that is killed cannot take its note back, and no file tells."""

log = logging.getLogger(__name__)


class Engine:
    """The tray without its icon.

    Args:
        inbox: where events come in.
        clock: both hands.
        reader: reads the files.
        watcher: tells when they have changed.
        jobs: runs our commands.
        board: shows notices.
        wishes: what other processes of ours ask for.
        memory: where the policy's memory survives a restart.
        idle_seconds: how long nobody has touched the machine; None when nobody knows.
        zone: of the person's times; None is the machine's.
        can_find: whether the picker can be opened here.
        report: tells whoever asks how this tray fares (`doctor`).
        openers: opens windows and editors.
        sign_out_now: signs out of every session before it returns, in the few seconds that a log-off leaves.
        new_here: whether it is the first time for this person; asked once something can be said.
    """

    def __init__(
        self,
        *,
        inbox: Inbox[Event],
        clock: Clock,
        reader: Reader,
        watcher: Watches,
        jobs: EndingRuns,
        board: Board,
        wishes: Wishes,
        memory: JsonFile,
        idle_seconds: Callable[[datetime], float | None],
        zone: tzinfo | None,
        can_find: bool,
        report: Callable[[], None],
        openers: Openers,
        sign_out_now: Callable[[], None],
        new_here: Callable[[], bool],
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._reader = reader
        self._watcher = watcher
        self._jobs = jobs
        self._board = board
        self._wishes = wishes
        self._memory_file = memory
        self._can_find = can_find
        self._report = report
        self._sign_out_now = sign_out_now
        self._new_here = new_here
        self._welcomed = False
        self._memory = Memory.from_json(memory.read())
        self._attendance = Attendance(clock, idle_seconds)
        self._deeds = Deeds(jobs=jobs, board=board, pause=reader.pause, openers=openers)
        self._look_at = self._sweep_at = float("-inf")
        self._wake_at: datetime | None = None
        self._waited: float | None = None
        self._unheard = False
        """Something was said to nobody, or held back as nobody is there."""
        self._view: View | None = None
        self.snapshot = Snapshot(clock.now(), zone, starting=True)
        self.stopped = False

    def show_on(self, view: View) -> None:
        """Show every snapshot there from now on."""
        self._view = self._deeds.clipboard = view

    def run(self) -> None:
        """Watch, decide and act until ``Quit``."""
        self._watcher.start()
        self._drain(self._inbox.get(0))  # a lock that was told before the first turn
        while not self.stopped:
            self._waited = self.turn()
            self._drain(self._inbox.get(self._waited))
        self._watcher.stop()
        self._jobs.stop()
        self._board.close()

    def _drain(self, event: Event | Hint | None) -> None:
        while event is not None and not self.stopped:
            self.handle(event)
            event = self._inbox.get(0)

    def handle(self, event: Event | Hint) -> None:
        """Take note of an event; the next ``turn`` draws the consequences. Never raises."""
        try:
            self._handle(event)
        except Exception:
            log.exception("%s could not be handled", event)

    def turn(self) -> float:
        """Do what is due; the seconds until something else is. Never raises."""
        try:
            if self._due():
                self.refresh()
        except Exception:
            log.exception("A turn of the tray failed")
            self._look_at = self._clock.monotonic() + self._watcher.interval
        return self._wait()

    def refresh(self) -> None:
        """Read everything again, decide, act, and show."""
        self._look_at, self._wake_at = self._clock.monotonic() + REFRESH, None
        wishes = self._wishes.take()
        for wish in wishes:
            log.info("Asked to %s", wish.kind)
            self.stopped = self.stopped or wish.kind == "quit"
            if wish.kind == tray_report.WISH:
                self._report()
        reading = self._read()
        self.snapshot = self._snapshot_of(reading)
        if any(session.waiting for session in self.snapshot.sessions):
            self._look_at = self._clock.monotonic() + WAITING
        for wish in wishes:
            self._grant(wish)
        step = self._decide(reading)
        self._wake_at = step.wake_at
        self._remember(step.memory)
        for decision in step.decisions:
            self._deeds.carry_out(decision, self.snapshot)
        self._board.follow_who_waits(self.snapshot)
        for change in reading.changes:
            self._deeds.heard_of(change, self.snapshot)
        self._leave_nobody_signed_in(reading.settings.sign_out_after_hours)
        self.snapshot = self._snapshot_of(reading)
        self._welcome()
        if reading.settings.account_news and not self.snapshot.paused() and not self._attendance.nobody_there():
            self._deeds.ask_for_news(self.snapshot)
        if self._view is not None:
            self._view.show(self.snapshot)

    def _grant(self, wish: Wish) -> None:
        """Do what needs the files to be known."""
        if wish.kind == PRESS:
            self.handle(Pressed.from_wish(wish.about))
        elif wish.kind == SHOW:
            self.handle(actions.FindProfile() if self.snapshot.profiles else SET_UP)

    def _leave_nobody_signed_in(self, hours: int) -> None:
        """Sign out after a long absence, where the person wants that."""
        if self._attendance.long_absent(timedelta(hours=hours)) and any(
            s.state in (State.SIGNED_IN, State.EXPIRING, State.UNKNOWN) for s in self.snapshot.sessions
        ):
            self._deeds.act(actions.SignOutOfAll(), self.snapshot)

    def _welcome(self) -> None:
        """Greet once, as soon as there is something to say and nothing else to be told."""
        if self._welcomed or self.snapshot.paused() or self.snapshot.problems:
            return
        told = welcome(self.snapshot)
        if told is not None:
            self._welcomed = True
            if self._new_here():
                self._board.show(told)

    def _due(self) -> bool:
        monotonic = self._clock.monotonic()
        changed = woke = self._attendance.look(self._waited)
        back = self._unheard and not self._attendance.nobody_there()
        if woke or monotonic >= self._sweep_at:
            self._inbox.looking()
            self._sweep_at = monotonic + self._watcher.interval
            changed = self._watcher.sweep() or woke
        at_last = self._wake_at is not None and self._clock.now() >= self._wake_at
        return changed or at_last or back or monotonic >= self._look_at

    def _wait(self) -> float:
        due = min(self._sweep_at, self._look_at) - self._clock.monotonic()
        if self._wake_at is not None:
            due = min(due, (self._wake_at - self._clock.now()).total_seconds())
        return max(0.0, due)

    def _read(self) -> Reading:
        keys = {s.session.name: s.session.cache_key for s in self.snapshot.sessions}
        busy = [keys.get(s.session, s.session) for s in self._deeds.sign_ins.now]
        reading = self._reader.read(troubles=self._deeds.troubles(), signing_in=busy)
        self._deeds.forget_old_troubles({look.facts.session_key: look.facts.token_ends_at for look in reading.looks})
        return reading

    def _snapshot_of(self, reading: Reading) -> Snapshot:
        now = self._clock.now()
        silent = ("Desktop notices cannot be shown here, so look at this menu instead.",) if self._board.silent else ()
        return Snapshot(
            now=now,
            zone=self.snapshot.zone,
            sessions=overview.statuses(reading.looks, reading.policy, now),
            profiles=reading.profiles,
            active=reading.active,
            can_undo=reading.can_undo,
            shadows=reading.shadows,
            recents=reading.recents,
            favorites=reading.settings.favorites,
            production=reading.settings.production,
            can_find=self._can_find,
            signing_in=self._deeds.sign_ins.now,
            signing_out=tuple(sorted(self._deeds.signing_out)),
            switching_to=self._deeds.switching_to,
            paused_until=reading.paused_until,
            problems=(*reading.problems, *silent),
        )

    def _decide(self, reading: Reading) -> Step:
        now, facts = self._clock.now(), overview.facts_of(reading.looks)

        def decided(presence: Presence) -> Step:
            return expiry.step(facts, self._memory, presence, reading.policy, now)

        presence = self._attendance.presence(paused_until=reading.paused_until)
        step = decided(presence)
        for_somebody = any(isinstance(d, Warn | Expired | Waiting | OpenSignIn) for d in step.decisions)
        self._unheard = for_somebody and self._attendance.nobody_there()
        return decided(replace(presence, away=True)) if self._unheard else step

    def _remember(self, memory: Memory) -> None:
        if memory == self._memory:
            return
        self._memory = memory
        try:
            self._memory_file.write(memory.to_json())
        except StoreFailed as error:
            log.warning("What was said may be said again after a restart: %s", error.sentence)

    def _handle(self, event: Event | Hint) -> None:
        match event:
            case Hint():
                self._sweep_at = min(self._sweep_at, self._clock.monotonic() + SETTLE)
                return
            case Pressed():
                self._press(event)
            case actions.Quit() | PowerEvent.END:
                self.stopped = True
            case PowerEvent():
                self._attendance.heard(event)
                if event is PowerEvent.LOG_OFF:
                    self._log_off()
            case JobSaid():
                self._deeds.said(event, self.snapshot)
            case JobEnded():
                self._deeds.ended(event, self.snapshot)
            case actions.Refresh():
                self._sweep_at = float("-inf")
            case actions.Snooze(sessions):
                self._board.withdraw(sessions)
                policy = self._reader.policy
                self._remember(expiry.snooze(self._memory, sessions, policy, self._clock.now()))
            case _:
                self._deeds.act(event, self.snapshot)
        self._look_at = float("-inf")

    def _log_off(self) -> None:
        if not self.stopped and self._reader.settings.sign_out_at_log_off:
            self._sign_out_now()
        self.stopped = True

    def _press(self, pressed: Pressed) -> None:
        action = self._board.press(pressed.key, pressed.button)
        if action is None and pressed.lasting:
            action = notices.answer(pressed.key, pressed.button, self.snapshot)
        if action is not None:
            self._handle(action)

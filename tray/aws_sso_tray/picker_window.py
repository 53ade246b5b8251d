"""The picker's window at work: what its keys do, and what becomes of it."""

from __future__ import annotations

import contextlib
import queue
import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from aws_sso_core.desktop.ports import Monitor
from aws_sso_core.model import Profile
from aws_sso_tray.picker_face import Face
from aws_sso_tray.picker_filter import Finder, words_of
from aws_sso_tray.picker_theme import Theme

T = TypeVar("T")

_POLL = 25
"""Milliseconds between two looks at whether a job is over; only while one runs."""
_LISTEN = 150
"""Milliseconds between two looks at whether somebody asked for the window again."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    profiles: Sequence[Profile] = ()
    favorites: tuple[str, ...] = ()
    recents: tuple[str, ...] = ()
    production: str = ""
    """The pattern of production profiles."""
    problem: str = ""
    """Why there is nothing to choose from."""


class Jobs(Protocol):
    """What the window has done, in another thread; each answers with the command's last line."""

    def active(self) -> str | None:
        """The active profile."""

    def picture(self) -> str | None:
        """The program's picture, a PNG file."""

    def use(self, profile: str) -> Mapping[str, Any]:
        """Make this the default profile."""

    def console(self, profile: str) -> Mapping[str, Any]:
        """Open the console as this profile."""

    def set_favorites(self, names: Sequence[str]) -> Mapping[str, Any]:
        """Keep these as favorites."""


class PickerWindow:
    """The window; ``run`` gives how it ended.

    Args:
        choices: gives what to choose from, once there is a window to show it in; it may be read meanwhile.
        jobs: does what is asked for.
        theme: its colours.
        place: tells the monitor at a point of the screen.
        asked_again: whether somebody asked for the window since the last look.
        can_console: whether the ``console`` command is there.
    """

    def __init__(
        self,
        choices: Callable[[], Choices],
        *,
        jobs: Jobs,
        theme: Theme,
        place: Callable[[int, int], Monitor | None],
        asked_again: Callable[[], bool],
        can_console: bool,
    ) -> None:
        self._jobs = jobs
        self._asked_again, self._can_console = asked_again, can_console
        self._finder: Finder | None = None
        self._outcome: dict[str, Any] = {"event": "cancelled"}
        self._worker: ThreadPoolExecutor | None = None
        self._done: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._running = 0
        self._switching = self._switched = self._closing = self._closed = False
        self._copied: str | None = None
        self.to_hold: str | None = None
        """What lies on the clipboard because of us, and would be gone with this process (X11)."""

        self._face = Face(theme=theme, place=place, can_console=can_console, on_use=self._use, on_star=self._star)
        self.root, self.list, self.entry = self._face.root, self._face.list, self._face.entry
        self.choices = choices()
        self._favorites = list(self.choices.favorites)
        self.list.shown.production = self.choices.production
        self.list.shown.favorites = self._favorites
        self._bind()
        self._search()

    def run(self, when_shown: Callable[[], None] = lambda: None) -> Mapping[str, Any]:
        """Show it until the person has chosen or closed it; the last line for whoever started us."""
        self._face.put_in_the_middle(len(self.choices.profiles))
        self.root.deiconify()
        self.root.update()
        self._face.to_front()
        when_shown()
        self._do(self._jobs.active, self._learn_active)
        self._do(self._jobs.picture, self._face.wear)
        self.root.after_idle(self._prepare)
        self.root.after(_LISTEN, self._listen)
        self.root.mainloop()
        return self._outcome

    def _prepare(self) -> None:
        if self._finder is not None:
            self._finder.prepare()

    def _learn_active(self, active: str | None) -> None:
        self.list.shown.active = active
        self.list.draw()

    # Keys -------------------------------------------------------------------------------------------------------------

    def _bind(self) -> None:
        control = "Command" if self._face.system == "aqua" else "Control"
        steps: dict[str, Callable[[], int]] = {
            "<Up>": lambda: -1,
            "<Down>": lambda: 1,
            "<Prior>": lambda: -self.list.page,
            "<Next>": lambda: self.list.page,
            "<Home>": lambda: -len(self.list.shown.profiles),
            "<End>": lambda: len(self.list.shown.profiles),
        }
        for key, step in steps.items():
            self._on(key, self._mover(step))
        for key in ("<Return>", "<KP_Enter>"):
            self._on(key, self._use_selected)
        if self._can_console:
            for key in ("Return", "KP_Enter"):
                self._on(f"<{control}-{key}>", self._console)
        for letter, act in (("c", self._copy), ("d", self._star_selected)):
            for case in (letter, letter.upper()):  # Caps Lock
                self._on(f"<{control}-{case}>", act)
        for key in ("<Escape>", f"<{control}-w>"):
            self._on(key, self._close)
        self.root.protocol("WM_DELETE_WINDOW", self._close)
        self.entry.bind("<KeyRelease>", lambda _: self._search_if_changed())
        self.entry.bind("<<Paste>>", lambda _: self.root.after_idle(self._search_if_changed))

    def _mover(self, step: Callable[[], int]) -> Callable[[], None]:
        return lambda: self.list.move(step())

    def _on(self, key: str, act: Callable[[], object]) -> None:
        def handle(_: object) -> str | None:
            return None if act() is False else "break"

        self.entry.bind(key, handle)

    def _search_if_changed(self) -> None:
        if self.entry.get() != self._searched:
            self._search()

    def _search(self) -> None:
        if self._finder is None:
            self._finder = Finder(self.choices.profiles, favorites=self._favorites, recents=self.choices.recents)
        self._searched = text = self.entry.get()
        found = self._finder.find(text)
        every = len(self.choices.profiles)
        empty = self.choices.problem or ("Nothing matches." if every else "There are no profiles in ~/.aws/config yet.")
        self.list.show(found, words_of(text), empty)
        told = f"{every:,} profile{'' if every == 1 else 's'}"
        self._face.count.configure(text=f"{len(found):,} of {every:,}" if text.strip() else told if every else "")
        self._face.hint(shown=not text)
        self._face.say_keys()

    # Deeds ------------------------------------------------------------------------------------------------------------

    def _use_selected(self) -> None:
        if profile := self.list.selected:
            self._use(profile)

    def _use(self, profile: Profile) -> None:
        if self._switched:
            self._close()
        elif not self._switching:
            self._switching = True
            self._face.say(f"Switching to {profile.name}…")
            self._do(lambda: self._jobs.use(profile.name), self._used)

    def _used(self, said: Mapping[str, Any]) -> None:
        self._switching = False
        if said.get("event") != "used":
            self._complain(said)
            return
        self._outcome = dict(said)
        hidden = [s for s in said.get("shadowed_by") or () if isinstance(s, Mapping)]
        if not hidden:
            self._close()
            return
        self._switched = True
        self.list.shown.active = str(said.get("profile"))
        self.list.draw()
        told = " ".join(f"{s.get('why', '')} {s.get('fix', '')}" for s in hidden)
        self._face.say(
            f"! {said.get('profile')} is the default now, but some programs do not see it. {told}", problem=True
        )

    def _console(self) -> None:
        if (profile := self.list.selected) and not self._switching:
            self._switching = True
            self._face.say(f"Opening the console as {profile.name}…")
            self._do(lambda: self._jobs.console(profile.name), self._opened)

    def _opened(self, said: Mapping[str, Any]) -> None:
        self._switching = False
        if said.get("event") == "error":
            self._complain(said)
        else:
            self._outcome = dict(said)
            self._close()

    def _copy(self) -> bool:
        if self.entry.selection_present() or not (profile := self.list.selected):
            return False
        self.root.clipboard_clear()
        self.root.clipboard_append(profile.name)
        self._copied = profile.name
        self._face.say(f"Copied: {profile.name}")
        return True

    def _star_selected(self) -> None:
        if profile := self.list.selected:
            self._star(profile)

    def _star(self, profile: Profile) -> None:
        name = profile.name
        if name in self._favorites:
            self._favorites.remove(name)
        else:
            self._favorites.append(name)
        self._finder = None  # the order is another one from the next search on; rows do not jump under the hand
        self.list.draw()
        names = tuple(self._favorites)
        self._do(lambda: self._jobs.set_favorites(names), lambda said: self._complain(said) if said else None)

    def _do(self, job: Callable[[], T], then: Callable[[T], object]) -> None:
        """Run a job in a thread of its own, and what follows in the window's."""

        def finished(future: Future[T]) -> None:
            self._done.put(lambda: then(future.result()))

        self._worker = self._worker or ThreadPoolExecutor(1)  # one after the other, in their order
        self._running += 1
        self._worker.submit(job).add_done_callback(finished)
        if self._running == 1:
            self.root.after(_POLL, self._poll)

    def _poll(self) -> None:
        while self._running and not self._done.empty():
            self._running -= 1
            self._done.get()()
            if self._closed:
                return
        if self._running:
            self.root.after(_POLL, self._poll)
        elif self._closing:
            self._close()

    def _listen(self) -> None:
        if self._asked_again():
            self._face.to_front()
        self.root.after(_LISTEN, self._listen)

    def _close(self) -> None:
        """Close; what is being done is waited for, out of sight, as it may still have something to complain of."""
        if self._running:
            self._closing = True
            self.root.withdraw()
            return
        self._closed = True
        if self._copied is not None and self._face.system == "x11":
            with contextlib.suppress(tk.TclError):  # somebody else's, and no text
                self.to_hold = self._copied if self.root.clipboard_get() == self._copied else None
        self.root.destroy()

    def _complain(self, said: Mapping[str, Any]) -> None:
        message, hint = said.get("message") or "It ended unexpectedly; the log tells more.", said.get("hint") or ""
        self._face.say(f"! {message} {hint}".rstrip(), problem=True)
        if self._closing:
            self._closing = False
            self._face.to_front()

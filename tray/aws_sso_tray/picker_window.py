"""The picker's window: a line to type in, the list below it, and at the foot the keys or what went wrong."""

from __future__ import annotations

import contextlib
import queue
import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from tkinter.font import Font, nametofont
from typing import Any, Protocol, TypeVar

from aws_sso_core.desktop.ports import Monitor
from aws_sso_core.model import Profile
from aws_sso_tray.picker_filter import Finder, words_of
from aws_sso_tray.picker_list import Fonts, ProfileList
from aws_sso_tray.picker_theme import Theme

T = TypeVar("T")

TITLE = "Find a profile"
CLASS = "Aws-sso-tray"
PLACEHOLDER = "Name, account, role or region"
WIDTH, ROWS = 680, 9
"""Pixels at 100 %, and rows, where the monitor has room for them."""
FEWEST_ROWS = 5
"""So many rows' room even for fewer: something may have to be told there."""
_POLL = 25
"""Milliseconds between two looks at whether a job is over; only while one runs."""
_LISTEN = 150
"""Milliseconds between two looks at whether somebody asked for the window again."""
_PER_POINT = 96 / 72


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    profiles: Sequence[Profile] = ()
    copy: Sequence[Profile] = ()
    """``[default]`` where it seems to be a copy of another profile, so no choice of its own."""
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
        choices: what to choose from.
        jobs: does what is asked for.
        theme: its colours.
        place: tells the monitor at a point of the screen.
        asked_again: whether somebody asked for the window since the last look.
        can_console: whether the ``console`` command is there.
    """

    def __init__(
        self,
        choices: Choices,
        *,
        jobs: Jobs,
        theme: Theme,
        place: Callable[[int, int], Monitor | None],
        asked_again: Callable[[], bool],
        can_console: bool,
    ) -> None:
        self.choices, self._jobs, self._theme = choices, jobs, theme
        self._asked_again, self._can_console = asked_again, can_console
        self._favorites = list(choices.favorites)
        self._finder: Finder | None = None
        self._outcome: dict[str, Any] = {"event": "cancelled"}
        self._worker: ThreadPoolExecutor | None = None
        self._done: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._running = 0
        self._switching = self._switched = self._closing = self._closed = False
        self._copied: str | None = None
        self.to_hold: str | None = None
        """What lies on the clipboard because of us, and would be gone with this process (X11)."""

        self.root = tk.Tk(className=CLASS)
        self.root.withdraw()
        self._monitor = self._measure(place)
        self.root.title(TITLE)
        self.root.configure(background=theme.ground)
        self.is_mac = self.root.tk.call("tk", "windowingsystem") == "aqua"
        self._build()
        self._bind()
        self._search()

    def run(self, when_shown: Callable[[], None] = lambda: None) -> Mapping[str, Any]:
        """Show it until the person has chosen or closed it; the last line for whoever started us."""
        self._put_in_the_middle()
        self.root.deiconify()
        self.root.update()
        self._to_front()
        when_shown()
        self._do(self._jobs.active, self._learn_active)
        self._do(self._jobs.picture, self._wear)
        self.root.after_idle(self._prepare)
        self.root.after(_LISTEN, self._listen)
        self.root.mainloop()
        return self._outcome

    # Looks ------------------------------------------------------------------------------------------------------------

    def _measure(self, place: Callable[[int, int], Monitor | None]) -> Monitor:
        """The pointer's monitor; its density becomes Tk's, so that points and ``px`` are right."""
        root = self.root
        monitor = place(*root.winfo_pointerxy())
        if monitor is None:
            monitor = Monitor(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
        if monitor.dpi:
            root.tk.call("tk", "scaling", monitor.dpi / 72)
        self._scale = float(root.tk.call("tk", "scaling")) / _PER_POINT
        if root.tk.call("tk", "windowingsystem") == "aqua":
            self._scale = 1.0
        return monitor

    def px(self, length: float) -> int:
        """Pixels for a length at 100 %."""
        return round(length * self._scale)

    def _font(self, points: int, weight: Any = "normal") -> Font:
        font = nametofont("TkDefaultFont", self.root).copy()
        font.configure(size=points, weight=weight)
        return font

    def _build(self) -> None:
        theme, px, root = self._theme, self.px, self.root
        top = tk.Frame(root, background=theme.ground)
        top.pack(fill="x", padx=px(16), pady=(px(12), px(10)))
        self._lens(top).pack(side="left", padx=(px(2), px(10)))
        self._count = tk.Label(top, background=theme.ground, foreground=theme.dim, font=self._font(9))
        self._count.pack(side="right", padx=(px(10), 0))
        self.entry = tk.Entry(
            top, relief="flat", borderwidth=0, highlightthickness=0, font=self._font(13), background=theme.ground,
            foreground=theme.text, insertbackground=theme.mark, insertwidth=max(2, px(2)),
            selectbackground=theme.selected, selectforeground=theme.text,
        )  # fmt: skip
        self.entry.pack(side="left", fill="x", expand=True)
        self._hint = tk.Label(
            self.entry, text=PLACEHOLDER, font=self._font(13), background=theme.ground, foreground=theme.dim,
            cursor="xterm", borderwidth=0, padx=0, pady=0,
        )  # fmt: skip
        self._hint.bind("<Button-1>", lambda _: self.entry.focus_set())
        self._line()
        fonts = Fonts(self._font(11), self._font(11, "bold"), self._font(9), self._font(9, "bold"), self._font(8))
        self.list = ProfileList(root, theme=theme, fonts=fonts, px=px, on_use=self._use, on_star=self._star)
        self.list.shown.production = self.choices.production
        self.list.shown.favorites = self._favorites
        self._foot = tk.Frame(root, background=theme.ground)
        self._keys = self._key_labels(self._foot)
        self._message = tk.Label(
            self._foot, background=theme.ground, font=self._font(9), anchor="w", justify="left", borderwidth=0, padx=0
        )
        # The foot first: on a low screen the list gives way, never the keys.
        self._foot.pack(side="bottom", fill="x", padx=px(16), pady=(px(8), px(10)))
        self._line(side="bottom")
        self.list.canvas.pack(fill="both", expand=True)
        self._say_keys()

    def _line(self, side: Any = "top") -> None:
        tk.Frame(self.root, background=self._theme.line, height=max(1, self.px(1))).pack(fill="x", side=side)

    def _lens(self, parent: tk.Misc) -> tk.Canvas:
        px, color = self.px, self._theme.dim
        side, pen = px(20), max(2, px(2))
        lens = tk.Canvas(parent, width=side, height=side, background=self._theme.ground, highlightthickness=0)
        lens.create_oval(px(2), px(2), px(13), px(13), outline=color, width=pen)
        lens.create_line(px(11.5), px(11.5), px(18), px(18), fill=color, width=pen, capstyle="round")
        return lens

    def _put_in_the_middle(self) -> None:
        root, monitor = self.root, self._monitor
        rest = 0
        root.update_idletasks()
        for child in root.winfo_children():
            if child is not self.list.canvas:
                rest += child.winfo_reqheight()
        rest += self.px(12 + 10 + 8 + 10)
        width = min(self.px(WIDTH), int(monitor.width * 0.92))
        wanted = min(ROWS, max(FEWEST_ROWS, len(self.choices.profiles)))
        rows = max(1, min(wanted, int(monitor.height * 0.82 - rest) // self.list.row_height))
        height = rest + rows * self.list.row_height
        self._message.configure(wraplength=width - self.px(32))
        x = monitor.x + (monitor.width - width) // 2
        y = monitor.y + max(0, (monitor.height - height) // 3)
        root.geometry(f"{width}x{height}+{x}+{y}")
        root.minsize(min(width, self.px(360)), rest + self.list.row_height)
        self.list.canvas.configure(width=width, height=rows * self.list.row_height)

    def _to_front(self) -> None:
        root = self.root
        root.deiconify()
        root.lift()
        root.attributes("-topmost", True)  # noqa: FBT003 - Tk's call
        root.after(200, lambda: root.attributes("-topmost", False))  # noqa: FBT003
        self.entry.focus_force()

    def _prepare(self) -> None:
        if self._finder is not None:
            self._finder.prepare()

    def _wear(self, picture: str | None) -> None:
        """Have this picture beside the title and in the task bar."""
        if picture is not None:
            with contextlib.suppress(tk.TclError):
                self._picture = tk.PhotoImage(file=picture, master=self.root)  # lives as long as somebody holds it
                self.root.iconphoto(True, self._picture)  # noqa: FBT003 - Tk's call

    def _learn_active(self, active: str | None) -> None:
        shown = self.list.shown
        shown.active = active
        if active is None and self.choices.copy:
            self.choices = replace(self.choices, profiles=(*self.choices.profiles, *self.choices.copy), copy=())
            self._finder = None
            self._search()
        self.list.draw()

    # Keys -------------------------------------------------------------------------------------------------------------

    def _bind(self) -> None:
        control = "Command" if self.is_mac else "Control"
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
        self._count.configure(text=f"{len(found):,} of {every:,}" if text.strip() else told if every else "")
        if text:
            self._hint.place_forget()
        else:
            self._hint.place(x=0, rely=0.5, anchor="w")
        self._say_keys()

    # Deeds ------------------------------------------------------------------------------------------------------------

    def _use_selected(self) -> None:
        if profile := self.list.selected:
            self._use(profile)

    def _use(self, profile: Profile) -> None:
        if self._switched:
            self._close()
        elif not self._switching:
            self._switching = True
            self._say(f"Switching to {profile.name}…")
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
        self._say(f"! {said.get('profile')} is the default now, but some programs do not see it. {told}", problem=True)

    def _console(self) -> None:
        if (profile := self.list.selected) and not self._switching:
            self._switching = True
            self._say(f"Opening the console as {profile.name}…")
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
        self._say(f"Copied: {profile.name}")
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
            self._to_front()
        self.root.after(_LISTEN, self._listen)

    def _close(self) -> None:
        """Close; what is being done is waited for, out of sight, as it may still have something to complain of."""
        if self._running:
            self._closing = True
            self.root.withdraw()
            return
        self._closed = True
        if self._copied is not None and self.root.tk.call("tk", "windowingsystem") == "x11":
            with contextlib.suppress(tk.TclError):  # somebody else's, and no text
                self.to_hold = self._copied if self.root.clipboard_get() == self._copied else None
        self.root.destroy()

    # Words ------------------------------------------------------------------------------------------------------------

    def _key_labels(self, parent: tk.Misc) -> tk.Frame:
        ctrl = "⌘" if self.is_mac else "Ctrl+"
        keys = [("Enter", "use"), (f"{ctrl}C", "copy name"), (f"{ctrl}D", "favorite"), ("Esc", "close")]
        if self._can_console:
            keys.insert(1, (f"{ctrl}Enter", "console"))
        row = tk.Frame(parent, background=self._theme.ground)
        for key, does in keys:
            for text, color, gap in ((key, self._theme.text, 6), (does, self._theme.dim, 20)):
                label = tk.Label(row, text=text, font=self._font(9), background=self._theme.ground, foreground=color)
                label.configure(borderwidth=0, padx=0)
                label.pack(side="left", padx=(0, self.px(gap)))
        return row

    def _say_keys(self) -> None:
        self._message.pack_forget()
        self._keys.pack(side="left")

    def _complain(self, said: Mapping[str, Any]) -> None:
        message, hint = said.get("message") or "It ended unexpectedly; the log tells more.", said.get("hint") or ""
        self._say(f"! {message} {hint}".rstrip(), problem=True)
        if self._closing:
            self._closing = False
            self._to_front()

    def _say(self, text: str, *, problem: bool = False) -> None:
        self._keys.pack_forget()
        self._message.configure(text=text, foreground=self._theme.problem if problem else self._theme.dim)
        self._message.pack(side="left", fill="x")

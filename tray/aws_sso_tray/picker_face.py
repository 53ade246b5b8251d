"""How the picker's window looks: the line to type in, the list, and the foot; its size and place for the monitor."""

from __future__ import annotations

import contextlib
import tkinter as tk
from collections.abc import Callable
from tkinter.font import Font, nametofont
from typing import Any

from aws_sso_core.desktop.ports import Monitor
from aws_sso_core.model import Profile
from aws_sso_tray.picker_list import Fonts, ProfileList
from aws_sso_tray.picker_theme import Theme, that_fit

TITLE = "Find a profile"
CLASS = "Aws-sso-tray"
PLACEHOLDER = "Name, account, role or region"
WIDTH, ROWS = 680, 9
"""Pixels at 100 %, and rows, where the monitor has room for them."""
FEWEST_ROWS = 5
"""So many rows' room even for fewer: something may have to be told there."""
_PER_POINT = 96 / 72


class Face:
    """The window and what is in it.

    Args:
        theme: its colours.
        place: tells the monitor at a point of the screen.
        can_console: whether there is a key for the console.
        on_use: a row was clicked.
        on_star: a row's star was clicked.
    """

    def __init__(
        self,
        *,
        theme: Theme,
        place: Callable[[int, int], Monitor | None],
        can_console: bool,
        on_use: Callable[[Profile], None],
        on_star: Callable[[Profile], None],
    ) -> None:
        self._theme, self._can_console, self._on_use, self._on_star = theme, can_console, on_use, on_star
        self.root = tk.Tk(className=CLASS)
        self.root.withdraw()
        self.system = str(self.root.tk.call("tk", "windowingsystem"))
        """Tk's name for it: "x11", "win32" or "aqua"."""
        self._monitor = self._measure(place)
        self.root.title(TITLE)
        self.root.configure(background=theme.ground)
        self._build()

    def _measure(self, place: Callable[[int, int], Monitor | None]) -> Monitor:
        """The pointer's monitor; its density becomes Tk's, so that points and ``px`` are right."""
        root = self.root
        monitor = place(*root.winfo_pointerxy())
        if monitor is None:
            monitor = Monitor(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
        if monitor.dpi:
            root.tk.call("tk", "scaling", monitor.dpi / 72)
        self._scale = float(root.tk.call("tk", "scaling")) / _PER_POINT
        if self.system == "aqua":
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
        self.count = tk.Label(top, background=theme.ground, foreground=theme.dim, font=self._font(9))
        self.count.pack(side="right", padx=(px(10), 0))
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
        self.list = ProfileList(root, theme=theme, fonts=fonts, px=px, on_use=self._on_use, on_star=self._on_star)
        self._foot = tk.Frame(root, background=theme.ground)
        self._keys = self._key_labels(self._foot)
        self._message = tk.Label(
            self._foot, background=theme.ground, font=self._font(9), anchor="w", justify="left", borderwidth=0, padx=0
        )
        # The foot first: on a low screen the list gives way, never the keys.
        self._foot.pack(side="bottom", fill="x", padx=px(16), pady=(px(8), px(10)))
        self._line(side="bottom")
        self.list.canvas.pack(fill="both", expand=True)
        self.say_keys()

    def _line(self, side: Any = "top") -> None:
        tk.Frame(self.root, background=self._theme.line, height=max(1, self.px(1))).pack(fill="x", side=side)

    def _lens(self, parent: tk.Misc) -> tk.Canvas:
        px, color = self.px, self._theme.dim
        side, pen = px(20), max(2, px(2))
        lens = tk.Canvas(parent, width=side, height=side, background=self._theme.ground, highlightthickness=0)
        lens.create_oval(px(2), px(2), px(13), px(13), outline=color, width=pen)
        lens.create_line(px(11.5), px(11.5), px(18), px(18), fill=color, width=pen, capstyle="round")
        return lens

    def put_in_the_middle(self, profiles: int) -> None:
        """Size and place for so many profiles, on the monitor with the pointer."""
        root, monitor = self.root, self._monitor
        rest = 0
        root.update_idletasks()
        for child in root.winfo_children():
            if child is not self.list.canvas:
                rest += child.winfo_reqheight()
        rest += self.px(12 + 10 + 8 + 10)
        width = min(self.px(WIDTH), int(monitor.width * 0.92))
        wanted = min(ROWS, max(FEWEST_ROWS, profiles))
        rows = max(1, min(wanted, int(monitor.height * 0.82 - rest) // self.list.row_height))
        height = rest + rows * self.list.row_height
        self._message.configure(wraplength=width - self.px(32))
        x = monitor.x + (monitor.width - width) // 2
        y = monitor.y + max(0, (monitor.height - height) // 3)
        root.geometry(f"{width}x{height}+{x}+{y}")
        root.minsize(min(width, self.px(360)), rest + self.list.row_height)
        self.list.canvas.configure(width=width, height=rows * self.list.row_height)

    def to_front(self) -> None:
        """Show it before all other windows, with the keyboard."""
        root = self.root
        root.deiconify()
        root.lift()
        root.attributes("-topmost", True)  # noqa: FBT003 - Tk's call
        root.after(200, lambda: root.attributes("-topmost", False))  # noqa: FBT003
        self.entry.focus_force()

    def wear(self, picture: str | None) -> None:
        """Have this picture beside the title and in the task bar."""
        if picture is not None:
            with contextlib.suppress(tk.TclError):
                self._picture = tk.PhotoImage(file=picture, master=self.root)  # lives as long as somebody holds it
                self.root.iconphoto(True, self._picture)  # noqa: FBT003 - Tk's call

    def _key_labels(self, parent: tk.Misc) -> tk.Frame:
        ctrl = "⌘" if self.system == "aqua" else "Ctrl+"
        keys = [("Enter", "use"), (f"{ctrl}C", "copy name"), (f"{ctrl}D", "favorite"), ("Esc", "close")]
        if self._can_console:
            keys.insert(1, (f"{ctrl}Enter", "console"))
        row = tk.Frame(parent, background=self._theme.ground)
        pairs = [tk.Frame(row, background=self._theme.ground) for _ in keys]
        for pair, (key, does) in zip(pairs, keys, strict=True):
            pair.pack(side="left")
            for text, color, gap in ((key, self._theme.text, 6), (does, self._theme.dim, 20)):
                label = tk.Label(pair, text=text, font=self._font(9), background=self._theme.ground, foreground=color)
                label.configure(borderwidth=0, padx=0)
                label.pack(side="left", padx=(0, self.px(gap)))
        parent.bind("<Configure>", lambda event: self._show_keys(pairs, event.width))
        return row

    def _show_keys(self, pairs: list[tk.Frame], room: int) -> None:
        """Those that fit: in a narrow window half a word would stand at the end."""
        shown = that_fit([pair.winfo_reqwidth() for pair in pairs], room + self.px(20))
        for pair in pairs:
            pair.pack_forget()
        for number in shown:
            pairs[number].pack(side="left")

    def hint(self, *, shown: bool) -> None:
        """Show or hide what may be typed."""
        if shown:
            self._hint.place(x=0, rely=0.5, anchor="w")
        else:
            self._hint.place_forget()

    def say_keys(self) -> None:
        """The keys, at the foot."""
        self._message.pack_forget()
        self._keys.pack(side="left")

    def say(self, text: str, *, problem: bool = False) -> None:
        """This at the foot, in place of the keys."""
        self._keys.pack_forget()
        self._message.configure(text=text, foreground=self._theme.problem if problem else self._theme.dim)
        self._message.pack(side="left", fill="x")

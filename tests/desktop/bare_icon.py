"""pystray and Pillow alone: an icon with a menu, to know that a desk works before anything of ours is on it.

Prints one line for each thing that happens.
"""

from __future__ import annotations

import pystray
from PIL import Image, ImageDraw


def told(text: str) -> None:
    """Say it at once."""
    print(text, flush=True)  # noqa: T201 - the tests read it


def drawn(colour: str) -> Image.Image:
    """A disc."""
    picture = Image.new("RGBA", (64, 64))
    ImageDraw.Draw(picture).ellipse((4, 4, 60, 60), fill=colour)
    return picture


def row(label: str) -> pystray.MenuItem:
    """A row that tells when it is clicked."""
    return pystray.MenuItem(label, lambda _icon, item: told(f"clicked {item.text}"))


MENU = pystray.Menu(
    row("First"),
    pystray.MenuItem("Only to read", None, enabled=False),
    pystray.Menu.SEPARATOR,
    pystray.MenuItem("Profiles", pystray.Menu(row("dev_admin"), row("prod & co"))),
    row("Second"),
    pystray.Menu.SEPARATOR,
    pystray.MenuItem("Quit", lambda icon: icon.stop()),
)

if __name__ == "__main__":
    pystray.Icon("bare", drawn("#2a6"), "Bare", MENU).run()
    told("stopped")

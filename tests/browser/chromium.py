"""Headless Chromium, driven over its DevTools pipe: no driver program, no port, only what these tests need."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from patience import until

LIMIT = 180.0
"""Seconds to wait for Chromium before a test is called broken."""

OUT = Path(__file__).parent / "out"
"""Screenshots; not in git."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_LAUNCH = """
import os, sys
down, up = (int(word) for word in sys.argv[1:3])
while down < 5: down = os.dup(down)
while up < 5: up = os.dup(up)
os.dup2(down, 3)
os.dup2(up, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""Puts the two pipes where Chromium expects them (3 reads, 4 writes) and becomes Chromium."""

KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}


def program() -> str:
    """Chromium's path; without it the test is skipped, or fails where everything must be there."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    words = "Chromium is not installed: apt-get install chromium"
    if os.environ.get("AWS_SSO_TRAY_REQUIRE"):
        pytest.fail(words)
    pytest.skip(words)


class Chromium:
    """One browser with one tab. ``problems`` holds what the page complained of (blocked by policy, failed loads)."""

    def __init__(self, folder: Path, *, width: int = 1000, height: int = 820) -> None:
        self._folder = folder
        self._size = (width, height)
        self._number = 0
        self._buffer = b""
        self._events: list[dict[str, Any]] = []
        self._session: str | None = None
        self.problems: list[str] = []

    def __enter__(self) -> Self:
        down_read, self._down = os.pipe()
        self._up, up_write = os.pipe()
        ends = (down_read, up_write)
        command = [program(), *FLAGS, f"--user-data-dir={self._folder}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *(str(end) for end in ends), *command],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.resize(*self._size)
        until(lambda: self.value("document.readyState") == "complete", "the first, empty page")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, AssertionError):
            self._send("Browser.close", {}, session=None)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(60)
        os.close(self._down)
        os.close(self._up)

    # What a person does

    def goto(self, url: str) -> None:
        """Open a page and wait until it is there."""
        with self.loading():
            answer = self.call("Page.navigate", url=url)
            assert "errorText" not in answer, answer

    def click(self, selector: str) -> None:
        """Press the mouse on the middle of an element, as a person would, and wait for the next page."""
        self._wait_until_still()
        box = self.value(f"JSON.stringify(document.querySelector({json.dumps(selector)}).getBoundingClientRect())")
        place = json.loads(box)
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        with self.loading():
            for kind in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, name: str) -> None:
        """Press and release a key of ``KEYS``."""
        code, text = KEYS[name]
        common = {"key": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Write into what has the focus."""
        self.call("Input.insertText", text=text)

    def prefer(self, scheme: str) -> None:
        """The person's system is ``light`` or ``dark``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def resize(self, width: int, height: int) -> None:
        """The window's size in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    # What a person sees

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    @property
    def url(self) -> str:
        """The address bar."""
        return str(self.value("location.href"))

    @property
    def text(self) -> str:
        """The words on the page."""
        return str(self.value("document.body.innerText"))

    def names(self, role: str) -> list[str]:
        """What a screen reader calls the things of one role (button, heading, textbox)."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [n["name"]["value"] for n in nodes if not n.get("ignored") and n["role"]["value"] == role]

    def screenshot(self, name: str) -> Path:
        """A picture of the window under ``OUT``, when nothing moves any more."""
        self._wait_until_still()
        OUT.mkdir(exist_ok=True)
        path = OUT / f"{name}.png"
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
        return path

    def _wait_until_still(self) -> None:
        still = "Promise.all(document.getAnimations().map(a => a.finished)).then(() => 0)"
        self.call("Runtime.evaluate", expression=still, awaitPromise=True)

    # The wire

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """What is done inside leads to a new page; leave when that has loaded."""
        self._events.clear()
        yield
        self._wait(lambda: any(e["method"] == "Page.loadEventFired" for e in self._events), "the page to load")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One DevTools command and its answer."""
        number = self._send(method, params, session=self._session)
        found: list[dict[str, Any]] = []

        def answered() -> bool:
            found.extend(e for e in self._events if e.get("id") == number)
            return bool(found)

        self._wait(answered, method)
        self._events = [e for e in self._events if "method" in e]
        assert "error" not in found[0], f"{method}: {found[0]['error']}"
        result: dict[str, Any] = found[0]["result"]
        return result

    def _send(self, method: str, params: dict[str, Any], *, session: str | None) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._down, json.dumps(message).encode() + b"\0")
        return self._number

    def _wait(self, happened: Any, what: str) -> None:
        deadline = time.monotonic() + LIMIT
        while not happened():
            left = deadline - time.monotonic()
            assert left > 0, f"Chromium did not answer: {what}"
            if not select.select([self._up], [], [], left)[0]:
                continue
            chunk = os.read(self._up, 1 << 20)
            assert chunk, f"Chromium ended while waiting for {what}"
            *whole, self._buffer = (self._buffer + chunk).split(b"\0")
            for text in whole:
                self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        self._events.append({"method": "", **message} if "id" not in message else message)
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            # The rest is advice, such as that fonts come late on a machine that is busy.
            if entry["level"] == "error" or entry["source"] == "security":
                self.problems.append(f"{entry['source']} {entry['level']}: {entry['text']} {entry.get('url', '')}")

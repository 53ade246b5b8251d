"""A person at a browser, as a program: opens a consent or device page, presses a button, follows the redirect.

As a command it can stand for a browser (``BROWSER="python -m aws_sso_core.sandbox.visitor"``)::

    python -m aws_sso_core.sandbox.visitor [--deny | --close] [--cookies FILE] [--wait] URL

It returns at once, as a browser that is already open does, and visits in the background; ``--wait`` visits first.
``--cookies FILE`` keeps the browser's sign-in session from one visit to the next.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from html.parser import HTMLParser
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urljoin

PATIENCE = 20.0
"""Real seconds for one page."""


class Visitor:
    """One browser with its cookies. Proxies of the environment are not used: the sandbox is on this machine."""

    def __init__(self, cookies: http.cookiejar.CookieJar | None = None) -> None:
        self._cookies = http.cookiejar.CookieJar() if cookies is None else cookies

    def visit(self, url: str, consent: str = "approve", *, follow: bool = True) -> str:
        """The last page's HTML, or where it would go on to with ``follow=False``.

        A page without a form (the answer of ``Knobs.auto_approve``, a problem) is the last one already.

        Raises:
            OSError: a page could not be loaded.
        """
        html, there = self._open(url, None, follow=follow)
        form = _Form()
        form.feed(html)
        if form.action is None or consent == "close":
            return html if follow or there == url else there
        fields = {**form.hidden, "decision": consent}
        html, after = self._open(urljoin(there, form.action), urlencode(fields).encode(), follow=follow)
        return html if follow else after

    def device(self, base_url: str, user_code: str, decision: str) -> None:
        """Type a code into the device page and decide.

        Raises:
            LookupError: no device waits with that code.
            OSError: the page could not be loaded.
        """
        html, there = self._open(f"{base_url}/device?{urlencode({'user_code': user_code})}", None)
        form = _Form()
        form.feed(html)
        if form.action is None:  # Knobs.auto_approve decided already
            return
        if "user_code" not in form.hidden:
            raise LookupError(f"no device waits with the code {user_code}")
        self._open(urljoin(there, form.action), urlencode({**form.hidden, "decision": decision}).encode())

    def _open(self, url: str, body: bytes | None, *, follow: bool = True) -> tuple[str, str]:
        """A page's HTML and its address; a refusal's page counts too."""
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self._cookies),
            *(() if follow else (_Stay(),)),
        )
        try:
            with opener.open(url, body, PATIENCE) as answer:
                return answer.read().decode("utf-8", "replace"), answer.url
        except urllib.error.HTTPError as refusal:
            with refusal:
                where = refusal.headers.get("Location") or refusal.url or url
                return refusal.read().decode("utf-8", "replace"), where


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leaves redirects alone."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> None:
        """Not followed: the opener then raises it as an HTTPError."""

    http_error_303 = http_error_302


class _Form(HTMLParser):
    """The page's form: where it goes, and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values.get("action", "")
        elif tag == "input" and values.get("type") == "hidden":
            self.hidden[values.get("name", "")] = values.get("value", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when the page could be opened."""
    parser = argparse.ArgumentParser(prog="python -m aws_sso_core.sandbox.visitor", description=__doc__.split("\n")[0])
    parser.add_argument("url")
    parser.add_argument("--deny", action="store_const", const="deny", dest="consent", default="approve")
    parser.add_argument("--close", action="store_const", const="close", dest="consent")
    parser.add_argument("--cookies", type=Path)
    parser.add_argument("--wait", action="store_true")
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser.parse_args(given)
    if not options.wait:
        _in_background([sys.executable, "-m", "aws_sso_core.sandbox.visitor", "--wait", *given])
        return 0
    jar = http.cookiejar.LWPCookieJar(options.cookies) if options.cookies else None
    if jar is not None and options.cookies.exists():
        jar.load(ignore_discard=True)
    try:
        Visitor(jar).visit(options.url, options.consent)
    except OSError as error:
        print(f"{options.url.partition('?')[0]} cannot be opened: {error}", file=sys.stderr)  # noqa: T201 - a command
        return 1
    if jar is not None:
        jar.save(ignore_discard=True)
    return 0


def _in_background(command: Sequence[str]) -> None:
    """Start a program that outlives us and holds none of our streams."""
    nothing = subprocess.DEVNULL
    child = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    child.returncode = 0  # nobody will wait for it; says so to Popen's own warning


if __name__ == "__main__":
    sys.exit(main())

"""What is told while a sign-in runs: to a person, or to a script."""

from __future__ import annotations

from aws_sso_core.cli.output import Output, encodable
from aws_sso_core.progress import Done, Ended, FellBack, OpenPage, Progress, ShowCode, Waiting


class Spoken:
    """Tells a person, on standard error."""

    def __init__(self, out: Output, called: str, *, why_code: str = "", qr: bool = False) -> None:
        """``called`` is the session's name; ``why_code`` goes before a device code, ``qr`` draws its page, too."""
        self._out = out
        self._called = called
        self._why_code = why_code
        self._qr = qr

    def __call__(self, progress: Progress) -> None:
        """Tell one step."""
        say = self._out.say
        match progress:
            case Waiting():
                say(f"Another program is signing in to {self._called} just now; waiting for it. Ctrl+C gives up.")
            case Ended():
                say(f"The old sign-in to {self._called} is ended, so that the new one gets its full length.")
            case FellBack(reason):
                say(reason)
            case OpenPage(url, opened=True):
                say(f"Your browser shows the page to sign in to {self._called}. If not, open this address in it:")
                self._page(url)
            case OpenPage(url):
                say(f"To sign in to {self._called}, open this page in a browser on this computer:")
                self._page(url)
            case ShowCode():
                self._code(progress)
            case Done():
                pass

    def _page(self, url: str) -> None:
        self._out.say(f"  {self._out.paint(url, 'cyan')}")
        self._out.say("Waiting for you to finish there. Ctrl+C gives up.")

    def _code(self, shown: ShowCode) -> None:
        say, paint = self._out.say, self._out.paint
        url = shown.url_complete or shown.url
        if self._why_code:
            say(self._why_code)
        if shown.opened:
            say(f"Your browser shows the page to sign in to {self._called}. If not, open this address anywhere:")
        else:
            say(f"To sign in to {self._called}, open this page in any browser, on any computer or phone:")
        say(f"  {paint(url, 'cyan')}")
        if self._qr:
            self._draw(url)
        say(f"Confirm there that it shows this code: {paint(shown.code, 'bold')}")
        say("Waiting for you to finish there. Ctrl+C gives up.")

    def _draw(self, url: str) -> None:
        from aws_sso_core.cli.qr import lines  # noqa: PLC0415 - for this option only

        stream = self._out.stderr
        blocks = stream is not None and encodable("\N{FULL BLOCK}", stream) == "\N{FULL BLOCK}"
        for line in lines(url, blocks=blocks, colours=self._out.colours(stream)):
            self._out.say(line)


class Events:
    """Tells a script, in JSON lines on standard output."""

    def __init__(self, out: Output, session: str) -> None:
        """``session`` is a ``Session.name``."""
        self._out = out
        self._session = session

    def __call__(self, progress: Progress) -> None:
        """Tell one step; the outcome is told by the command."""
        match progress:
            case Waiting():
                self._tell("waiting")
            case Ended():
                self._tell("ended")
            case FellBack(reason):
                self._tell("fell-back", reason=reason)
            case OpenPage(url, opened):
                self._tell("open", url=url, opened=opened)
            case ShowCode(url, code, url_complete, expires_at, opened):
                self._tell("code", url=url, code=code, url_complete=url_complete, expires_at=expires_at, opened=opened)
            case Done():
                pass

    def _tell(self, event: str, **fields: object) -> None:
        self._out.event(event, session=self._session, **fields)

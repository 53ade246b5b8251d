"""What a person's browser shows at the end of a sign-in: one page for each outcome.

Each is whole in itself (no script, nothing loaded from anywhere), readable in light and dark, and tells nothing that is
secret. ``HEADERS`` belong with it.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Literal

from aws_sso_core.model import Session

Landing = Literal["signed-in", "denied", "failed", "used", "stray"]
"""``used``: the answer came a second time. ``stray``: not the answer that is waited for, so it was ignored."""

_CSS = """
:root{color-scheme:light dark;--page:#f3f5f9;--glow:#e3eafb;--card:#fff;--line:#dfe4ee;--text:#141a26;--soft:#566074;
--good:#0f7a4f;--good-soft:#e2f4ec;--bad:#b3261e;--bad-soft:#fbe9e7;--wait:#8a5a00;--wait-soft:#fbf0d9}
@media (prefers-color-scheme:dark){:root{--page:#0f131b;--glow:#1a2338;--card:#181e2a;--line:#2b3445;--text:#eef1f7;
--soft:#a5afc2;--good:#5fd3a0;--good-soft:#14342a;--bad:#ff9a91;--bad-soft:#3d1f1e;--wait:#f0c163;--wait-soft:#3a2f16}}
*{box-sizing:border-box;margin:0}
html{height:100%;font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
background:var(--page);color:var(--text)}
body{min-height:100%;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1.4rem;
padding:2rem 1.2rem;background:radial-gradient(60rem 30rem at 50% -8rem,var(--glow),transparent)}
main{width:100%;max-width:30rem;padding:2.6rem 2.4rem 2.2rem;background:var(--card);border:1px solid var(--line);
border-radius:1.1rem;box-shadow:0 1.2rem 3rem -1.6rem rgb(10 20 50/.45);text-align:center}
.sign{width:4.6rem;height:4.6rem;margin:0 auto 1.3rem;display:block;border-radius:50%;padding:1.15rem;fill:none;
stroke:currentColor;stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
.good .sign{color:var(--good);background:var(--good-soft)}
.bad .sign{color:var(--bad);background:var(--bad-soft)}
.wait .sign{color:var(--wait);background:var(--wait-soft)}
h1{font-size:1.55rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin-bottom:.7rem}
p{color:var(--soft);text-wrap:pretty}
p+p{margin-top:.7rem}
.why{color:var(--text);overflow-wrap:anywhere}
b{color:var(--text);font-weight:600}
code{font:.92em ui-monospace,"Cascadia Mono",Consolas,Menlo,monospace;background:var(--page);border:1px solid var(--line);
border-radius:.35rem;padding:.08em .4em;color:var(--text);overflow-wrap:anywhere}
dl{margin:1.5rem 0;padding:.9rem 1.1rem;border:1px solid var(--line);border-radius:.7rem;text-align:left;display:grid;
grid-template-columns:auto 1fr;gap:.25rem 1.2rem}
dt{color:var(--soft)}
dd{overflow-wrap:anywhere;font-weight:550}
footer{max-width:30rem;text-align:center;font-size:.82rem;color:var(--soft)}
@media (prefers-reduced-motion:no-preference){.good .sign path,.bad .sign path{stroke-dasharray:40;animation:draw .5s .1s ease-out backwards}
@keyframes draw{from{stroke-dashoffset:40}}}
@media (max-width:26rem){main{padding:2rem 1.3rem 1.7rem}dl{grid-template-columns:1fr;gap:0}dd+dt{margin-top:.5rem}}
@media (forced-colors:active){main,dl{border-color:CanvasText}}
@media print{main{box-shadow:none}}
""".replace("\n", "")

_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The page's address holds an authorization code: used up by then, but no one else's business."""

_TICK, _CROSS, _MARK = "M5 12.6l4.6 4.6L19 7.6", "M7 7l10 10M17 7L7 17", "M12 6.5v7M12 17.5h.01"
_CLOSE = "<p>You can close this tab.</p>"
_LOOKS: dict[Landing, tuple[str, str, str, str]] = {
    "signed-in": ("good", _TICK, "#0f7a4f", "You are signed in"),
    "denied": ("bad", _CROSS, "#b3261e", "Sign-in was declined"),
    "failed": ("bad", _CROSS, "#b3261e", "Sign-in did not work"),
    "used": ("wait", _MARK, "#8a5a00", "Already answered"),
    "stray": ("wait", _MARK, "#8a5a00", "Nothing to see here"),
}


def landing_page(kind: Landing, session: Session | None, detail: str = "") -> str:
    """The page as HTML.

    Args:
        kind: the outcome.
        session: whose sign-in it was; named on the page. None for a visitor who may not know.
        detail: what went wrong, in a sentence or two; for "failed".
    """
    mood, path, colour, heading = _LOOKS[kind]
    title = f"{heading} - {session.label}" if session else heading
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="{_icon(path, colour)}"><title>{escape(title)}</title><style>{_CSS}</style></head>'
        f'<body><main class="{mood}"><svg class="sign" viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'
        f"<h1>{heading}</h1>{_body(kind, session, detail)}</main>"
        "<footer>aws-sso-tray showed this page from your own computer.<br>Nothing on it was sent anywhere.</footer>"
        "</body></html>"
    )


def _body(kind: Landing, session: Session | None, detail: str) -> str:
    if kind == "stray":
        return (
            "<p>This address waits for the answer to a sign-in. What came was something else, so it was ignored.</p>"
            "<p>If you are signing in just now, go on in the other tab.</p>"
        )
    named = _named(session) if session else ""
    if kind == "signed-in":
        return f"<p>The AWS tools on this computer can go on.</p>{named}{_CLOSE}"
    if kind == "used":
        return f"<p>This sign-in got its answer before, and only the first one counts.</p>{named}{_CLOSE}"
    again = f"<p>To try again, run {_command(session)} or choose <b>Sign in</b> in the tray.</p>"
    if kind == "denied":
        return f"<p>Access was not allowed, so nothing has changed.</p>{named}{again}{_CLOSE}"
    return f'<p class="why">{escape(detail or "AWS did not complete it.")}</p>{named}{again}{_CLOSE}'


def _named(session: Session) -> str:
    host = session.start_url.partition("://")[2].partition("/")[0] or session.start_url
    return f"<dl><dt>Session</dt><dd>{escape(session.label)}</dd><dt>Portal</dt><dd>{escape(host)}</dd></dl>"


def _command(session: Session | None) -> str:
    name = f" {session.name}" if session and session.kind == "sso-session" else ""
    return f"<code>aws-sso-tray login{escape(name)}</code>"


def _icon(path: str, colour: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<circle cx="12" cy="12" r="12" fill="{colour}"/><path d="{path}" fill="none" stroke="#fff" stroke-width="2.6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

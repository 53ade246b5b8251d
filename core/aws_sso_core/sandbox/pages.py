"""The pages a person sees: consent, device code, and what became of it.

Plain forms without scripts; every word that comes from outside is escaped. Each page says that this is not AWS.
"""

from __future__ import annotations

from datetime import timedelta
from html import escape

from aws_sso_core.sandbox.center import Consent, Device, SignIn
from aws_sso_core.sandbox.directory import Directory
from aws_sso_core.sandbox.style import CROSS, CSS, LOGO, TICK

DEMO = "Embedded demo Identity Center"

_SCOPES = {
    "sso:account:access": "See which AWS accounts and roles you have, and get temporary credentials for them",
}


def front(directory: Directory) -> str:
    """The page at ``/``: who this is, and what the demo person may use."""
    rows = "".join(
        f"<tr><td>{escape(a.account.name or a.account.id)}<td>{_count(len(a.roles), 'role')}"
        for a in directory.assignments
    )
    return _page(
        f"Access portal of {directory.organization}",
        f"{_organization(directory)}<h1>Access portal</h1>"
        f"<p>{escape(directory.display_name)} has {_count(len(directory.assignments), 'account')} here. A sign-in begins in "
        f"your program, not on this page.</p><table><tbody>{rows}</table>",
    )


def consent(directory: Directory, asked: Consent, who: str) -> str:
    """The consent page of the authorization code flow; ``who`` is a ``who(...)`` line."""
    name = escape(asked.client.name)
    return _page(
        f"Allow {asked.client.name} to access your data?",
        f'{_organization(directory)}<h1>Allow <span class="app">{name}</span> to access your data?</h1>'
        f"<p>You will be sent back to the program on this computer. It would be able to:</p>{_permissions(asked.scopes)}"
        f"{who}{_decision('/authorize', 'request', asked.id)}",
    )


def enter_code(directory: Directory, typed: str | None = None) -> str:
    """Asks for the code that the device shows; ``typed`` is one that nobody waits with."""
    wrong = described = value = ""
    if typed is not None:
        wrong = (
            '<p class="wrong" id="wrong" role="alert">No request waits with this code. It may have expired, or was '
            "answered already.</p>"
        )
        described, value = ' aria-describedby="wrong" aria-invalid="true"', escape(typed)
    return _page(
        "Enter your code",
        f"{_organization(directory)}<h1>Enter your code</h1>"
        '<p class="soft">Your program shows a code of eight letters. Type it here to go on.</p>'
        f'{wrong}<form method="get" action="/device"><label for="code">Code</label><input type="text" id="code" '
        f'name="user_code" value="{value}" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="16" '
        f'required autofocus{described}><div class="choice"><button class="main">Continue</button></div></form>',
    )


def confirm_device(directory: Directory, device: Device, who: str) -> str:
    """Asks for the decision on a device; ``who`` is a ``who(...)`` line."""
    return _page(
        "Confirm your code",
        f"{_organization(directory)}<h1>Is this the code your program shows?</h1>"
        f'<p class="code" aria-label="Code {_spelled(device.user_code)}">{escape(device.user_code)}</p>'
        f'<p>Approve only if it is the same. <span class="app">{escape(device.client.name)}</span> would be able to:</p>'
        f"{_permissions(device.client.scopes)}{who}{_decision('/device', 'user_code', device.user_code)}",
    )


def device_approved() -> str:
    """After Approve."""
    return _page(
        "Request approved",
        f"{TICK}<h1>Request approved</h1><p>Your program gets its access now. You can close this tab.</p>",
    )


def device_denied() -> str:
    """After Deny."""
    return _page(
        "Request denied",
        f"{CROSS}<h1>Request denied</h1><p>Your program gets no access. You can close this tab; to try again, start the "
        "sign-in again in your program.</p>",
    )


def problem(sentence: str) -> str:
    """Something is wrong with the request, and there is no safe way back to the program."""
    return _page(
        "This request cannot be answered",
        f"{CROSS}<h1>This request cannot be answered</h1><p>{escape(sentence)}</p>"
        '<p class="soft">Close this tab and start the sign-in again in your program.</p>',
    )


def who(directory: Directory, sign_in: SignIn | None, lifetime: timedelta) -> str:
    """The line that says who decides, and what it means for the sign-in session.

    Args:
        directory: whose person it is.
        sign_in: the browser's living sign-in session, if there is one.
        lifetime: how long a new one would last.
    """
    person = f"<b>{escape(directory.display_name)}</b> ({escape(directory.user_name)})"
    if sign_in:
        text = f"Signed in as {person}. This sign-in session ends at {sign_in.ends:%H:%M:%S} UTC; approving does not extend it."
    else:
        text = f"You sign in as {person}. The sign-in session will last {_words(lifetime)}."
    return f'<p class="who">{text}</p>'


def console(account_id: str, role: str, destination: str) -> str:
    """Where AWS's console would be: who the person is there, and which page was asked for."""
    return _page(
        f"{role} in {account_id}",
        f"{TICK}<h1>Signed in to the console</h1><p>As <b>{escape(role)}</b> in account <b>{escape(account_id)}</b>. AWS "
        f"would show {escape(destination)} here.</p>",
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)} - {DEMO}</title><style>{CSS}</style></head><body><main>"
        f'<p class="demo"><strong>{DEMO}</strong>: this is not AWS.</p><div class="inside">{body}</div></main>'
        "<footer>Served by aws-sso-tray on this computer, for its demo and its tests. People, accounts and credentials are "
        "made up.</footer></body></html>"
    )


def _organization(directory: Directory) -> str:
    return f'<p class="org">{LOGO}<span><b>{escape(directory.organization)}</b>IAM Identity Center</span></p>'


def _permissions(scopes: tuple[str, ...]) -> str:
    known = scopes or ("sso:account:access",)
    rows = [escape(_SCOPES.get(scope, scope)) for scope in known]
    if scopes:
        rows.append("Renew its access by itself until your sign-in session ends")
    return f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def _decision(action: str, name: str, value: str) -> str:
    return (
        f'<form method="post" action="{action}"><input type="hidden" name="{name}" value="{escape(value)}">'
        '<div class="choice"><button class="main" name="decision" value="approve">Approve</button>'
        '<button name="decision" value="deny">Deny</button></div></form>'
    )


def _spelled(code: str) -> str:
    """Letter by letter, for a screen reader."""
    return " ".join(escape(code).replace("-", ""))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _words(length: timedelta) -> str:
    """A length of time in words; whole units, the largest that fits."""
    seconds = round(length.total_seconds())
    for size, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return _count(seconds // size, noun)
    return _count(seconds, "second")

"""The pages a person sees: consent, device code, and what became of it. One style sheet, light and dark."""

from __future__ import annotations

from html import escape

from aws_sso_core.sandbox.center import Consent, Device, SignIn
from aws_sso_core.sandbox.directory import Directory


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><main><h1>{escape(title)}</h1>{body}</main></html>"


def _buttons() -> str:
    return "<button name=decision value=approve>Approve</button> <button name=decision value=deny>Deny</button>"


def front(directory: Directory) -> str:
    """The page at ``/``."""
    return _page(directory.organization, "<p>Embedded demo Identity Center")


def consent(directory: Directory, consent: Consent, sign_in: SignIn | None) -> str:
    """The consent page."""
    return _page(
        "Allow access?",
        f'<form method=post action=/authorize><input type=hidden name=request value="{escape(consent.id)}">{_buttons()}</form>',
    )


def enter_code(directory: Directory, typed: str | None = None) -> str:
    """Asks for the code."""
    return _page("Enter the code", "<form method=get action=/device><input name=user_code><button>Next</button></form>")


def confirm_device(directory: Directory, device: Device, sign_in: SignIn | None) -> str:
    """Asks for the decision."""
    return _page(
        "Confirm the code",
        f'<form method=post action=/device><input type=hidden name=user_code value="{escape(device.user_code)}">{_buttons()}</form>',
    )


def device_approved() -> str:
    """After Approve."""
    return _page("Request approved", "")


def device_denied() -> str:
    """After Deny."""
    return _page("Request denied", "")


def problem(sentence: str) -> str:
    """Something is wrong with the request."""
    return _page("Something is wrong", escape(sentence))

"""Which answers are answers. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from aws_sso_core.errors import UsageError
from aws_sso_core.model import Session
from aws_sso_core.partitions import is_region
from aws_sso_core.questions.facts import Facts
from aws_sso_core.questions.words import ANOTHER, OUTPUTS, Key
from aws_sso_core.start_url import parse, same_center

_NAME = re.compile(r"[A-Za-z0-9._-]+").fullmatch
_SHOWN = 10
_CLOSE = 3


def accepted(key: Key, text: str, facts: Facts) -> str:  # noqa: PLR0911 - one for each kind of answer
    """An answer in the form in which it is kept.

    Raises:
        UsageError: it is none; says what would be one.
    """
    text = text.strip()
    match key:
        case "session":
            return _session_accepted(text, facts)
        case "start_url":
            return parse(text).url
        case "account":
            return _account_accepted(text, facts)
        case "role":
            return _role_accepted(text, facts)
        case "sso_region" | "region":
            if not is_region(text):
                raise UsageError(f"{text!r} is no AWS region.", _nearest_region(text, facts))
            return text
        case "output":
            if text not in OUTPUTS:
                raise UsageError(f"{text!r} is no output format.", f"There are {', '.join(OUTPUTS)}.")
            return text
        case "profile":
            return _profile_accepted(text)


def name_taken(there: Session) -> UsageError:
    """The error for a name that the config gives to another portal."""
    return UsageError(
        f"There is another sso-session named {there.name!r}, for {there.start_url}.", "Give this one another name."
    )


def _session_accepted(text: str, facts: Facts) -> str:
    there = next((s for s in facts.sessions if text in (s.name, s.label)), None)
    start = facts.start
    if text == ANOTHER or (there is not None and start is None):
        return there.name if there is not None else text
    if there is not None and start is not None and not same_center(there.start_url, start.url):
        raise name_taken(there)
    if there is None and text in facts.taken:
        raise UsageError(f"There is a half-written sso-session named {text!r}.", "Give this one another name.")
    if there is None and not _NAME(text):
        raise _bad_name(text, "an sso-session")
    return there.name if there is not None else text


def _account_accepted(text: str, facts: Facts) -> str:
    known = facts.accounts
    if known is None:
        return text
    wanted = text.casefold()
    found = [a for a in known if wanted in (a.id, (a.name or "").casefold())]
    if len(found) == 1:
        return found[0].id
    if found:
        raise UsageError(f"Several accounts are called {text!r}.", f"Say the id: {', '.join(a.id for a in found)}.")
    hint = _nearest(text, [a.name or a.id for a in known], others=[a.id for a in known])
    raise UsageError(f"You have no account {text!r}.", hint)


def _role_accepted(text: str, facts: Facts) -> str:
    if facts.roles is None or text in facts.roles:
        return text
    alike = [role for role in facts.roles if role.casefold() == text.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise UsageError(f"You have no role {text!r} in that account.", _nearest(text, facts.roles))


def _profile_accepted(text: str) -> str:
    if text == "default":
        raise UsageError(
            "A profile named 'default' would be every tool's default for good.",
            "Give it another name; --default makes it the default, in a way that can be undone.",
        )
    if not _NAME(text):
        raise _bad_name(text, "a profile")
    return text


def _bad_name(text: str, what: str) -> UsageError:
    return UsageError(
        f"{text!r} is no name for {what}: not every AWS SDK could read it." if text else "A name is needed.",
        "Keep to letters, digits, dots, dashes and underscores.",
    )


def _nearest_region(text: str, facts: Facts) -> str:
    word = text.casefold()
    there = (name for name, called in facts.regions.items() if word and word in called.casefold())
    meant = next(there, None) or next(iter(difflib.get_close_matches(word, facts.regions, n=1)), None)
    return f"Did you mean {meant}?" if meant else "It looks like eu-west-1."


def _nearest(text: str, known: Iterable[str], *, others: Iterable[str] = ()) -> str:
    """What may have been meant: names with the text in them, else similar ones; ``others`` are not listed else."""
    names = list(dict.fromkeys(known))
    close = [name for name in names if text and text.casefold() in name.casefold()][:_CLOSE]
    close = close or difflib.get_close_matches(text, [*names, *others], n=_CLOSE, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are {', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}."

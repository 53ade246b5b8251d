"""What questions and answers are made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

Key = Literal["session", "start_url", "sso_region", "account", "role", "region", "output", "profile"]

FLAGS: Mapping[Key, str] = {
    "session": "--session",
    "start_url": "--sso-start-url",
    "sso_region": "--sso-region",
    "account": "--account",
    "role": "--role",
    "region": "--region",
    "output": "--output",
    "profile": "--profile",
}
OUTPUTS = ("json", "yaml", "yaml-stream", "text", "table")
"""What AWS CLI 2 knows."""
ANOTHER = "\0another"
"""The answer to "which session": one that is not there yet. No section is called so."""
CLEAN_NAMES: Mapping[str, str | tuple[str, ...]] = {
    "account_name_case": "lower",
    "role_name_case": "lower",
    "trim_role_name": ("(?<=admin)istratoraccess", "^aws", "(?<=readonly)access", "(?<=poweruser)access"),
}
"""Options of ``naming`` that give names such as dev-account.admin."""


class Do(Enum):
    """Something that is no question."""

    FIND_REGION = auto()
    READ_ACCOUNTS = auto()
    READ_ROLES = auto()
    WRITE = auto()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    text: str
    """As it is shown, and searched."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person, or an option, must say."""

    key: Key
    text: str
    choices: tuple[Choice, ...] = ()
    """Empty: any text."""
    default: str = ""
    """What Enter means; empty: there is nothing to propose."""
    is_open: bool = False
    """Whether another text than one of the choices may be an answer, too."""
    note: str = ""
    """What helps to answer; one or two sentences."""
    missing: str = ""
    """The sentence for a script that did not say it."""

    @property
    def flag(self) -> str:
        """The option that answers it."""
        return FLAGS[self.key]

    def matching(self, text: str) -> tuple[Choice, ...]:
        """The choices that have every word of the text in them, in any case and order."""
        words = text.casefold().split()
        return tuple(choice for choice in self.choices if all(word in choice.text.casefold() for word in words))

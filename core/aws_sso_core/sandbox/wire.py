"""Requests in, replies out: what every service of the sandbox is written in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl


class Refusal(Exception):
    """A service says no: an HTTP status, the exception's name on the wire, and a message."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole."""

    method: str
    path: str
    query_string: str
    headers: Message
    body: bytes = b""

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        """The fields of an ``application/x-www-form-urlencoded`` body; of a repeated one the last."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            Refusal: 400 InvalidRequestException; there is none.
        """
        try:
            value = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Refusal(400, "InvalidRequestException", "Invalid request")
        return value

    def cookie(self, name: str) -> str | None:
        """The value of a cookie, or None."""
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply. ``detail`` is what the record of calls says about it."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""


def json_reply(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None, detail: str = "") -> Reply:
    """A reply that carries JSON."""
    return Reply(status, json.dumps(value).encode(), "application/json", headers or {}, detail)


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers: the API's name of the operation, what it does, and how its service words a refusal."""

    operation: str
    act: Callable[[Request], Reply]
    refuse: Callable[[Refusal], Reply]
    limited: bool = False
    """Whether the portal's rate limit counts it."""

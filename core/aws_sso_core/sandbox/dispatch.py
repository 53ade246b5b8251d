"""From a request to the answer: the right operation, the ordered fault, the rate limit, the record."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_sso_core.clock import Clock
from aws_sso_core.sandbox.calls import Call, Calls
from aws_sso_core.sandbox.center import Center
from aws_sso_core.sandbox.faults import Fault, Faults
from aws_sso_core.sandbox.sts_ecr import ECR_TARGETS
from aws_sso_core.sandbox.wire import Refusal, Reply, Request, Route, json_reply

HOTEL = b"<!doctype html><title>Welcome</title><h1>Welcome to Hotel Wi-Fi</h1><p>Please accept our terms to go online."


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and how it travels."""

    reply: Reply | None
    """None: the connection ends without one."""
    half: bool = False
    """Only half of the body arrives."""
    delay: float = 0.0
    """Real seconds before it goes out."""


class Limiter:
    """A token bucket that holds one second's worth (AWS: "20 transactions per second, collectively")."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._level: float | None = None
        self._at = 0.0

    def admit(self, rate: float | None) -> bool:
        """Whether one more request may pass now."""
        if rate is None:
            return True
        with self._lock:
            now, most = self._clock.monotonic(), max(1.0, rate)
            level = most if self._level is None else min(most, self._level + (now - self._at) * rate)
            self._at, passes = now, level >= 1.0 - 1e-9
            self._level = level - 1.0 if passes else level
            return passes


class Dispatcher:
    """Answers requests by a table of routes."""

    def __init__(self, center: Center, routes: Mapping[tuple[str, str], Route], closing: threading.Event) -> None:
        self.calls = Calls()
        self.faults = Faults()
        self.bugs: list[Exception] = []
        """What went wrong in the sandbox itself; raised when it closes."""
        self._center = center
        self._routes = routes
        self._closing = closing
        self._limiter = Limiter(center.clock)

    def answer(self, request: Request) -> Answer:
        """The answer to a request; runs in the connection's thread."""
        route = self._routes.get((request.method, _path(request)))
        if request.method == "HEAD":
            return Answer(Reply(200, content_type="text/html; charset=utf-8"))
        if route is None:
            return Answer(_unknown(request))
        if self._center.knobs.latency and self._closing.wait(self._center.knobs.latency):
            return Answer(None)
        fault = self.faults.take(route.operation)
        if fault and fault.kind in {"dropped", "html", "wrong-json", "status", "error"}:
            return self._instead(route, fault)
        reply = self._act(route, request)
        lost = fault is not None and fault.kind == "lost-reply"
        self._record(route, 0 if lost else reply.status, reply.detail)
        if fault is None:
            return Answer(reply)
        return Answer(None if lost else reply, half=fault.kind == "truncated", delay=fault.seconds)

    def _instead(self, route: Route, fault: Fault) -> Answer:
        reply: Reply | None = None
        if fault.kind == "html":
            reply = Reply(200, HOTEL, "text/html; charset=utf-8")
        elif fault.kind == "wrong-json":
            reply = json_reply({"unexpected": True})
        elif fault.kind != "dropped":
            reply = route.refuse(Refusal(fault.code, fault.name, fault.message))
            if fault.retry_after is not None:
                reply = replace(reply, headers={**reply.headers, "Retry-After": str(fault.retry_after)})
        self._record(route, reply.status if reply else 0, fault.name or fault.kind)
        return Answer(reply)

    def _act(self, route: Route, request: Request) -> Reply:
        try:
            if route.limited and not self._limiter.admit(self._center.knobs.rate_limit):
                reply = route.refuse(Refusal(429, "TooManyRequestsException", "HTTP 429 Unknown Code"))
                headers = {**reply.headers, "Retry-After": "1"}
                return replace(reply, headers=headers, detail="TooManyRequestsException")
            with self._center.lock:
                return route.act(request)
        except Refusal as refusal:
            return replace(route.refuse(refusal), detail=_told(request, refusal))
        except Exception as bug:  # noqa: BLE001 - kept, and raised when the sandbox closes
            self.bugs.append(bug)
            return route.refuse(Refusal(500, "InternalServerException", "Internal server error"))

    def _record(self, route: Route, status: int, detail: str) -> None:
        self.calls.add(Call(route.operation, self._center.clock.now(), status, detail))


def _told(request: Request, refusal: Refusal) -> str:
    """For the record: what a refused call was about, as far as it can be read."""
    grant_type = ""
    if request.path == "/token":
        try:
            grant_type = str(request.json().get("grantType", "")).rpartition(":")[2]
        except Refusal:
            grant_type = ""
    return f"{grant_type} {refusal.name}".strip()


def _path(request: Request) -> str:
    """The route's key; STS and ECR share ``POST /`` and differ by header."""
    if request.method == "POST" and request.path == "/":
        ecr = ECR_TARGETS.get(request.headers.get("X-Amz-Target", ""))
        return ecr or f"sts:{request.form().get('Action', '')}"
    return request.path


def _unknown(request: Request) -> Reply:
    if request.path == "/favicon.ico":
        return Reply(204)
    name = "UnknownOperationException"
    body = {"__type": name, "message": f"Nothing answers {request.method} {request.path} here"}
    return json_reply(body, status=404, headers={"x-amzn-ErrorType": name})

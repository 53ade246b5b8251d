"""One boto3 client, unsigned unless it is given role credentials, and how it is asked.

Clients stand apart from the person's profiles: a missing ``AWS_PROFILE`` or a config that nobody can parse must not
keep anyone from signing in. What a profile says about the *network* counts all the same (``network``).

botocore's retries are off. It would send ``CreateToken`` again after a lost answer, and a refresh token is good for one
use only; so whoever asks says whether that may be done again. Nor does botocore mind an answer that was cut off, or a
web page in place of JSON: both are refused here, before it reads them (speed.md, "Traps").
"""

from __future__ import annotations

import email.utils
import functools
import json
import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, Required, TypedDict, get_args

import boto3.session
import botocore.loaders
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from aws_sso_core.aws.network import ca_bundle, network_settings
from aws_sso_core.aws.reply import Reply
from aws_sso_core.aws.translate import OAUTH_CODES, check_proxy, may_pass, told
from aws_sso_core.aws.where import KEPT_OUT, Where
from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError, BadReply, Throttled
from aws_sso_core.model import RoleCredentials, Session

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
ATTEMPTS = 3
CONNECTIONS = 10
"""Kept open for further requests; botocore's own number."""
_FAILURES = 5
"""Of one request, besides 429: a Wi-Fi's own page, or a broken AWS, is told within 10 seconds."""
_FIRST_PAUSE = 0.4
_LONGEST_PAUSE = 20.0
_ERRORS_FROM = 300

ServiceName = Literal["sso-oidc", "sso", "sts", "ecr", "ecr-public"]
"""The services of AWS that we ask."""

_log = logging.getLogger(__name__)
_making = threading.Lock()


class Pace(Protocol):
    """Who decides when a request may go, for callers that send hundreds."""

    attempts: int
    """How often one is sent before its error counts."""

    def turn(self) -> None:
        """Wait until one more may go."""

    def answered(self) -> None:
        """One went well."""

    def throttled(self, seconds: float | None) -> None:
        """AWS asked for fewer; ``seconds`` is its Retry-After."""


class Way(TypedDict, total=False):
    """How AWS is reached; all clients take these."""

    clock: Required[Clock]
    """Waits between attempts, and is compared with AWS's."""
    config: Required[Path | None]
    """``Paths.config``, read for its network settings only; None or a broken file means none."""
    profile: str | None
    """Whose network settings count; None is the environment's profile, as in AWS CLI."""
    endpoint: str | None
    """A URL to talk to in place of the one that environment, config and region lead to."""
    read_seconds: float
    """How long to wait for an answer."""


class Service:
    """One of AWS's services as one session sees it."""

    def __init__(
        self,
        name: ServiceName,
        session: Session,
        *,
        clock: Clock,
        config: Path | None,
        profile: str | None = None,
        endpoint: str | None = None,
        read_seconds: float = READ_SECONDS,
        pace: Pace | None = None,
        connections: int = CONNECTIONS,
        credentials: RoleCredentials | None = None,
        region: str | None = None,
        fips: bool = False,
    ) -> None:
        """Make the client; nothing is sent. Arguments as ``Way``; errors as ``aws.oidc``; what else is there, its makers tell."""
        self.session = session
        self._speaks_json = name != "sts"
        self._pace = pace
        self.skew: timedelta | None = None
        """How far AWS's clock is ahead of ours, as its last answer told; None as long as nobody answered."""
        self._clock = clock
        network = network_settings(session, config, profile)
        if fips:
            network["profiles"]["default"]["use_fips_endpoint"] = "true"
        region = region or session.region
        key = "region" if credentials else "sso_region"
        self.where = Where(endpoint or f"https://{name}.{region}.amazonaws.com", region, ca_bundle(network), key)
        check_proxy(self.where)
        try:
            self.client: Any = _client(name, region, network, endpoint, read_seconds, connections, credentials)
        except (BotoCoreError, ValueError, OSError) as error:
            raise told(error, self.where) from error
        self.where = replace(self.where, url=self.client.meta.endpoint_url)
        self.client.meta.events.register("before-parse", self._look)

    def ask(self, operation: Callable[..., Any], *, again: bool, listing: str = "", **request: Any) -> Reply:
        """Call an operation of the client; with ``again``, several times when AWS was there but gave no answer.

        An answer without the list that ``listing`` names is none.

        Raises:
            Offline, ServiceFailed (and its kinds), SignInNeeded: as ``translate`` tells.
        """
        attempts = (self._pace.attempts if self._pace else ATTEMPTS) if again else 1
        failures = 0
        for attempt in range(attempts):
            try:
                reply = self._in_turn(operation, request)
                if listing:
                    reply.parts(listing)
            except AppError as error:
                failures += not isinstance(error, Throttled)
                if attempt == attempts - 1 or failures == _FAILURES or not may_pass(error):
                    raise
                if not (self._pace and isinstance(error, Throttled)):  # else the next turn is late enough
                    self._clock.sleep(_pause(attempt, error))
            else:
                return reply
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _in_turn(self, operation: Callable[..., Any], request: Mapping[str, Any]) -> Reply:
        if self._pace is None:
            return self._ask(operation, request)
        self._pace.turn()
        try:
            reply = self._ask(operation, request)
        except Throttled as error:
            self._pace.throttled(error.retry_after)
            raise
        self._pace.answered()
        return reply

    def _ask(self, operation: Callable[..., Any], request: Mapping[str, Any]) -> Reply:
        try:
            return Reply(operation(**request), self.where)
        except AppError:  # from _look
            raise
        except Exception as error:
            failed = told(error, self.where)
            _log.info("%s at %s: %s", operation.__name__, self.where.host, failed.sentence)
            raise failed from error

    def _look(self, response_dict: dict[str, Any], **_others: Any) -> None:
        """See an answer before botocore parses it."""
        headers, status, body = response_dict["headers"], response_dict["status_code"], response_dict["body"]
        self._compare_clocks(headers.get("date"))
        if status >= _ERRORS_FROM:
            _name_oauth_error(headers, body)
            return
        whole = headers.get("content-length", "")
        if whole.isdecimal() and len(body) < int(whole) and not headers.get("content-encoding"):
            raise BadReply(f"The answer of {self.where.host} was cut off.", "Try again.", status=status)
        if body and self._speaks_json and not isinstance(_json(body), dict):
            advice = self.where.advice or KEPT_OUT
            raise BadReply(f"{self.where.host} did not answer as AWS does.", advice, status=status)

    def _compare_clocks(self, date: str | None) -> None:
        try:
            self.skew = email.utils.parsedate_to_datetime(date or "").astimezone(UTC) - self._clock.now()
        except (ValueError, OverflowError):
            return


class _Isolated(botocore.session.Session):
    """A botocore session whose config is handed in, not read from the person's files."""

    def __init__(self, full_config: dict[str, Any]) -> None:
        super().__init__(profile="default")
        self._handed_in = full_config

    @property
    def full_config(self) -> dict[str, Any]:
        return self._handed_in

    def register(self, event_name: str, *handler: Any, **how: Any) -> None:
        """Without what is for other services: each client copies all of it, nearly half of its making."""
        kind, _, subject = event_name.partition(".")
        if kind != "docs" and subject.partition(".")[0] in ("", "*", *get_args(ServiceName)):
            super().register(event_name, *handler, **how)


class _Loader(botocore.loaders.Loader):
    """Reads the descriptions of our services; botocore's looks for those of all 400 first, which takes 20 ms."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        return list(get_args(ServiceName))


@functools.lru_cache(maxsize=8)
def _session(network: str) -> boto3.session.Session:
    """One for all clients with the same network settings: it keeps the service descriptions, which cost 50 ms to read."""
    core = _Isolated(json.loads(network))
    core.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=core)


@functools.cache
def _loader() -> _Loader:
    return _Loader()


def _client(
    name: str,
    region: str,
    network: dict[str, Any],
    endpoint: str | None,
    read_seconds: float,
    connections: int,
    credentials: RoleCredentials | None,
) -> Any:
    config = Config(
        signature_version=None if credentials else UNSIGNED,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        max_pool_connections=connections,
        retries={"total_max_attempts": 1, "mode": "standard"},
        user_agent_extra="aws-sso-tray",
        # Said here so that no odd value in the environment can stop us.
        defaults_mode="legacy",  # type: ignore[arg-type]  # the stubs are wrong about it
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    with _making:  # boto3: "creating a client is not thread-safe", though using one is
        make: Any = _session(json.dumps(network, sort_keys=True)).client
        return make(name, region_name=region, endpoint_url=endpoint, config=config, **_keys(credentials))


def _keys(credentials: RoleCredentials | None) -> dict[str, str]:
    if credentials is None:
        return {}
    return {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
        **({"aws_session_token": credentials.session_token.reveal()} if credentials.session_token else {}),
    }


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _name_oauth_error(headers: Any, body: bytes) -> None:
    """Give an error its exception's name where only the OAuth code tells it, which botocore does not read."""
    if headers.get("x-amzn-errortype"):
        return
    document = _json(body)
    code = document.get("error") if isinstance(document, dict) else None
    if isinstance(code, str) and code in OAUTH_CODES:
        headers["x-amzn-errortype"] = OAUTH_CODES[code]


def _pause(attempt: int, error: AppError) -> float:
    """Seconds: what AWS asks for, else doubling, with jitter so that many callers do not come back together."""
    asked = error.retry_after if isinstance(error, Throttled) else None
    pause = asked if asked is not None else _FIRST_PAUSE * 2**attempt
    return min(pause, _LONGEST_PAUSE) + random.uniform(0, _FIRST_PAUSE)  # noqa: S311 - no secret depends on it

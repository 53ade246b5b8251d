"""botocore's errors in our words, by one table.

Each says what is the matter (which host, which proxy, whose certificate) and what to do. Nothing here repeats a body
that was received, nor a request that was sent: both may hold secrets.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore import exceptions as b
from botocore.utils import get_environ_proxies

from aws_sso_core.aws.certificates import issuer_at
from aws_sso_core.aws.where import KEPT_OUT, Where
from aws_sso_core.errors import (
    AppError,
    BadReply,
    Forbidden,
    Offline,
    ServiceFailed,
    SignInNeeded,
    Throttled,
    UsageError,
)

_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_SIDE = 401, 403, 429, 500
_THROTTLED = {"SlowDownException", "TooManyRequestsException", "ThrottlingException", "Throttling", "429"}
_KEYS_REFUSED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_CLOCK_VERDICTS = {9: "is not valid yet", 10: "has expired"}  # OpenSSL's X509_V_ERR numbers
_OTHER_HOST = (62, 64)  # host name, IP address
OAUTH_CODES = {
    "authorization_pending": "AuthorizationPendingException",
    "slow_down": "SlowDownException",
    "expired_token": "ExpiredTokenException",
    "access_denied": "AccessDeniedException",
    "invalid_grant": "InvalidGrantException",
    "invalid_client": "InvalidClientException",
    "unauthorized_client": "UnauthorizedClientException",
    "unsupported_grant_type": "UnsupportedGrantTypeException",
    "invalid_scope": "InvalidScopeException",
    "invalid_request": "InvalidRequestException",
}
"""OAuth's word (RFC 6749, section 5.2; RFC 8628, section 3.5) -> the exception's name in the API."""


def told(error: Exception, where: Where) -> AppError:
    """Our error for one that botocore (or the standard library below it) raised."""
    words = next(words for kind, words in _TABLE if isinstance(error, kind))
    return words(error, where)


def may_pass(error: AppError) -> bool:
    """Whether asking again in a moment makes sense: AWS was there, but the answer was none.

    Not when nothing could be reached or a time-out ran out: that takes long enough already.
    """
    if isinstance(error, Offline):
        return isinstance(error.__cause__, b.ConnectionClosedError)
    return isinstance(error, Throttled | BadReply) or (
        isinstance(error, ServiceFailed) and error.status >= _SERVER_SIDE
    )


def _refused(error: Exception, where: Where) -> AppError:
    """AWS (or something in its place) answered with an error status."""
    assert isinstance(error, b.ClientError)  # noqa: S101 - the table says so
    response: Any = error.response
    details, metadata = response.get("Error") or {}, response.get("ResponseMetadata") or {}
    code, status = str(details.get("Code") or ""), int(metadata.get("HTTPStatusCode") or 0)
    headers = metadata.get("HTTPHeaders") or {}
    if code in _THROTTLED or status == _TOO_MANY:
        throttled = Throttled(
            "AWS asks for fewer requests.", "Wait a minute, then try again.", code=code, status=status
        )
        throttled.retry_after = _seconds(headers.get("retry-after"))
        return throttled
    if status >= _SERVER_SIDE:
        sentence = f"AWS has trouble of its own ({where.host} answered {status})."
        return ServiceFailed(sentence, where.advice or "Try again in a moment.", code=code, status=status)
    if "html" in headers.get("content-type", ""):
        return BadReply(f"{where.host} answered {status} with a web page.", where.advice or KEPT_OUT, status=status)
    if code == "UnauthorizedException" or (status == _UNAUTHORIZED and not code.endswith("Exception")):
        return SignInNeeded("AWS no longer accepts this sign-in.", "Sign in again.")
    if code == "ForbiddenException" or (status == _FORBIDDEN and code not in _KEYS_REFUSED):
        return Forbidden("AWS gives no access to this role.", "Ask your administrator.", code=code, status=status)
    return _told_by_aws(response, code, status, where)


def _told_by_aws(response: Any, code: str, status: int, where: Where) -> ServiceFailed:
    """An error that is no more than what it says itself."""
    if code in _KEYS_REFUSED:
        hint = "If it goes on, check this computer's date and time, and sign in again."
        return ServiceFailed(f"AWS does not accept these credentials ({code}).", hint, code=code, status=status)
    details = response.get("Error") or {}
    message = response.get("error_description") or details.get("Message") or response.get("message") or ""
    reason = response.get("reason")
    sentence = f"AWS refused: {_short(str(message)) or code}" + (f" ({reason})." if reason else ".")
    return ServiceFailed(sentence, where.advice, code=code, status=status)


def _tls(error: Exception, where: Where) -> AppError:
    verdict = next((e for e in _causes(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
    code = verdict.verify_code if verdict else 0
    if code in _CLOCK_VERDICTS:
        sentence = f"The TLS certificate of {where.host} {_CLOCK_VERDICTS[code]}."
        return Offline(sentence, "Check this computer's date and time first.")
    elsewhere = code in _OTHER_HOST or "doesn't match" in str(error)  # the latter are urllib3's own words
    if verdict is None and not elsewhere:
        return _no_handshake(error, where)
    issuer = issuer_at(where.host, urlsplit(where.url).port or 443, proxy=_proxy_for(where.url))
    by = f", issued by {issuer!r}," if issuer else ""
    if verdict is None or elsewhere:
        return Offline(f"The TLS certificate{by} that answers for {where.host} belongs to another host.", where.advice)
    return Offline(
        f"The TLS certificate of {where.host}{by} is not trusted ({verdict.verify_message}).",
        f"{where.ca_bundle} does not hold that issuer: add its certificate to it."
        if where.ca_bundle
        else "If your company inspects TLS, save its CA certificate as a PEM file and let AWS_CA_BUNDLE "
        "(or ca_bundle in the profile) name that file.",
    )


def _no_handshake(error: Exception, where: Where) -> AppError:
    reason = _short(_innermost(error))
    bad_file = any(isinstance(e, FileNotFoundError | PermissionError) for e in _causes(error))
    if where.ca_bundle and (bad_file or any(word in reason for word in ("PEM", "NO_CERTIFICATE", "X509"))):
        return _bad_ca_bundle(reason, where)
    return Offline(f"No secure connection to {where.host}: {reason}.", where.advice)


def _bad_ca_bundle(reason: str, where: Where) -> AppError:
    if not (where.ca_bundle or "").strip():
        return UsageError(
            "A file of trusted CA certificates is set, but to nothing.",
            "Give AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or ca_bundle in the config a file, or remove it.",
        )
    return UsageError(
        f"The file of trusted CA certificates {where.ca_bundle!r} cannot be used: {reason}.",
        "AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or ca_bundle in the config names it.",
    )


def _proxy(error: Exception, where: Where) -> AppError:
    proxy = _proxy_for(where.url)
    at = urlsplit(proxy or "")
    name = f"{at.hostname}:{at.port}" if at.port else at.hostname or "the proxy"
    reason = _short(_innermost(error))
    if "407" in reason:
        return Offline(f"The proxy {name} wants a user name and password.", "Put them into HTTPS_PROXY.")
    return Offline(
        f"The proxy {name} does not lead to {where.host}: {reason}.",
        "HTTPS_PROXY and HTTP_PROXY name the proxy, NO_PROXY the hosts that need none.",
    )


def _unreachable(error: Exception, where: Where) -> AppError:
    if any(isinstance(e, socket.gaierror) for e in _causes(error)) or "resolve" in str(error).lower():
        advice = (
            where.advice or f"Check the network; if it is fine, the {where.region_key} {where.region!r} may be wrong."
        )
        return Offline(f"The name {where.host} cannot be found.", advice)
    return Offline(
        f"{where.host} cannot be reached: {_short(_innermost(error))}.", where.advice or "Check the network."
    )


def _too_slow(_error: Exception, where: Where) -> AppError:
    return Offline(f"{where.host} cannot be reached in time.", where.advice or "Check the network.")


def _no_answer(_error: Exception, where: Where) -> AppError:
    return Offline(f"{where.host} did not answer in time.", where.advice or "Try again in a moment.", sent=True)


def _cut(_error: Exception, where: Where) -> AppError:
    return Offline(f"{where.host} ended the connection without an answer.", where.advice or "Try again.", sent=True)


def _bad_region(_error: Exception, where: Where) -> AppError:
    return UsageError(f"{where.region!r} is no AWS region.", f"Correct {where.region_key} in the config.")


def _bad_settings(error: Exception, where: Where) -> AppError:
    """What the environment or the config says makes no request possible: a CA file that is not there, a bad URL."""
    reason = _short(_innermost(error))
    if "CA bundle" in str(error) or "CA certificate" in str(error):
        return _bad_ca_bundle(reason, where)
    if "Invalid endpoint" in str(error):
        hint = (
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_SSO or endpoint_url in the config says so."
        )
        return UsageError(f"There is no service at {reason.rpartition(' ')[2]!r}: that is no URL.", hint)
    if _proxy_for(where.url):
        return _bad_proxy()
    return UsageError(f"No request can be made: {reason}.", where.advice)


def check_proxy(where: Where) -> None:
    """Refuse a proxy's URL that nobody can read, before a library complains of it with a part of the password.

    Raises:
        UsageError: without a cause, which would say it, too.
    """
    try:
        at = urlsplit(_proxy_for(where.url) or "")
        readable = "@" not in at.path + at.query + at.fragment and at.port != 0
    except ValueError:
        readable = False
    if not readable:
        raise _bad_proxy()


def _bad_proxy() -> UsageError:
    return UsageError(
        "The proxy setting is no URL such as http://proxy.example:8080.",
        "Check HTTPS_PROXY and HTTP_PROXY; a password's / ? # @ : are written %2F %3F %23 %40 %3A.",
    )


def _nonsense(_error: Exception, where: Where) -> AppError:
    return BadReply(f"{where.host} did not answer as AWS does.", where.advice or "Try again.")


_TABLE: tuple[tuple[type[Exception], Callable[[Exception, Where], AppError]], ...] = (
    # First those that are also of a later kind.
    (b.ClientError, _refused),
    (b.SSLError, _tls),
    (b.ProxyConnectionError, _proxy),
    (b.ConnectTimeoutError, _too_slow),
    (b.EndpointConnectionError, _unreachable),
    (b.ReadTimeoutError, _no_answer),
    (b.ConnectionClosedError, _cut),
    (b.ResponseStreamingError, _cut),
    (b.IncompleteReadError, _cut),
    (b.InvalidRegionError, _bad_region),
    (b.HTTPClientError, _bad_settings),
    (b.InvalidConfigError, _bad_settings),
    (b.InvalidProxiesConfigError, _bad_settings),
    (b.BaseEndpointResolverError, _bad_settings),
    (ValueError, _bad_settings),
    (OSError, _unreachable),
    # What botocore's parser trips over when JSON has another shape than the API promises.
    (Exception, _nonsense),
)


def _proxy_for(url: str) -> str | None:
    proxies: dict[str, str] = get_environ_proxies(url)
    proxy = proxies.get(urlsplit(url).scheme)
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that lies under it, however it was wrapped; each once."""
    waiting: list[Any] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            wrapped = getattr(one, "kwargs", None)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            waiting += list(wrapped.values()) if isinstance(wrapped, dict) else []


def _innermost(error: Exception) -> str:
    """The system's own words, without the wrapping of three libraries."""
    found = [e.strerror or str(e) for e in _causes(error) if isinstance(e, OSError) and not _wraps(e)]
    return found[-1] if found else str(error).rpartition("): ")[2]


def _wraps(error: BaseException) -> bool:
    return any(isinstance(part, BaseException) for part in (*error.args, getattr(error, "reason", None)))


def _seconds(value: object) -> float | None:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None


def _short(text: str) -> str:
    """At most a line, without a full stop at its end."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return (line if len(line) <= 200 else f"{line[:199]}…").rstrip(".")  # noqa: PLR2004 - about two lines of a terminal

"""Looking at a web page, through the proxies and certificate authorities that AWS's clients go by.

For the front page of the access portal alone: it tells the region of its IAM Identity Center, which is in no API.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from aws_sso_core.aws.network import ca_bundle, network_settings
from aws_sso_core.aws.translate import check_proxy, told
from aws_sso_core.aws.where import Where
from aws_sso_core.errors import BadReply
from aws_sso_core.model import Session

SECONDS = 6.0
"""For connecting, and for each part of the answer."""
_REDIRECTS = 4
_MOVED = range(300, 400)
_LARGEST = 1 << 20
_USUAL = 200


@dataclass(frozen=True, slots=True)
class Page:
    """A web page."""

    url: str
    """Where it was found in the end."""
    text: str


def page(url: str, *, config: Path | None) -> Page:
    """Fetch a page. No cookie and nothing else of the person is sent.

    Args:
        url: https only, also after redirects.
        config: ``Paths.config``, read for its network settings only.

    Raises:
        Offline, ServiceFailed: there is no such page, or no way to it.
    """
    bundle = ca_bundle(network_settings(Session("", url, ""), config, None))
    for _ in range(_REDIRECTS):
        where = Where(url, "", bundle)
        if urlsplit(url).scheme != "https":
            raise BadReply(f"{where.host} leads to an address without https.")
        status, location, text = _get(where)
        if status in _MOVED and location:
            url = urljoin(url, location)
        elif status == _USUAL:
            return Page(url, text)
        else:
            raise BadReply(f"{where.host} answered {status}.", status=status)
    raise BadReply(f"{where.host} leads on and on.")


def _get(where: Where) -> tuple[int, str | None, str]:
    check_proxy(where)
    request = AWSRequest("GET", where.url, headers={"Accept": "text/html"}, stream_output=True).prepare()
    try:
        http: Any = URLLib3Session  # its stubs know neither a CA file nor fractions of a second
        session = http(verify=where.ca_bundle or True, proxies=get_environ_proxies(where.url), timeout=SECONDS)
        try:
            answer = session.send(request)
            body: bytes = answer.raw.read(_LARGEST)
        finally:
            session.close()
    except (BotoCoreError, HTTPClientError, ValueError, OSError) as error:
        raise told(error, where) from error
    return answer.status_code, answer.headers.get("location"), body.decode("utf-8", "replace")

"""Finding the region of an IAM Identity Center, which people are asked for and seldom know.

In this order: the address itself; the portal's front page, which names it in a ``meta`` element (fwdcloudsec/granted#413)
or leads to a host that does; and the services of all regions, of which only the right one knows the start URL.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from aws_sso_core.errors import AppError, Offline, ServiceFailed, UsageError
from aws_sso_core.identity_center.register import CLIENT_NAME, NOT_HERE
from aws_sso_core.partitions import is_region, partition_of
from aws_sso_core.start_url import EXAMPLE, StartUrl, parse

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc, Page

_THREADS = 12
_PATIENCE = 25.0
"""Real seconds for all regions together; two requests to each take three."""
_LOOK = 0.2
"""Real seconds; a wait without an end cannot be interrupted by Ctrl+C on Windows."""

_log = logging.getLogger(__name__)


def find_region(
    start: StartUrl,
    *,
    regions: Collection[str],
    page: Callable[[str], Page],
    oidc: Callable[[str], Oidc],
) -> StartUrl:
    """The start URL with its region, or without one where that cannot be found out.

    An address of somebody's own becomes the one that it leads to.

    Args:
        start: what the person said.
        regions: all there are.
        page: fetches a web page; see ``aws.page``.
        oidc: the service in a region; only registers a client, and asks for a device code that nobody will use.

    Raises:
        UsageError: the address leads to no access portal, or no region knows it.
        Offline: nothing can be reached.
    """
    if start.region is not None:
        return start
    found = _on_page(start, page)
    if found.region is not None:
        return found
    if not found.is_aws:
        raise _no_portal(start)
    near = [region for region in regions if partition_of(region).name == found.partition]
    return replace(found, region=_asked(found, near, oidc))


def region_in(html: str) -> str | None:
    """What the portal's front page says in ``<meta name="region" content="...">``."""
    reader = _Meta()
    reader.feed(html)
    return reader.region


class _Meta(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.region: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name") == "region" and is_region(content := named.get("content") or ""):
            self.region = self.region or content


def _on_page(start: StartUrl, page: Callable[[str], Page]) -> StartUrl:
    try:
        shown = page(start.url)
    except (Offline, ServiceFailed) as error:
        _log.info("the portal's page: %s", error.sentence)
        if not start.is_aws:
            raise
        return start
    try:
        there = parse(shown.url)
    except UsageError:
        there = start
    if not there.is_aws:
        return there
    known = start if start.is_aws else there
    return replace(known, region=there.region or region_in(shown.text))


def _asked(start: StartUrl, regions: Iterable[str], oidc: Callable[[str], Oidc]) -> str | None:
    """The region that knows the start URL; None where too few of them answered to tell."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    answers: queue.SimpleQueue[tuple[str, bool | AppError]] = queue.SimpleQueue()
    asked = list(regions)
    for region in asked:
        waiting.put(region)
    enough = threading.Event()
    for number in range(min(_THREADS, len(asked))):
        work = threading.Thread(
            target=_work, args=(start, oidc, waiting, answers, enough), name=f"region-{number}", daemon=True
        )
        work.start()
    unknown, failed = 0, []
    try:
        for region, answer in _taken(answers, len(asked)):
            if answer is True:
                return region
            if answer is False:
                unknown += 1
            else:
                failed.append(answer)
                _log.info("%s: %s", region, answer.sentence)
    finally:
        enough.set()
    out_of_reach = all(isinstance(error, Offline) for error in failed)
    if out_of_reach and not unknown and failed:
        raise failed[0]
    # Some region is always out of reach: announced and not open yet, or shut out by a company's proxy.
    if out_of_reach and 2 * unknown >= len(asked):
        raise _no_portal(start)
    return None


def _work(
    start: StartUrl,
    oidc: Callable[[str], Oidc],
    waiting: queue.SimpleQueue[str],
    answers: queue.SimpleQueue[tuple[str, bool | AppError]],
    enough: threading.Event,
) -> None:
    while not enough.is_set():
        try:
            region = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            answers.put((region, _knows(start, oidc(region))))
        except AppError as error:
            answers.put((region, error))


def _knows(start: StartUrl, oidc: Oidc) -> bool:
    """Whether this region's service gives a code for the start URL."""
    try:
        oidc.start_device(oidc.register(CLIENT_NAME), start.url)
    except ServiceFailed as error:
        if error.code in NOT_HERE:
            return False
        raise
    return True


def _taken(
    answers: queue.SimpleQueue[tuple[str, bool | AppError]], count: int
) -> Iterator[tuple[str, bool | AppError]]:
    slices = int(_PATIENCE / _LOOK)
    for _ in range(count):
        while True:
            try:
                yield answers.get(timeout=_LOOK)
                break
            except queue.Empty:
                slices -= 1
                if slices <= 0:
                    yield "", Offline("AWS's regions do not answer in time.")
                    return


def _no_portal(start: StartUrl) -> UsageError:
    return UsageError(f"There is no AWS access portal at {start.url}.", f"Check the spelling. It looks like {EXAMPLE}.")

"""Start URLs of IAM Identity Center, from whatever address of the access portal a person has. Pure.

The forms of hosts are those of the IAM Identity Center user guide ("Using the AWS access portal", "regional portal
endpoints"), of the GovCloud and China guides, and of AWS CLI 2.35.13 and newer, which knows the same ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aws_sso_core.errors import UsageError
from aws_sso_core.partitions import REGION, partition_of

EXAMPLE = "https://my-org.awsapps.com/start"
_LOOKS = f"It looks like {EXAMPLE}: ask whoever gave you access, or look in the invitation mail."
_WRAPPING = " \t\r\n\"'`<>()[]{},;\u200b\u200e\ufeff"
"""What comes along when an address is copied out of a mail, a chat or a config file."""
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]{}\"'`]+", re.IGNORECASE)
_SCHEME = re.compile(r"\A(?:https?(?::/*|/+))+|\A/+", re.IGNORECASE)
"""Also as it is typed: without the colon, with one slash, twice."""

_LABEL = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
_REGION = rf"(?P<region>{REGION})"
_DIRECTORY_ID = re.compile(r"d-[0-9a-z]{10}").fullmatch
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+").fullmatch
_HOSTS: tuple[tuple[str, str], ...] = (
    (rf"start\.(?:{_REGION}\.)?us-gov-home\.awsapps\.com", "aws-us-gov"),
    (rf"start\.(?:{_REGION}\.)?home\.awsapps\.cn", "aws-cn"),
    (rf"(?P<alias>{_LABEL})\.awsapps\.com", "aws"),
    (rf"(?P<alias>{_LABEL})\.awsapps\.cn", "aws-cn"),
    (rf"{_LABEL}\.portal\.{_REGION}\.app\.aws", "aws"),
    (rf"{_LABEL}\.{_REGION}\.portal\.amazonaws\.com", "aws"),
    (rf"{_LABEL}\.{_REGION}\.portal\.amazonaws\.com\.cn", "aws-cn"),
    (rf"{_LABEL}\.portal\.{_REGION}\.app\.amazonwebservices\.com\.cn", "aws-cn"),
    (rf"{_LABEL}\.{_REGION}\.portal\.amazonaws\.eu", "aws-eusc"),
    (rf"{_LABEL}\.portal\.{_REGION}\.api\.amazonwebservices\.eu", "aws-eusc"),
    (r"identitycenter\.amazonaws\.com", "aws"),
    (r"identitycenter\.us-gov\.amazonaws\.com", "aws-us-gov"),
    (r"identitycenter\.amazonaws\.com\.cn", "aws-cn"),
)
_PORTALS = tuple((re.compile(pattern), partition) for pattern, partition in _HOSTS)
_AWS_PAGES = re.compile(
    r"(?:.+\.)?(?:signin\.aws|signin\.aws\.amazon\.com|console\.aws\.amazon\.com|awsapps\.com|awsapps\.cn|app\.aws"
    r"|sso\.[a-z0-9-]+\.amazonaws\.com|amazonaws\.com|amazonaws\.com\.cn|aws\.amazon\.com|amazon\.com)"
)
_BUILDER_ID = "view.awsapps.com"


@dataclass(frozen=True, slots=True)
class StartUrl:
    """A start URL as config files hold it."""

    url: str
    region: str | None = None
    """Where the address itself tells it."""
    alias: str | None = None
    """What the organization is called in it, where that is a name; a proposal for the session's."""
    partition: str = "aws"
    is_aws: bool = True
    """False for an address of somebody's own, which may lead to a portal."""


def parse(text: str) -> StartUrl:
    """The start URL that is meant by an address: with or without scheme, path, query, ``#/`` and blanks around it.

    Raises:
        UsageError: it is no address of a portal.
    """
    given = _SCHEME.sub("https://", _pasted(text))
    if _DIRECTORY_ID(given.lower()):
        given = f"{given}.awsapps.com"
    host, path = _parts(given)
    if host == _BUILDER_ID:
        raise UsageError(f"{host} is AWS Builder ID, which has no AWS accounts.", _LOOKS)
    for pattern, partition in _PORTALS:
        if found := pattern.fullmatch(host):
            named = found.groupdict()
            return _portal(host, path, named.get("alias"), named.get("region"), partition)
    if _AWS_PAGES.fullmatch(host):
        hint = next((_of_sign_in_page(word) for word in path.split("/") if _DIRECTORY_ID(word)), _LOOKS)
        raise UsageError(f"{host} is a page of AWS, but not the access portal of your organization.", hint)
    return StartUrl(f"https://{host}{path.rstrip('/')}", is_aws=False)


def same_center(one: str, other: str) -> bool:
    """Whether two start URLs lead to one Identity Center: people write them with and without ``/`` or ``#/``."""
    return center(one) == center(other)


def center(start_url: str) -> str:
    """What ``same_center`` compares."""
    return start_url.strip().partition("#")[0].rstrip("/").lower()


def _pasted(text: str) -> str:
    """The address itself, also of a line with one in it such as ``sso_start_url = https://...``."""
    found = set(_ADDRESS.findall(text))
    return (found.pop() if len(found) == 1 else text).strip(_WRAPPING)


def _of_sign_in_page(directory_id: str) -> str:
    return f"That page signs in to the organization whose portal is https://{directory_id}.awsapps.com/start as a rule."


def _parts(given: str) -> tuple[str, str]:
    """Host and path; nothing else of an address says which portal it is."""
    wrong = UsageError(f"{given!r} is no start URL." if given else "The start URL is empty.", _LOOKS)
    with_scheme = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(with_scheme)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise wrong from error
    usual = {"https": 443, "http": 80}
    if parts.scheme not in usual or parts.username is not None or not given.isascii() or not given.isprintable():
        raise wrong
    if "." not in host and re.fullmatch(_LABEL, host):
        wrong.hint = f"If that is your organization's name there, write https://{host}.awsapps.com/start."
    if not _HOST(host) or host.replace(".", "").isdecimal() or port not in (None, usual[parts.scheme]):
        raise wrong
    if " " in parts.path:
        raise wrong
    return host, parts.path


def _portal(host: str, path: str, alias: str | None, region: str | None, partition: str) -> StartUrl:
    if alias is not None:
        named = None if _DIRECTORY_ID(alias) else alias
        return StartUrl(f"https://{host}/start", alias=named, partition=partition)
    if region is not None and not host.startswith("start."):
        return StartUrl(f"https://{host}", region=region, partition=partition_of(region).name)
    # One host for many organizations: the path tells which.
    words = [word for word in path.split("/") if word]
    if host.startswith("start."):
        if len(words) < 2 or words[0] != "directory":  # noqa: PLR2004 - directory and its name
            raise UsageError(
                f"https://{host} does not say whose portal it is.", f"It goes on: https://{host}/directory/..."
            )
        named = None if _DIRECTORY_ID(words[1].lower()) else words[1]
        return StartUrl(f"https://{host}/directory/{words[1]}", region=region, alias=named, partition=partition)
    if not words:
        raise UsageError(f"https://{host} does not say whose portal it is.", f"It goes on: https://{host}/ssoins-...")
    return StartUrl(f"https://{host}/{words[0]}", partition=partition)

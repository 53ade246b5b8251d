"""Finding out in which region an IAM Identity Center is, without AWS: its page and its services are made up here."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.aws import DeviceCode, Oidc, Page
from aws_sso_core.errors import AppError, BadReply, Offline, ServiceFailed, UsageError
from aws_sso_core.identity_center.portal_region import find_region, region_in
from aws_sso_core.start_url import StartUrl, parse

REGIONS = ("ap-south-1", "eu-central-1", "eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1")
ORG = parse("my-org.awsapps.com")
NOT_HERE = ServiceFailed("Invalid request.", code="InvalidRequestException", status=400)
FOUND = '<html><head><META Name="region" content="eu-central-1"></head>'


class MadeUp:
    """AWS's services in every region: each answers as the test says."""

    def __init__(self, answers: Callable[[str], AppError | None]) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self.asked: list[str] = []

    def __call__(self, region: str) -> Oidc:
        return _InRegion(self, region)  # type: ignore[return-value]  # as much of it as is asked for

    def answer(self, region: str) -> None:
        with self._lock:
            self.asked.append(region)
        error = self._answers(region)
        if error is not None:
            raise error


class _InRegion:
    def __init__(self, world: MadeUp, region: str) -> None:
        self._world = world
        self._region = region

    def register(self, _name: str) -> object:
        return object()

    def start_device(self, _registration: object, start_url: str) -> DeviceCode | None:
        assert start_url.startswith("https://")
        self._world.answer(self._region)
        return None


def only(region: str) -> MadeUp:
    return MadeUp(lambda asked: None if asked == region else NOT_HERE)


def nothing(_url: str) -> Page:
    raise Offline("No way there.")


def shows(text: str, url: str = ORG.url) -> Callable[[str], Page]:
    return lambda _asked: Page(url, text)


def test_a_region_in_the_address_is_taken_without_asking_anybody() -> None:
    start = parse("https://ssoins-1.portal.us-west-2.app.aws")
    services = only("nowhere")
    assert find_region(start, regions=REGIONS, page=nothing, oidc=services) == start
    assert services.asked == []


def test_the_portals_page_tells_the_region() -> None:
    services = only("nowhere")
    found = find_region(ORG, regions=REGIONS, page=shows(FOUND), oidc=services)
    assert (found.url, found.region, services.asked) == (ORG.url, "eu-central-1", [])


def test_the_host_that_the_page_leads_to_tells_the_region() -> None:
    leads = shows("", "https://ssoins-1.eu-west-1.portal.amazonaws.com/#/")
    found = find_region(ORG, regions=REGIONS, page=leads, oidc=only("nowhere"))
    assert (found.url, found.region) == (ORG.url, "eu-west-1")


def test_an_address_of_ones_own_becomes_the_one_it_leads_to() -> None:
    leads = shows("", "https://ssoins-1.portal.eu-west-1.app.aws/")
    found = find_region(parse("aws.my-company.com"), regions=REGIONS, page=leads, oidc=only("nowhere"))
    assert found == StartUrl("https://ssoins-1.portal.eu-west-1.app.aws", region="eu-west-1")


@pytest.mark.parametrize("page", [shows(FOUND, "https://aws.my-company.com/"), shows(FOUND, "https://signin.aws/")])
def test_an_address_of_ones_own_that_leads_to_no_portal_is_refused(page: Callable[[str], Page]) -> None:
    with pytest.raises(UsageError, match="no AWS access portal at https://aws"):
        find_region(parse("aws.my-company.com"), regions=REGIONS, page=page, oidc=only("us-east-1"))


def test_an_address_of_ones_own_that_cannot_be_reached_is_offline() -> None:
    with pytest.raises(Offline):
        find_region(parse("aws.my-company.com"), regions=REGIONS, page=nothing, oidc=only("us-east-1"))


@pytest.mark.parametrize(
    "page", [nothing, shows("<html>Sign in</html>"), shows("", "https://us-east-1.signin.aws/login")]
)
def test_where_the_page_tells_nothing_the_region_that_knows_the_portal_is_it(page: Callable[[str], Page]) -> None:
    found = find_region(ORG, regions=REGIONS, page=page, oidc=only("eu-west-1"))
    assert (found.url, found.region) == (ORG.url, "eu-west-1")


def test_a_page_that_is_an_error_is_no_reason_to_give_up() -> None:
    def fails(_url: str) -> Page:
        raise BadReply("500", status=500)

    assert find_region(ORG, regions=REGIONS, page=fails, oidc=only("eu-west-1")).region == "eu-west-1"


def test_only_regions_of_the_portals_partition_are_asked() -> None:
    services = only("us-gov-west-1")
    start = parse("https://start.us-gov-home.awsapps.com/directory/d-1234567890")
    assert find_region(start, regions=REGIONS, page=nothing, oidc=services).region == "us-gov-west-1"
    assert services.asked == ["us-gov-west-1"]


def test_a_portal_that_no_region_knows_is_misspelt() -> None:
    with pytest.raises(UsageError, match="no AWS access portal") as refused:
        find_region(ORG, regions=REGIONS, page=nothing, oidc=only("nowhere"))
    assert "spelling" in refused.value.hint


def test_a_region_that_is_out_of_reach_does_not_keep_a_portal_from_being_misspelt() -> None:
    services = MadeUp(lambda region: Offline("Not open yet.") if region == "ap-south-1" else NOT_HERE)
    with pytest.raises(UsageError, match="no AWS access portal"):
        find_region(ORG, regions=REGIONS, page=nothing, oidc=services)


def test_with_most_regions_out_of_reach_it_is_open() -> None:
    services = MadeUp(lambda region: NOT_HERE if region == "us-east-1" else Offline("A proxy."))
    assert find_region(ORG, regions=REGIONS, page=nothing, oidc=services).region is None


def test_one_region_in_trouble_leaves_it_open() -> None:
    services = MadeUp(lambda region: ServiceFailed("500", status=500) if region == "us-east-1" else NOT_HERE)
    assert find_region(ORG, regions=REGIONS, page=nothing, oidc=services).region is None


def test_without_a_network_it_is_offline() -> None:
    with pytest.raises(Offline):
        find_region(ORG, regions=REGIONS, page=nothing, oidc=MadeUp(lambda _region: Offline("No network.")))


@pytest.mark.parametrize(
    ("html", "region"),
    [
        ('<meta name="region" content="us-east-1">', "us-east-1"),
        ("<meta content='ap-southeast-2' name='region'/>", "ap-southeast-2"),
        ('<meta name="region" content="">', None),
        ('<meta name="region" content="Bangladesh"><meta name="region" content="eu-west-1">', "eu-west-1"),
        ('<meta name="region">', None),
        ('<meta name="viewport" content="us-east-1">', None),
        ('<!-- <meta name="region" content="us-east-1"> -->', None),
        ("", None),
    ],
)
def test_the_region_stands_in_a_meta_element(html: str, region: str | None) -> None:
    assert region_in(html) == region


@given(st.text(st.sampled_from('<>"=/! metanrgioc-1'), max_size=200))
def test_no_page_is_too_odd_to_be_read(html: str) -> None:
    assert region_in(html) is None or "-" in str(region_in(html))

"""Whom a request went to, for texts about what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

KEPT_OUT = "Something between this computer and AWS answered in its place: a proxy, or a network that wants a sign-in of its own."
_AWS_DOMAINS = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
    # Those of the console's sign-in:
    ".aws.amazon.com",
    ".amazonaws-us-gov.com",
    ".amazonaws.cn",
    ".amazonaws-eusc.eu",
    ".c2shome.ic.gov",
    ".sc2shome.sgov.gov",
)


@dataclass(frozen=True, slots=True)
class Where:
    """Whom a request went to."""

    url: str
    region: str
    ca_bundle: str | None = None
    """The file of trusted CA certificates that was named, if any."""
    region_key: str = "sso_region"
    """What the config calls that region."""

    @property
    def host(self) -> str:
        """The endpoint's host name."""
        return urlsplit(self.url).hostname or self.url

    @property
    def advice(self) -> str:
        """Advice for an endpoint that is not AWS's own, else empty."""
        if self.host.endswith(_AWS_DOMAINS):
            return ""
        return "AWS_ENDPOINT_URL, or endpoint_url in the config, sends requests there instead of to AWS."

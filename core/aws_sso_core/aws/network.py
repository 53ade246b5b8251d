"""What the config says about the way to AWS: endpoints (``services``, ``endpoint_url``), ``ca_bundle``, FIPS, dual stack.

As botocore itself understands it (AWS SDKs and Tools reference, "Service-specific endpoints"). Environment variables and
proxies are botocore's own affair.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import botocore.configloader
from botocore.exceptions import BotoCoreError

from aws_sso_core.model import Session

_KEYS = (
    "ca_bundle",
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "services",
    "tcp_keepalive",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
)

_log = logging.getLogger(__name__)


def network_settings(session: Session, config: Path | None, profile: str | None) -> dict[str, Any]:
    """A config with one profile that holds nothing but network settings."""
    document = _read(config)
    profiles: dict[str, dict[str, Any]] = document.get("profiles", {})
    names = (profile, os.environ.get("AWS_PROFILE"), os.environ.get("AWS_DEFAULT_PROFILE"), "default")
    chosen = next((profiles[name] for name in names if name in profiles), {})
    kept = {key: chosen[key] for key in _KEYS if key in chosen}
    services = document.get("services", {})
    if kept.get("services") not in services:
        kept.pop("services", None)  # botocore would refuse to make any client
    if "ca_bundle" not in kept:
        # The certificate authority belongs to the network, not to a profile: any of the session's own tells it.
        key = "sso_session" if session.kind == "sso-session" else "sso_start_url"
        own = (p for p in profiles.values() if p.get(key) == session.cache_key and p.get("ca_bundle"))
        bundle = next((p["ca_bundle"] for p in own), None)
        kept |= {"ca_bundle": bundle} if bundle else {}
    return {"profiles": {"default": kept}, "services": services}


def ca_bundle(network: dict[str, Any]) -> str | None:
    """The file of trusted CA certificates that the environment and ``network_settings`` name, if any."""
    named: str | None = os.environ.get("AWS_CA_BUNDLE", network["profiles"]["default"].get("ca_bundle"))
    return os.environ.get("REQUESTS_CA_BUNDLE") if named is None else named


def _read(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        document: dict[str, Any] = botocore.configloader.load_config(str(config))
    except (BotoCoreError, ValueError, AttributeError, OSError) as error:
        _log.info("The config has no say in network settings: %s", type(error).__name__)
        return {}
    return document

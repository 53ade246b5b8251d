"""The host in what Docker calls a server URL. Imports nothing, as the quick way to a token has no time for it."""

from __future__ import annotations


def host_of(address: str) -> str:
    """The host in lower case: Docker may pass ``https://`` before it, and a port or a path after it.

    Nothing for what is not ASCII: ``lower`` makes a plain k of a Kelvin sign.
    """
    if not address.isascii():
        return ""
    return address.strip().lower().removeprefix("https://").partition("/")[0].removesuffix(":443")

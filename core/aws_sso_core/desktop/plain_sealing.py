"""Sealing where the system has none for programs like ours."""

from __future__ import annotations


class PlainSealing:
    """The file's mode is all there is, which is the custom of AWS tools on Linux and macOS."""

    def seal(self, data: bytes) -> bytes:
        """As it is."""
        return data

    def unseal(self, data: bytes) -> bytes | None:
        """As it is."""
        return data

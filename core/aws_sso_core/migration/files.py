"""The two files as a migration sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_sso_core.config.default_section import MARK as COPY_MARK
from aws_sso_core.config.lines import DEFAULTS, scan
from aws_sso_core.config.sessions import text_of
from aws_sso_core.config.text import Profiles, Section, by_profile, read
from aws_sso_core.resolve import Texts, as_botocore

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Files:
    """Config and credentials, read once."""

    config: str
    sections: Mapping[str, Section]
    found: Profiles
    """Those of the config."""
    credentials_text: str
    credentials: Mapping[str, Section]
    merged: Mapping[str, Section]
    """All profiles with all their keys."""
    inherited: frozenset[str]
    """Keys that ``[DEFAULT]`` of the config gives to every section that lacks them."""

    @classmethod
    def of(cls, config: str, credentials: str) -> Files:
        """Read both texts.

        Raises:
            Unparsable: AWS tools cannot parse one of them.
        """
        sections, theirs = read(config), read(credentials)
        found = by_profile(sections)
        ours = found.profiles
        merged = {name: {**ours.get(name, {}), **theirs.get(name, {})} for name in {**ours, **theirs}}
        blocks = scan(config) if f"[{DEFAULTS}]" in config else ()
        inherited = frozenset(e.key for block in blocks if block.name == DEFAULTS for e in block.entries if e.key)
        return cls(config, sections, found, credentials, theirs, merged, inherited)

    @property
    def copied(self) -> str | None:
        """The profile that ``[default]`` is our copy of."""
        return text_of(self.found.profiles.get(DEFAULT, {}), COPY_MARK)

    def texts(self, config: str) -> Texts:
        """What the tools would read, were this the config."""
        botocore = as_botocore(by_profile(read(config)), dict(self.credentials))
        return Texts(config.encode(), self.credentials_text.encode(), botocore=botocore, many=True)

"""The bridge to WSL: profiles of Linux inside Windows that ask the Windows program, so that one sign-in serves both.

Each is a section with ``credential_process``, marked as ours; a profile that somebody wrote by hand stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aws_sso_core.config.edit import Editor
from aws_sso_core.config.lines import Unparsable
from aws_sso_core.config.text import Section, by_profile, decode, read
from aws_sso_core.errors import ConfigUnreadable
from aws_sso_core.model import Profile
from aws_sso_core.quoting import for_sh
from aws_sso_core.wsl.distributions import Distribution

MARK = "aws_sso_tray_bridge"
"""The key by which a section is known to be ours; no AWS tool reads it."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """What would change in one distribution."""

    distribution: Distribution
    before: bytes | None
    after: bytes
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    """Profiles of these names that are not ours, and stay."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return self.after != (self.before or b"")


def propose(distribution: Distribution, profiles: Iterable[Profile], *, helper: Sequence[str]) -> Bridge:
    """Work out the distribution's new config: a profile for each of these, and none of ours beside them.

    Args:
        distribution: read, and not changed.
        profiles: of Windows; none of them to take the bridge down.
        helper: the command line of our Windows program that gives credentials, but for the profile.

    Raises:
        ConfigUnreadable: AWS tools cannot parse the distribution's config.
        StoreFailed: it cannot be read.
    """
    wanted = {profile.name: profile for profile in profiles}
    command = " ".join(map(for_sh, (distribution.path_of(helper[0]), *helper[1:]))) if wanted else ""
    before = distribution.read_config()
    try:
        decoded = decode(before or b"", "utf-8")
        editor = Editor(decoded.text)
        found = by_profile(read(decoded.text))
    except Unparsable as error:
        raise ConfigUnreadable(
            f"AWS tools cannot read ~/.aws/config in {distribution.name}: line {error.line}: {error.reason}.",
            error.hint,
        ) from error
    ours = {name for name, values in found.profiles.items() if MARK in values}
    theirs = found.profiles.keys() - ours
    added, changed = [], []
    for name, profile in wanted.items():
        values = _values(profile, command)
        if name in ours:
            if found.profiles[name] != values:
                editor.replace(found.headers[name], values)
                changed.append(name)
        elif name not in theirs:
            editor.add(_header(name), values)
            added.append(name)
    removed = sorted(ours - wanted.keys())
    for name in removed:
        editor.remove(found.headers[name])
    return Bridge(
        distribution,
        before,
        editor.text().encode(decoded.encoding),
        tuple(added),
        tuple(changed),
        tuple(removed),
        tuple(sorted(wanted.keys() & theirs)),
    )


def build(bridge: Bridge) -> None:
    """Write it.

    Raises:
        ChangedMeanwhile: the distribution's config is no longer what ``propose`` read.
        StoreFailed: it cannot be written.
    """
    bridge.distribution.write_config(bridge.before, bridge.after)


def _values(profile: Profile, command: str) -> Section:
    region: Mapping[str, str] = {"region": profile.region} if profile.region else {}
    process = f"{command} --profile {for_sh(profile.name)}"
    return {"credential_process": process, **region, MARK: "true"}


def _header(name: str) -> str:
    if name == "default":
        return name
    return f'profile "{name}"' if any(c.isspace() for c in name) else f"profile {name}"

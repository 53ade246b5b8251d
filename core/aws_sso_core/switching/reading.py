"""What a switch goes by, read from the files: all of them, or no more of a large config than one switch is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aws_sso_core.config.default_section import MARK
from aws_sso_core.config.excerpt import Excerpt, is_plain, links
from aws_sso_core.config.text import read
from aws_sso_core.files import read_bytes
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import SectionFile, read_sections
from aws_sso_core.switching.plan import DEFAULT, Situation
from aws_sso_core.switching.record import Switches, remembered

_PROFILE_VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_NAMES_A_PROFILE = ("source_profile", MARK)


def look_at(paths: Paths) -> Situation:
    """All of both files.

    Raises:
        ConfigUnreadable, StoreFailed: they cannot be read.
    """
    return Situation(
        read_sections(paths.config),
        read_sections(paths.credentials),
        remembered(paths.state_dir, paths.config) or Switches(),
        credentials_path=paths.credentials,
    )


def look_for(
    name: str, paths: Paths, content_name: Callable[[bytes], str], environments: Iterable[Mapping[str, str]]
) -> Situation:
    """What a switch to this profile needs: a few sections, where the whole config was checked before and is the same since.

    Args:
        name: the profile.
        paths: of the files.
        content_name: names bytes, as ``Switches.checked`` does.
        environments: variables that may name further profiles.

    Raises:
        ConfigUnreadable, StoreFailed: the files cannot be read.
    """
    switches = remembered(paths.state_dir, paths.config) or Switches()
    data = read_bytes(paths.config) if switches.checked else None
    if data is None or content_name(data) != switches.checked:
        return look_at(paths)
    asked = [name, *(env[v] for env in environments for v in _PROFILE_VARIABLES if env.get(v))]
    excerpt = excerpt_for(data, [*switches.always, *(f"profile {each}" for each in asked)])
    config = SectionFile(data, excerpt.text, "utf-8", read(excerpt.text))
    credentials = read_sections(paths.credentials)
    now = Situation(config, credentials, switches, credentials_path=paths.credentials, excerpt=excerpt)
    return now if name in now.found.profiles else look_at(paths)


def is_plain_throughout(after: Situation) -> bool:
    """Whether, after a switch, the whole config is sound and plain: what was read is, and the rest was before."""
    return after.config.encoding == "utf-8" and is_plain(after.config.text, after.config.sections)


def always(now: Situation) -> tuple[str, ...]:
    """The sections that every switch is about: those of the default profile, and those that take credentials from it."""
    sections = now.config.sections.items()
    users = (name for name, values in sections if values.get("source_profile") == DEFAULT)
    return (*now.found.headers_of(DEFAULT), *users)


def excerpt_for(data: bytes, asked: Iterable[str]) -> Excerpt:
    """The sections asked for, and all that these refer to."""
    excerpt = Excerpt(data, asked)
    before = ""
    while (now := excerpt.text) != before:
        before = now
        excerpt.add(links(read(now), _NAMES_A_PROFILE))
    return excerpt

"""The ``[default]`` section as a copy of a chosen profile: how it is written over a hand-written one and taken back.

The copy holds the profile's keys as they are written there, after our mark ``aws_sso_tray_profile = NAME``. Of the
hand-written keys those that say who somebody is, where, or that the profile sets itself, give way; the others stay.
Texts here are one section, from its header to its last key.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from aws_sso_core.config.helper_form import OURS
from aws_sso_core.config.lines import Block, Entry, lines, scan
from aws_sso_core.config.text import Section, block_values

MARK = "aws_sso_tray_profile"
"""Names the profile that ``[default]`` is a copy of. No AWS tool knows the key, so none minds it."""

SECRETS = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"})
"""Never copied: a secret in two places is one that somebody forgets to change."""

_IDENTITY = SECRETS | {
    "aws_account_id",
    "credential_process",
    "credential_source",
    "duration_seconds",
    "external_id",
    "login_session",
    "mfa_serial",
    "role_arn",
    "role_session_name",
    "source_profile",
    "web_identity_token_file",
}
_PLACE = frozenset({"region", "output", "endpoint_url", "services"})
_NEVER_COPIED = SECRETS | {MARK, "sso_auto_populated"}


def is_identity(key: str) -> bool:
    """Whether the key decides whose credentials a profile gives."""
    return key in _IDENTITY or key.startswith("sso_") or key in OURS.values()


def copied(values: Section) -> Section:
    """What of a profile's keys goes into ``[default]``: all but secrets and the marks of who wrote the profile."""
    return {key: value for key, value in values.items() if key not in _NEVER_COPIED}


def compose(
    base: str | None, profile: str, name: str, *, inherited: AbstractSet[str] = frozenset(), header: str, line_end: str
) -> str:
    """The section for a chosen profile.

    Args:
        base: the hand-written section, or None.
        profile: the text of the profile's section.
        name: of the profile.
        inherited: keys that the profile has from ``[DEFAULT]``: the new section is to have them from there, too.
        header: the header line for a section that is not there yet.
        line_end: what ends the new lines.
    """
    block = _block(base) if base else Block(None, header)
    source = [entry for entry in _block(profile).entries if entry.key is not None and entry.key not in _NEVER_COPIED]
    theirs = {entry.key for entry in source} | inherited
    kept = [entry.raw for entry in block.entries if entry.key is None or not _gives_way(entry.key, theirs)]
    indent = _indent(block)
    ours = [f"{indent}{MARK} = {name}{line_end}", *(_moved(entry, indent, line_end) for entry in source)]
    return _joined([block.header, *kept, *ours], line_end)


def take_back(
    current: str | None, written: str | None, base: str | None, *, profile: Section | None, line_end: str
) -> str | None:
    """The section without our copy: the hand-written one, with what others changed since.

    Args:
        current: the section as it is now; None when it is gone.
        written: the section as we wrote it, if that is still known.
        base: the hand-written section that was put aside, if there was one.
        profile: the keys of the profile it is a copy of; used when ``written`` is not known.
        line_end: what ends lines that had to be moved.

    Returns:
        None for no section at all.
    """
    if current is None or current == written:
        return base
    block = _block(current)
    ours = _our_keys(block, written, profile)
    if not ours:
        return current
    kept = [entry for entry in block.entries if entry.key not in ours]
    there = {entry.key for entry in kept}
    stayed = set(_keys(written)) - set(_after_mark(written)) if written else set()
    aside = [e for e in (_block(base).entries if base else []) if e.key and e.key not in there and e.key not in stayed]
    if base is None and written is not None and not any(entry.raw.strip() for entry in kept):
        return None  # only where we know that there was no section: an empty one may hide another
    indent = _indent(block)
    return _joined([block.header, *(e.raw for e in kept), *(_moved(e, indent, line_end) for e in aside)], line_end)


def same_identity(one: Section, other: Section) -> bool:
    """Whether two sections give the same credentials, secrets aside."""
    return _identity(one) == _identity(other)


def values_of(core: str) -> Section:
    """The section's own keys."""
    return block_values(_block(core))


def _identity(values: Section) -> Section:
    return {key: value for key, value in copied(values).items() if is_identity(key)}


def _gives_way(key: str, theirs: AbstractSet[str | None]) -> bool:
    return key in theirs or key in _PLACE or key == MARK or is_identity(key)


def _our_keys(block: Block, written: str | None, profile: Section | None) -> set[str]:
    """The keys of the block that are our copy and nobody changed since."""
    if MARK not in {entry.key for entry in block.entries}:
        return set()
    values, known = block_values(block), profile or {}
    if written is not None:
        put = values_of(written)
        same = {key for key in _after_mark(block.raw) if is_identity(key) and values[key] == known.get(key)}
        # An older copy that a person restored has other keys than the last one, but still those of the profile.
        return same | {key for key in _after_mark(written) if key == MARK or values.get(key) == put[key]}
    return {key for key in _after_mark(block.raw) if key == MARK or is_identity(key) or values[key] == known.get(key)}


def _keys(core: str) -> list[str]:
    return [entry.key for entry in _block(core).entries if entry.key is not None]


def _after_mark(core: str) -> list[str]:
    keys = _keys(core)
    return keys[keys.index(MARK) :] if MARK in keys else []


def _block(core: str) -> Block:
    return scan(core)[-1]


def _indent(block: Block) -> str:
    # The last key's: deeper would continue its value, less deep could swallow an indented header below.
    keys = [entry.raw for entry in block.entries if entry.key is not None]
    line = keys[-1] if keys else block.header
    return line[: len(line) - len(line.lstrip())]


def _moved(entry: Entry, indent: str, line_end: str) -> str:
    """The entry at another indentation; comments in the middle of its value stay behind."""
    first, *more = (line.rstrip("\r\n") for line in lines(entry.raw) if not line.lstrip().startswith(("#", ";")))
    rest = [indent + line if line.strip() else "" for line in more]
    return "".join(line + line_end for line in [indent + first.lstrip(), *rest])


def _joined(pieces: list[str], line_end: str) -> str:
    return "".join(piece if piece.endswith(("\n", "\r")) else piece + line_end for piece in pieces)

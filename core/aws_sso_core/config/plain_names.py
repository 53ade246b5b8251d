"""The names of sections that are written as AWS tools write them; loads nothing, for answers that take no time at all."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _in_brackets(text: str) -> list[str]:
    heads = [chunk.partition("\n")[0] for chunk in text.split("\n[")[1:]]
    return [head[:-1] for head in heads if head[-1:] == "]"]


def section_names(text: str, find: Callable[[str], list[str]] = _in_brackets) -> list[str] | None:
    """What stands between the brackets of each header, in order; None when headers must be looked at one by one.

    ``find`` gives what stands between line feed and bracket, and bracket and line feed.
    """
    if "\r" in text:
        if text.count("\r") != text.count("\r\n"):
            return None
        text = text.replace("\r\n", "\n")
    names = find(f"\n{text}\n")
    together = "\n".join(["", *names, ""])
    # Any other bracket may be an indented one, which begins a section or does not.
    odd = len(names) != text.count("[") or "]" in together or "\n\n" in together
    return None if odd or together.count("\n") > len(names) + 1 else names


def profile_names(text: str, find: Callable[[str], list[str]] = _in_brackets) -> list[str] | None:
    """Those of the profiles in a config; None as above, and where a name is an odd one."""
    sections = section_names(text, find)
    if sections is None:
        return None
    names = [name[8:] if name[:8] == "profile " else _other(name) for name in sections]
    found = [name for name in dict.fromkeys(names) if name is not None]
    together = "\n".join(found)
    # Names with a blank in them, and empty ones, do not come back from splitting at blanks.
    odd = together.split() != found or any(mark in together for mark in "'\"\\")
    return None if odd else found


def _other(section: str) -> str | None:
    """What a section that does not begin like a profile's is: a profile all the same, an odd one (empty), or none."""
    if section == "default":
        return section
    return "" if section[:7] in {"profile", "default"} else None

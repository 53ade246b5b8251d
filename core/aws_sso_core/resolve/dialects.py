"""``~/.aws/config`` and ``credentials`` as each family of AWS tools reads them.

botocore (the AWS CLI, boto3) is ``config.text``. The Go SDK's and the JavaScript SDK's parsers refuse nothing and read
much in other ways; they are followed here step by step (aws-sdk-go-v2 ``internal/ini`` and ``config/shared_config.go``,
@smithy/core ``parseIni``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Section = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What one family of tools finds in both files."""

    config: Mapping[str, Section] = field(default_factory=dict)
    """Profiles of the config file."""
    credentials: Mapping[str, Section] = field(default_factory=dict)
    sessions: Mapping[str, Section] = field(default_factory=dict)
    """sso-sessions of the config file, by name."""
    problem: str = ""
    """Why the family refuses the files altogether."""
    hint: str = ""

    def profile(self, name: str) -> dict[str, str] | None:
        """The keys of a profile, those of the credentials file over those of the config; None when there is none."""
        if name not in self.config and name not in self.credentials:
            return None
        return {**self.config.get(name, {}), **self.credentials.get(name, {})}

    def references(self) -> set[str]:
        """Names of profiles and sessions that the profiles here refer to."""
        sections = (*self.config.values(), *self.credentials.values())
        return {values[key] for values in sections for key in ("source_profile", "sso_session") if key in values}


Reader = Callable[[str, str], Read]
"""(text of the config, text of the credentials file) -> what is found."""


class Cut:
    """A text cut at its headers, to read only some sections of a file that may hold thousands."""

    def __init__(self, text: str) -> None:
        self._text = text
        # An indented bracket may begin a section or not, so such a text stays whole.
        chunks = None if _INDENTED_BRACKET(text) else f"\n{text}".split("\n[")
        self._first = chunks[0] if chunks else ""
        self._rest = [(chunk.partition("]")[0].rstrip("'\" \t"), chunk) for chunk in chunks[1:]] if chunks else None

    def about(self, names: Iterable[str]) -> str:
        """The text with at least all sections that are about these names."""
        wanted = tuple(names)
        if self._rest is None or any("]" in name for name in wanted):
            return self._text
        ends = tuple(name.rstrip("'\" \t") for name in wanted)
        return "\n[".join([self._first, *(chunk for head, chunk in self._rest if head.endswith(ends))])


def narrowed(read: Reader, config: Cut, credentials: Cut, names: Iterable[str]) -> Read:
    """``read``, only of the sections about these profiles and what they refer to."""
    wanted: set[str] = set()
    more = {"default", *names}
    found = Read()
    while not more <= wanted:
        wanted |= more
        found = read(config.about(wanted), credentials.about(wanted))
        more = found.references()
    return found


_INDENTED_BRACKET = re.compile(r"\n[^\S\n]+\[").search

# --- Go -----------------------------------------------------------------------------------------------------------

_LINE_SPACE = " \t"


def read_go(config: str, credentials: str) -> Read:
    """As the AWS SDK for Go v2, so as Terraform."""
    profiles: dict[str, Section] = {}
    sessions: dict[str, Section] = {}
    sections = _go_sections(config)
    for name, values in sections.items():
        if name.startswith("sso-session "):
            sessions[name.removeprefix("sso-session ")] = values
        elif name == "default":
            profiles.setdefault(name, values)
        elif name.startswith("profile "):
            profiles[name.removeprefix("profile ")] = values
    in_credentials = {n: v for n, v in _go_sections(credentials).items() if not n.startswith("profile ")}
    return Read(profiles, in_credentials, sessions)


def _go_sections(text: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    section, key, nested = "", "", False
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        bare = line.lstrip(_LINE_SPACE)
        if not line.strip() or bare.startswith(("#", ";")):
            continue
        header = _go_header(line)
        if header is not None:
            section, key, nested = header, "", False
            sections.setdefault(section, {})
            continue
        if not section:
            continue
        values, indented = sections[section], line[0] in _LINE_SPACE
        pair = _go_pair(bare if indented else _go_uncommented(line).rstrip(_LINE_SPACE))
        if pair is not None and indented and key and (nested or not values[key]):
            nested = True  # a line of a block such as `s3 =`
        elif pair is not None:
            # Indented after a key that has a value, it is a key of its own.
            key, value = pair[0], _go_uncommented(pair[1]).strip() if indented else pair[1]
            values[key], nested = value, False
        elif indented and key and values[key] and not nested:
            values[key] += f"\n{bare}"
    return sections


def _go_header(line: str) -> str | None:
    head = line.partition("#")[0].partition(";")[0].strip()
    if not (head.startswith("[") and head.endswith("]")):
        return None
    kind, space, name = _first_blank(head[1:-1].strip())
    return f"{kind} {name}" if space else kind


def _first_blank(text: str) -> tuple[str, bool, str]:
    found = re.search(r"[ \t]+", text)
    return (text[: found.start()], True, text[found.end() :]) if found else (text, False, "")


def _go_uncommented(text: str) -> str:
    for mark in (" #", " ;", "\t#", "\t;"):
        text = text.partition(mark)[0]
    return text


def _go_pair(text: str) -> tuple[str, str] | None:
    found = re.search("[=:]", text)
    if found is None:
        return None
    key, value = text[: found.start()].strip().lower(), text[found.end() :].strip()
    for quote in "'\"":
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            value = value[1:-1]
            break
    return key, value


# --- JavaScript ---------------------------------------------------------------------------------------------------

_JS_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_JS_SPACE = f"[{_JS_BLANKS}]"
_JS_COMMENT = re.compile(f"(?:^|{_JS_SPACE})[;#]")
_JS_HEADER = re.compile(rf"([A-Za-z0-9_-]+){_JS_SPACE}(['\"]?)([A-Za-z0-9_\-@+.%:/]+)\2").fullmatch
_JS_KINDS = ("profile", "sso-session", "services")


def read_js(config: str, credentials: str) -> Read:
    """As the AWS SDK for JavaScript v3."""
    profiles: dict[str, Section] = {}
    sessions: dict[str, Section] = {}
    sections = _js_sections(config)
    if "default" in sections:
        profiles["default"] = sections["default"]
    for section, values in sections.items():
        kind, dot, name = section.partition(".")
        if dot and kind == "profile":
            profiles[name] = values
        elif dot and kind == "sso-session":
            sessions[name] = values
    return Read(profiles, _js_sections(credentials), sessions)


def _js_sections(text: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    for section, key, value in _js_pairs(text):
        sections.setdefault(section, {})[key] = value
    return sections


def _js_pairs(text: str) -> Iterator[tuple[str, str, str]]:
    section, block = "", ""
    for raw in re.split("\r?\n", text):
        line = _JS_COMMENT.split(raw, maxsplit=1)[0].strip(_JS_BLANKS)
        if line.startswith("[") and line.endswith("]"):
            section, block = _js_header(line[1:-1]), ""
            continue
        at = line.find("=")
        if not section or at < 1:
            continue
        key, value = line[:at].strip(_JS_BLANKS), line[at + 1 :].strip(_JS_BLANKS)
        if not value:
            block = key
            continue
        if raw.lstrip(_JS_BLANKS) == raw:
            block = ""
        yield section, f"{block}.{key}" if block else key, value


def _js_header(name: str) -> str:
    found = _JS_HEADER(name)
    if found is None:
        return name
    return f"{found[1]}.{found[3]}" if found[1] in _JS_KINDS else ""

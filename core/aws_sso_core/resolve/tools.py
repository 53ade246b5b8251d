"""Which profile, region and credentials each AWS tool takes, and why: the whole way from files and environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_sso_core.config.lines import Unparsable
from aws_sso_core.config.text import Profiles, by_profile, decode, read
from aws_sso_core.config.text import Section as AnySection
from aws_sso_core.resolve.chains import botocore_sources, go_sources, js_sources
from aws_sso_core.resolve.dialects import Cut, Read, Reader, narrowed, read_go, read_js
from aws_sso_core.resolve.sources import Asked, Provider, Source

DEFAULT = "default"


class Tool(StrEnum):
    """The four that differ; others follow one of them."""

    CLI = "aws-cli"
    BOTO3 = "boto3"
    GO = "go"
    JS = "js"


SHOWN = {Tool.CLI: "AWS CLI", Tool.BOTO3: "boto3", Tool.GO: "Terraform (Go)", Tool.JS: "JavaScript"}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What one tool takes."""

    tool: Tool
    profile: str
    profile_from: str
    """The environment variable that chose the profile, ``asked``, or ``default`` where nothing chose one."""
    region: str | None
    region_from: str
    """An environment variable, ``config``, ``credentials``, or empty for none."""
    source: Source
    """Where the credentials come from; ``provider`` is NONE where nothing gives any."""
    passed_over: tuple[Source, ...] = ()
    """What would give credentials too, but comes later in this tool's order."""
    found: bool = True
    """The tool finds the profile, or cannot even tell."""
    problem: str = ""
    """Why the tool fails, whatever else is there."""
    fix: str = ""

    @property
    def provider(self) -> Provider:
        """What gives the credentials."""
        return self.source.provider


NOTHING = Source(Provider.NONE, "", "")


class Texts:
    """Both files' texts, read by each family of tools once it is asked for.

    Args:
        config: the config file's bytes; empty when there is none.
        credentials: those of the credentials file.
        encoding: in which botocore opens files here.
        botocore: what it reads in them, for whoever knows that already.
        many: it will be asked about many profiles, so each family reads it all, once.
    """

    def __init__(
        self,
        config: bytes,
        credentials: bytes,
        *,
        encoding: str = "utf-8",
        botocore: Read | None = None,
        many: bool = False,
    ) -> None:
        self._config = config
        self._credentials = credentials
        self._encoding = encoding
        self._botocore = botocore
        self._cut: tuple[Cut, Cut] | None = None
        self._whole: dict[Reader, Read] | None = {} if many else None

    def read(self, tool: Tool, profiles: Iterable[str]) -> Read:
        """What this tool finds about these profiles."""
        if tool in (Tool.CLI, Tool.BOTO3):
            self._botocore = self._botocore or self._read_as_botocore()
            return self._botocore
        reader = read_go if tool is Tool.GO else read_js
        if self._whole is not None:
            if reader not in self._whole:
                self._whole[reader] = reader(*self._texts())
            return self._whole[reader]
        if self._cut is None:
            config, credentials = self._texts()
            self._cut = Cut(config), Cut(credentials)
        return narrowed(reader, *self._cut, profiles)

    def _texts(self) -> tuple[str, str]:
        return self._config.decode("utf-8", "replace"), self._credentials.decode("utf-8", "replace")

    def _read_as_botocore(self) -> Read:
        read_both: list[dict[str, AnySection]] = []
        for data, name in ((self._config, "config"), (self._credentials, "credentials")):
            try:
                read_both.append(read(decode(data, self._encoding).text))
            except Unparsable as error:
                problem = f"The {name} file cannot be parsed: line {error.line}: {error.reason}."
                return Read(problem=problem, hint=error.hint)
        return as_botocore(by_profile(read_both[0]), read_both[1])


def as_botocore(found: Profiles, credentials: Mapping[str, AnySection]) -> Read:
    """What botocore read, as the other families' readers tell it."""
    return Read(_Flat(found.profiles), _Flat(credentials), _Flat(found.sessions))


class _Flat(Mapping[str, Mapping[str, str]]):
    """Sections whose nested blocks are empty values, made so when they are asked for: there may be thousands."""

    def __init__(self, sections: Mapping[str, AnySection]) -> None:
        self._sections = sections

    def __getitem__(self, name: str) -> Mapping[str, str]:
        values = self._sections[name]
        return {key: value if isinstance(value, str) else "" for key, value in values.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)


def resolve(profile: str | None, texts: Texts, env: Mapping[str, str]) -> tuple[Resolution, ...]:
    """What each tool takes when it is asked for this profile, or (None) for none.

    Args:
        profile: named to the tool itself (``--profile``, ``profile_name=``), which beats the environment.
        texts: the two files.
        env: what the tool's process has in its environment.
    """
    return tuple(_resolve(tool, profile, texts, env) for tool in Tool)


def _resolve(tool: Tool, asked_for: str | None, texts: Texts, env: Mapping[str, str]) -> Resolution:
    profile, chosen_by = (asked_for, "asked") if asked_for is not None else _profile(tool, env)
    found = texts.read(tool, [profile])
    asked = Asked(profile, asked_for is not None, found, env)
    region, region_from = _region(tool, asked)
    there = found.profile(profile) is not None
    problem, fix = _stops(tool, asked, chosen_by, there=there)
    chain = list(_CHAINS[tool](asked)) if not found.problem else []
    source = chain[0] if chain else NOTHING
    return Resolution(
        tool,
        profile,
        chosen_by,
        region,
        region_from,
        source=NOTHING if problem else source,
        passed_over=() if problem else tuple(chain[1:]),
        found=there or bool(found.problem),
        problem=problem or source.problem,
        fix=fix or source.fix,
    )


_CHAINS: dict[Tool, Callable[[Asked], Iterator[Source]]] = {
    Tool.CLI: botocore_sources,
    Tool.BOTO3: botocore_sources,
    Tool.GO: go_sources,
    Tool.JS: js_sources,
}
_PROFILE_VARIABLES = {
    Tool.CLI: ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    Tool.BOTO3: ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"),
    Tool.GO: ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
    Tool.JS: ("AWS_PROFILE",),
}
_REGION_VARIABLES = {
    Tool.CLI: ("AWS_REGION", "AWS_DEFAULT_REGION"),
    Tool.BOTO3: ("AWS_DEFAULT_REGION",),
    Tool.GO: ("AWS_REGION", "AWS_DEFAULT_REGION"),
    Tool.JS: ("AWS_REGION",),
}
VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
)
"""The environment variables that decide."""


def _profile(tool: Tool, env: Mapping[str, str]) -> tuple[str, str]:
    return next(((env[name], name) for name in _PROFILE_VARIABLES[tool] if env.get(name)), (DEFAULT, DEFAULT))


def _region(tool: Tool, asked: Asked) -> tuple[str | None, str]:
    for name in _REGION_VARIABLES[tool]:
        if asked.env.get(name):
            return asked.env[name], name
    region = asked.values.get("region")
    return (region, asked.place("region")) if region else (None, "")


def _stops(tool: Tool, asked: Asked, chosen_by: str, *, there: bool) -> tuple[str, str]:
    """Why the tool does not even begin to look for credentials."""
    if asked.read.problem:
        return asked.read.problem, asked.read.hint
    # The Go SDK lets AWS_DEFAULT_PROFILE name a profile that is not there; JavaScript lets everything.
    lenient = {Tool.GO: (DEFAULT, "AWS_DEFAULT_PROFILE"), Tool.JS: (DEFAULT, "AWS_PROFILE", "asked")}
    if there or chosen_by in lenient.get(tool, (DEFAULT,)):
        return "", ""
    return not_found(asked.profile), ""


def not_found(profile: str) -> str:
    """The sentence for a tool that does not find a profile."""
    return f"Profile {profile!r} is not found."

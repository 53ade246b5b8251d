"""Planning a switch of the default profile: the config text as it is to become, and what must be remembered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from aws_sso_core.config.default_section import MARK, SECRETS, compose, copied, same_identity, take_back, values_of
from aws_sso_core.config.edit import Editor, first_line_end, with_keys
from aws_sso_core.config.excerpt import Excerpt
from aws_sso_core.config.lines import DEFAULTS, scan
from aws_sso_core.config.text import Section, by_profile, read
from aws_sso_core.errors import ProfileNotFound, UsageError
from aws_sso_core.profiles import SectionFile, merge
from aws_sso_core.resolve import Texts, as_botocore
from aws_sso_core.switching.record import Switches
from aws_sso_core.switching.shadows import Files

DEFAULT = "default"
_LINKS = frozenset({"sso_account_id", "sso_session", "role_arn", "credential_process", "login_session"})
"""Keys that give credentials without a secret of their own."""
_MANY = 50
"""Sections that are not read as each tool does before it is asked about them."""


class CannotSwitch(UsageError):
    """This profile cannot be the default, or this config has no ``[default]`` that all tools agree on."""


class Situation:
    """The files and our notes at one moment, and the change that is planned."""

    def __init__(
        self,
        config: SectionFile,
        credentials: SectionFile,
        switches: Switches,
        *,
        credentials_path: Path,
        excerpt: Excerpt | None = None,
    ) -> None:
        self.config = config
        self.credentials = credentials
        self.switches = switches
        self.found = by_profile(config.sections)
        self.merged = merge(self.found, credentials.sections)
        read_here = config.text.encode(config.encoding)
        texts = Texts(
            read_here,
            credentials.data or b"",
            botocore=as_botocore(self.found, credentials.sections),
            many=len(config.sections) + len(credentials.sections) < _MANY,
        )
        self.files = Files(config.sections, credentials.sections, self.found, texts, credentials_path)
        self.text = config.text
        """What the config is to become, or the excerpt of it."""
        self._excerpt = excerpt
        self._changed: dict[str, str | None] = {}
        self._headers = self.found.headers_of(DEFAULT)

    @cached_property
    def header(self) -> str | None:
        """The section that is the default profile; the one with our mark, should there be two."""
        marked = [header for header in self._headers if MARK in self.config.sections[header]]
        found = marked or self._headers
        return found[-1] if found else None

    @property
    def mark(self) -> str | None:
        """The profile named by our mark."""
        value = self.config.sections[self.header].get(MARK) if self.header else None
        return value if isinstance(value, str) and value else None

    @property
    def current(self) -> str | None:
        """``mark``, if the section still gives the credentials that we gave it or that the profile gives now."""
        if self.mark is None or self.header is None:
            return None
        values = self.config.sections[self.header]
        written = self.switches.written.get(self.mark)
        like = (self.merged.get(self.mark, {}), values_of(written) if written else {})
        return self.mark if any(same_identity(values, other) for other in like) else None

    @property
    def trail(self) -> tuple[str, ...]:
        """The profiles that were chosen before the current one."""
        # A switch that was cut off before the config was replaced has noted the current one, too.
        trail = self.switches.trail if self.mark else ()
        return trail[:-1] if trail[-1:] == (self.mark,) else trail

    @cached_property
    def base(self) -> str | None:
        """The hand-written section, with what others added to ours; None for none."""
        if self.header is None:
            return self.switches.base
        core = self._editor.core(self.header)
        if self.mark is None:
            return core
        written, profile = self.switches.written.get(self.mark), self.merged.get(self.mark)
        return take_back(core, written, self.switches.base, profile=profile, line_end=self._line_end)

    def choose(self, name: str, trail: tuple[str, ...]) -> Switches:
        """Plan the copy of a profile.

        Raises:
            ProfileNotFound, CannotSwitch: it cannot be the default.
        """
        self._refuse_what_tools_disagree_about()
        core = compose(
            self.base,
            self._source(name),
            name,
            inherited=copied(self.merged[name]).keys(),
            header=f"[{DEFAULT}]{self._line_end}",
            line_end=self._line_end,
        )
        glue = self.switches.glue if self.base is None else ""
        if self.header is not None:
            self._editor.put(self.header, core)
        else:
            glue = self._editor.append(scan(core)[-1].name or DEFAULT, core)
        self._become(core)
        return Switches(self.base, glue, self.switches.wrote(name, core), trail)

    def give_back(self) -> None:
        """Plan the hand-written section again, or no section where there was none."""
        if self.header is not None:
            if self.base is None:
                self._editor.remove(self.header, glue=self.switches.glue)
            else:
                self._editor.put(self.header, self.base)
            self._become(self.base)

    def result(self) -> bytes:
        """What the whole file is to become."""
        return self._excerpt.whole(self.text) if self._excerpt else self.text.encode(self.config.encoding)

    def after(self, data: bytes | None, switches: Switches) -> Situation:
        """The situation once ``data``, which is ``result``, is in the file; without reading all of it again."""
        sections = dict(self.config.sections)
        for header, core in self._changed.items():
            if core is None:
                del sections[header]
            else:
                sections[header] = values_of(core)
        if f"[{DEFAULTS}]" in self.text:
            sections = read(self.text)
        config = SectionFile(data, self.text, self.config.encoding, sections)
        return Situation(config, self.credentials, switches, credentials_path=self.files.credentials_path)

    def _become(self, core: str | None) -> None:
        self.text = self._editor.text()
        header = self.header if core is None else scan(core)[-1].name
        self._changed = {header or DEFAULT: core}

    @cached_property
    def _editor(self) -> Editor:
        return Editor(self.config.text, parsed=self.config.sections)

    @property
    def _line_end(self) -> str:
        core = self._editor.core(self.header) if self.header else ""
        return first_line_end(core) or first_line_end(self.config.text) or "\n"

    def _refuse_what_tools_disagree_about(self) -> None:
        last = self._headers[-1] if self._headers else DEFAULT
        if len(self._headers) > 1 and last != "profile default":
            shown = " and ".join(f"[{header}]" for header in self._headers)
            raise CannotSwitch(
                f"The config has {shown}: AWS CLI and boto3 use the last one, other tools may use the first.",
                "Remove the one that you do not need; then choose again.",
            )
        if last not in (DEFAULT, "profile default"):
            raise CannotSwitch(
                f"[{last}] is the default profile for AWS CLI and boto3 only.", "Rename it to [default]."
            )

    def _source(self, name: str) -> str:
        """The text of the profile's section, with what the credentials file sets for it."""
        if name not in self.merged:
            raise ProfileNotFound(name, self.merged)
        values = self.merged[name]
        by_name = f"Use it by name: `--profile {name}`, or AWS_PROFILE={name}."
        if values.keys() & SECRETS and not values.keys() & _LINKS:
            raise CannotSwitch(f"Profile {name!r} holds access keys, which are not copied to a second place.", by_name)
        if name not in self.found.headers:
            raise CannotSwitch(f"Profile {name!r} is only in the credentials file: nothing can be copied.", by_name)
        if DEFAULT in _sources(name, self.merged):
            raise CannotSwitch(f"Profile {name!r} takes its credentials from the default profile itself.", by_name)
        if name != name.strip():
            raise CannotSwitch(f"The name {name!r} begins or ends with a blank.", "Rename the profile.")
        core = self._editor.core(self.found.headers[name])
        return with_keys(core, dict(copied(self.credentials.sections.get(name, {}))), line_end=self._line_end)


def _sources(name: str, merged: Mapping[str, Section]) -> list[str]:
    sources: list[str] = []
    while isinstance(source := merged.get(name, {}).get("source_profile"), str) and source not in sources:
        sources.append(source)
        name = source
    return sources

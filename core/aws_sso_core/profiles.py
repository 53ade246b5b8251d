"""The profiles and sessions of ``~/.aws/config`` and ``credentials``, as botocore and the AWS CLI see them.

The credentials file's keys override those of the same profile in the config, key by key. ``[sso-session]`` counts only
in the config. A profile without ``sso_session`` but with ``sso_start_url`` is of the legacy form; its session is the
exact start URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aws_sso_core.config.default_section import MARK, same_identity
from aws_sso_core.config.helper_form import as_sso
from aws_sso_core.config.lines import DEFAULTS, Unparsable
from aws_sso_core.config.names import profile_names
from aws_sso_core.config.problems import credentials_problems, file_problems, profile_problems
from aws_sso_core.config.sessions import find_sessions, session_name, text_of
from aws_sso_core.config.text import Profiles, Section, by_profile, cut, decode, read
from aws_sso_core.errors import ConfigUnreadable, ProfileNotFound, SessionIncomplete, SessionNotFound
from aws_sso_core.files import Signature, read_bytes, signature
from aws_sso_core.model import Profile, Session


@dataclass(frozen=True, slots=True)
class Config:
    """Both files, read once."""

    profiles: tuple[Profile, ...] = ()
    """In the order of ``aws configure list-profiles``: the config's, then those only in the credentials file."""
    sessions: tuple[Session, ...] = ()
    """The complete ones: sso-sessions, then one per distinct start URL and region of legacy profiles."""
    problems: tuple[str, ...] = ()
    """What AWS tools ignore, refuse or read in different ways; one sentence each."""
    incomplete: Mapping[str, str] = field(default_factory=dict)
    """Sessions that profiles name or the config holds but that cannot be used: name and the sentence why."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """``source_profile`` of the profiles that have one."""
    odd_ones: Mapping[str, Session] = field(default_factory=dict)
    """Legacy profiles whose start URL is used with several regions, and which has not the first of them."""

    def profile(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            ProfileNotFound: there is none; names the nearest ones.
        """
        found = self._find(name)
        if found is None:
            raise ProfileNotFound(name, (p.name for p in self.profiles))
        return found

    def session(self, name: str) -> Session:
        """The session of that name, else of that label, else with that start URL, else that the profile needs.

        A profile that assumes a role needs the session of its source profile.

        Raises:
            SessionNotFound: nothing is called so, or the profile has no session.
            SessionIncomplete: it lacks its start URL or region.
        """
        if name in self.incomplete:
            raise SessionIncomplete(self.incomplete[name], _INCOMPLETE_HINT)
        if found := next((s for s in self.sessions if s.name == name), None):
            return found
        called = [s for s in self.sessions if s.label == name]
        if len(called) == 1:
            return called[0]
        if found := next((s for s in self.sessions if s.start_url == name), None):
            return found
        return self._session_of(name)

    def session_of(self, profile: Profile) -> Session:
        """The session that the profile, or its source profile, signs in with; no session of the profile's name counts.

        Raises:
            SessionNotFound: it has none.
            SessionIncomplete: it lacks its start URL or region.
        """
        return self._session_of(profile.name)

    def profiles_of(self, session: Session) -> tuple[Profile, ...]:
        """The profiles that sign in with it themselves, not through a source profile."""
        regions = {s.region for s in self.sessions if s.name == session.name}
        return tuple(
            p
            for p in self.profiles
            if p.session == session.name and (len(regions) == 1 or self._session_of(p.name) == session)
        )

    def _find(self, name: str) -> Profile | None:
        return next((p for p in self.profiles if p.name == name), None)

    def _session_of(self, name: str) -> Session:
        names, asked = set(), name
        while (profile := self._find(name)) is not None and profile.session is None:
            names.add(name)
            source = self.sources.get(name)
            if source is None or source in names:
                raise SessionNotFound(asked, self._known(), profile=True) from None
            name = source
        if profile is None:
            raise SessionNotFound(asked, self._known(), profile=name != asked)
        if name in self.odd_ones:
            return self.odd_ones[name]
        wanted = profile.session or ""
        if wanted in self.incomplete:
            raise SessionIncomplete(self.incomplete[wanted], _INCOMPLETE_HINT)
        return next(s for s in self.sessions if s.name == wanted)

    def _known(self) -> list[str]:
        return [*(s.label for s in self.sessions), *(p.name for p in self.profiles if p.session is not None)]


_INCOMPLETE_HINT = "Correct the config file; `aws-sso-tray configure` writes a complete session."


def load(*, config: Path, credentials: Path) -> Config:
    """Read both files; a missing one is empty.

    Raises:
        ConfigUnreadable: AWS tools cannot parse one of them; names file, line and reason.
        StoreFailed: a file is there but cannot be read.
    """
    in_config, in_credentials = read_sections(config), read_sections(credentials)
    found = by_profile(in_config.sections)
    merged = {name: as_sso(values) for name, values in merge(found, in_credentials.sections).items()}
    sessions = find_sessions(merged, found)
    copies = _copies(merged)
    return Config(
        profiles=tuple(
            _profile(name, values, in_config=name in found.profiles, copy_of=copies.get(name))
            for name, values in merged.items()
        ),
        sessions=sessions.complete,
        problems=(
            *in_config.problems,
            *in_credentials.problems,
            *file_problems(in_config.text, in_config.sections, found),
            *credentials_problems(in_credentials.text, in_credentials.sections),
            *profile_problems(merged, found),
            *sessions.problems,
        ),
        incomplete=sessions.incomplete,
        sources={name: source for name, values in merged.items() if (source := text_of(values, "source_profile"))},
        odd_ones=sessions.odd_ones,
    )


def names(*, config: Path, credentials: Path) -> list[str]:
    """The profile names alone, in the order of ``load``, several times as fast: for completion and plain listings.

    Keys are not looked at, so a file that is broken only inside a section still answers.

    Raises:
        ConfigUnreadable, StoreFailed: as ``load``.
    """
    in_config, in_credentials = _read_text(config), _read_text(credentials)
    try:
        found = dict.fromkeys(profile_names(in_config))
    except Unparsable as error:
        raise unreadable(config, error) from error
    try:
        return list(found | {name: None for name, _ in cut(in_credentials) if name and name != DEFAULTS})
    except Unparsable as error:
        raise unreadable(credentials, error) from error


class Loader:
    """``load`` for whoever asks again and again: the files are read only when one of them has changed."""

    def __init__(self, *, config: Path, credentials: Path) -> None:
        self._config = config
        self._credentials = credentials
        self._seen: tuple[Signature | None, Signature | None] | None = None
        self._loaded: Config | ConfigUnreadable = Config()

    def load(self) -> Config:
        """The same object as before while neither file has changed.

        Raises:
            ConfigUnreadable, StoreFailed: as ``load``; the former again and again until the file has changed.
        """
        seen = signature(self._config), signature(self._credentials)
        if seen != self._seen:
            try:
                self._loaded = load(config=self._config, credentials=self._credentials)
            except ConfigUnreadable as error:
                self._loaded = error
            self._seen = seen
        if isinstance(self._loaded, ConfigUnreadable):
            raise self._loaded.with_traceback(None)
        return self._loaded


@dataclass(frozen=True, slots=True)
class SectionFile:
    """One of the two files: its bytes and what botocore reads in them."""

    data: bytes | None
    text: str
    encoding: str
    sections: dict[str, Section]
    problems: tuple[str, ...] = ()


def read_sections(path: Path) -> SectionFile:
    """Read one file; a missing one is empty, with ``data`` None.

    Raises:
        ConfigUnreadable: AWS tools cannot parse it; names file, line and reason.
        StoreFailed: it is there but cannot be read.
    """
    data = read_bytes(path)
    encoding = _locale_encoding(data or b"")
    try:
        text, used = decode(data or b"", encoding)
        return SectionFile(data, text, used, read(text), _encoding_problems(path, text, used, encoding))
    except Unparsable as error:
        raise unreadable(path, error) from error


def merge(config: Profiles, credentials: Mapping[str, Section]) -> dict[str, Section]:
    """All profiles with all their keys: the credentials file's override the config's, key by key."""
    merged = dict(config.profiles)
    for name, values in credentials.items():
        merged[name] = {**merged[name], **values} if name in merged else values
    return merged


def unreadable(path: Path, error: Unparsable) -> ConfigUnreadable:
    """The error for a person: which file, which line, why, and what to do."""
    return ConfigUnreadable(f"AWS tools cannot read {path}: line {error.line}: {error.reason}.", error.hint)


def _locale_encoding(data: bytes) -> str:
    if data.isascii():
        return "utf-8"
    import locale  # noqa: PLC0415 - 5 ms that few files cost

    return locale.getpreferredencoding(do_setlocale=False)  # as botocore's open()


def _encoding_problems(path: Path, text: str, used: str, encoding: str) -> tuple[str, ...]:
    try:
        text.encode(used).decode(encoding)
    except UnicodeDecodeError:
        problem = f"{path} is UTF-8, but AWS CLI and boto3 read it as {encoding} on this machine and fail: "
        return (problem + "write it in plain ASCII, or set PYTHONUTF8=1.",)
    return ()


def _read_text(path: Path) -> str:
    data = read_bytes(path) or b""
    try:
        return decode(data, _locale_encoding(data)).text
    except Unparsable as error:
        raise unreadable(path, error) from error


def _copies(merged: Mapping[str, Section]) -> dict[str, str]:
    """``[default]`` and the profile that it is a copy of, as long as that is there and they give the same credentials."""
    values = merged.get("default", {})
    profile = text_of(values, MARK)
    if profile is None or profile not in merged or not same_identity(values, merged[profile]):
        return {}
    return {"default": profile}


def _profile(name: str, values: Section, *, in_config: bool, copy_of: str | None) -> Profile:
    return Profile(
        name=name,
        session=session_name(values),
        account_id=text_of(values, "sso_account_id"),
        role_name=text_of(values, "sso_role_name"),
        region=text_of(values, "region"),
        account_name=text_of(values, "sso_account_name"),
        source="config" if in_config else "credentials",
        has_static_keys="aws_access_key_id" in values,
        populated=(text_of(values, "sso_auto_populated") or "").lower() == "true",
        copy_of=copy_of,
    )

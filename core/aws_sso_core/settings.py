"""Our few settings, in TOML: ``Paths.settings`` over an administrator's defaults, and under an administrator's policy.

A file with mistakes never stops anything: what can be used is used, the rest has its default, and each mistake is one
sentence in ``Settings.problems``. Unknown keys are kept, as another version may know them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from aws_sso_core.errors import ChangedMeanwhile, SettingInvalid, StoreFailed
from aws_sso_core.files import read_bytes, replace_if_unchanged
from aws_sso_core.setting_values import (
    Durations,
    Kind,
    Minutes,
    Names,
    Number,
    OneOf,
    Pattern,
    SomeOf,
    Template,
    Text,
    YesNo,
)

SignInPolicy = Literal["ask", "automatic", "never"]
Source = Literal["default", "managed", "user", "policy"]

_BOM = "\ufeff"
_HEADER = "# Settings of aws-sso-tray. `aws-sso-tray settings` lists every key with its meaning.\n"
_TRIES = 5
_LONGEST_SNOOZE = 24 * 60
_LONGEST_WAIT = 3600
_LONGEST_ABSENCE = 7 * 24


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name, what it means in a line, and which values it takes."""

    name: str
    meaning: str
    kind: Kind

    def shown(self, settings: Settings) -> str:
        """Its value as a person would type it."""
        return self.kind.shown(getattr(settings, self.name))


KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key(
            "sign_in",
            "What happens when a sign-in ends: ask, open the browser by itself while you are there, or never.",
            OneOf("ask", "automatic", "never"),
        ),
        Key("warn_minutes", "When to warn, in minutes before the sign-in ends; 0 is the end itself.", Minutes()),
        Key("snooze_minutes", "How long Later puts a warning off, in minutes.", Number(1, _LONGEST_SNOOZE)),
        Key("notices", "Whether desktop notifications are shown at all.", YesNo()),
        Key("browser", "The command that opens pages; empty means the desktop's own browser.", Text()),
        Key(
            "session_durations",
            "How long a sign-in lasts, per session, where you know it; otherwise it is learned.",
            Durations(),
        ),
        Key("renew", "Whether access tokens are renewed silently before they end.", YesNo()),
        Key("wait_seconds", "How long a program waits for your sign-in before it fails.", Number(0, _LONGEST_WAIT)),
        Key(
            "switch",
            "How a chosen profile reaches your programs: default (the [default] profile), environment (AWS_PROFILE for"
            " programs started later), shells (AWS_PROFILE in open shells with shell-init); one or several.",
            SomeOf("default", "environment", "shells"),
        ),
        Key(
            "production",
            "Profiles whose name, or account's name, matches this pattern are marked as production.",
            Pattern(),
        ),
        Key("favorites", "Profiles that stand on top of the menu.", Names()),
        Key(
            "sign_out_at_log_off",
            "Whether logging off from this computer signs you out of every session: for computers that several people use.",
            YesNo(),
        ),
        Key(
            "sign_out_after_hours",
            "Sign out of every session when nobody was there for so many hours; 0 never does.",
            Number(0, _LONGEST_ABSENCE),
        ),
        Key("start_url", "The start URL that `configure` and `populate` take when none is given.", Text()),
        Key("sso_region", "The region of that start URL.", Text()),
        Key(
            "profile_name_template",
            "How `populate` names profiles when no naming option is given; empty means account.role.",
            Template(),
        ),
        Key(
            "account_news",
            "Whether you are told, once a day at most, which accounts and roles are new or gone.",
            YesNo(),
        ),
        Key("theme", "Whether the picker is light or dark; auto follows your desktop.", OneOf("auto", "light", "dark")),
    )
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value; the defaults are those below."""

    sign_in: SignInPolicy = "ask"
    warn_minutes: tuple[int, ...] = (60, 15, 5, 0)
    snooze_minutes: int = 15
    notices: bool = True
    browser: str = ""
    session_durations: Mapping[str, timedelta] = field(default_factory=dict)
    renew: bool = True
    wait_seconds: int = 45
    switch: tuple[str, ...] = ("default",)
    production: str = r"(?<!non)(?<!non-)(?<!pre)(?<!pre-)prod(?!ucts?\b)"
    """Not nonprod, pre-prod or product."""
    favorites: tuple[str, ...] = ()
    sign_out_at_log_off: bool = False
    sign_out_after_hours: int = 0
    start_url: str = ""
    sso_region: str = ""
    profile_name_template: str = ""
    account_news: bool = False
    theme: Literal["auto", "light", "dark"] = "auto"
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where a value comes from; a key that is missing here has its default."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The file or registry key that it comes from."""
    problems: tuple[str, ...] = ()
    """One sentence for each mistake in the files."""

    def source(self, key: str) -> Source:
        """Where the key's value comes from."""
        return self.sources.get(key, "default")


DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Layer:
    """Values from one place."""

    source: Source
    place: str
    """As people call it: a path, a registry key."""
    values: Mapping[str, Any]
    """As TOML has them, or as a person types them."""
    typed: bool = False
    problems: tuple[str, ...] = ()
    """Why some of it could not be read."""


def load(path: Path, *, managed: Sequence[Layer]) -> Settings:
    """The settings in force. Never fails: see ``Settings.problems``.

    Args:
        path: the person's own file; need not exist.
        managed: what administrators set (``managed.layers``): defaults lie under the person's file, a policy over it.
    """
    problems: list[str] = []
    own = Layer("user", str(path), read_toml(path, problems))
    under, over = ([layer for layer in managed if (layer.source == "policy") == top] for top in (False, True))
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    places: dict[str, str] = {}
    for layer in (*under, own, *over):
        problems += layer.problems
        for name, value in layer.values.items():
            if name not in KEYS:
                problems.append(f"{layer.place}: there is no setting named {name!r}; it is left as it is.")
                continue
            try:
                values[name] = _accepted(KEYS[name], value, typed=layer.typed)
            except ValueError as error:
                held = KEYS[name].kind.shown(values.get(name, getattr(DEFAULTS, name)))
                problems.append(f"{layer.place}: {name} {error}; {held or 'nothing'} is used.")
            else:
                sources[name], places[name] = layer.source, layer.place
    return Settings(**values, sources=sources, places=places, problems=tuple(problems))


def _accepted(key: Key, value: Any, *, typed: bool) -> Any:
    return key.kind.accepted(key.kind.typed(str(value)) if typed else value)


def change(path: Path, key: str, text: str | None, *, managed: Sequence[Layer]) -> Settings:
    """Change one setting in the person's file; comments, order and unknown keys stay. Gives the settings after it.

    Args:
        path: the file; made if missing.
        key: a name of ``KEYS``; ``session_durations.corp`` means one entry of that table.
        text: the value as a person types it; None takes the setting out, so that its default is in force again.
        managed: as for ``load``.

    Raises:
        SettingInvalid: no such setting, an impossible value, a policy that sets it, or a file that is no valid TOML.
        ReadOnlyPlace, DiskFull, ChangedMeanwhile, StoreFailed: the file is as it was.
    """
    for layer in managed:
        if layer.source == "policy" and key.partition(".")[0] in layer.values:
            raise SettingInvalid(f"{key} is set by your administrator's policy.", f"It stands in {layer.place}.")
    for _ in range(_TRIES):
        before = read_bytes(path)
        after = _changed(path, before, key, text)
        try:
            replace_if_unchanged(path, before, after)
        except ChangedMeanwhile:
            continue
        return load(path, managed=managed)
    raise ChangedMeanwhile(f"{path} is being changed by another program all the time.", "Try again later.")


def _changed(path: Path, before: bytes | None, key: str, text: str | None) -> bytes:
    import tomlkit  # noqa: PLC0415 - 30 ms and 3 MB for the one command that writes
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - as above

    name, _, entry = key.partition(".")
    setting = KEYS.get(name)
    if setting is None or (entry and not isinstance(setting.kind, Durations)):
        raise SettingInvalid(f"There is no setting named {key!r}.", f"The settings are {', '.join(KEYS)}.")
    try:
        old = (before or _HEADER.encode()).decode()
        bom = _BOM if old.startswith(_BOM) else ""
        document = tomlkit.parse(old.removeprefix(bom))
    except (ValueError, TOMLKitError) as error:
        raise SettingInvalid(
            f"{path} is not valid TOML ({error}), so it was left alone.", "Correct it, or delete it to begin anew."
        ) from error
    if entry:
        _put(
            document.setdefault(name, tomlkit.table()),
            entry,
            None if text is None else _checked(setting, {entry: text})[entry],
        )
    else:
        _put(document, name, None if text is None else _checked(setting, text))
    return (bom + _with_line_ends_of(old, tomlkit.dumps(document))).encode()


def template() -> str:
    """A settings file for a beginner: every key with its meaning and its default, as comments."""
    import tomlkit  # noqa: PLC0415 - as above

    parts = [_HEADER]
    for key in KEYS.values():
        line = tomlkit.dumps({key.name: key.kind.typed(key.shown(DEFAULTS))}).strip()
        parts.append(f"\n# {key.meaning}\n# {line if line and not line.startswith('[') else f'{key.name} = {{}}'}\n")
    return "".join(parts)


def _checked(setting: Key, given: str | dict[str, str]) -> Any:
    """The TOML value for what a person typed (a table's entry comes as a table)."""
    try:
        value = setting.kind.typed(given) if isinstance(given, str) else given
        setting.kind.accepted(value)
    except ValueError as error:
        raise SettingInvalid(f"{setting.name} {error}.", setting.meaning) from error
    return value


def _put(table: Any, key: str, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def _with_line_ends_of(old: str, new: str) -> str:
    """Lines that were added get the line ends that the file has: Windows editors write CRLF."""
    return new.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in old else new


def read_toml(file: Path, problems: list[str]) -> Mapping[str, Any]:
    """The file as TOML; empty, with a problem told, when it is not."""
    try:
        data = read_bytes(file)
        if data is None:
            return {}
        import tomllib  # noqa: PLC0415 - most people have no settings file

        return tomllib.loads(data.decode().removeprefix(_BOM).replace("\r\n", "\n"))
    except StoreFailed as error:
        problems.append(f"{error} The defaults are in force.")
    except UnicodeDecodeError:
        problems.append(f"{file} is not UTF-8 text; the defaults are in force.")
    except (ValueError, RecursionError) as error:
        problems.append(f"{file} is not valid TOML ({error}); the defaults are in force.")
    return {}

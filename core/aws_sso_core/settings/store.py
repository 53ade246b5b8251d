"""Our few settings, in TOML: ``Paths.settings`` over an administrator's defaults, and under an administrator's policy.

A file with mistakes never stops anything: what can be used is used, the rest has its default, and each mistake is one
sentence in ``Settings.problems``. Unknown keys are kept, as another version may know them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_sso_core.errors import ChangedMeanwhile, SettingInvalid, StoreFailed
from aws_sso_core.files import read_bytes, replace_if_unchanged
from aws_sso_core.settings.keys import DEFAULTS, KEYS, Key, Settings, Source
from aws_sso_core.settings.values import Durations

_BOM = "\ufeff"
_HEADER = "# Settings of aws-sso-tray. `aws-sso-tray settings` lists every key with its meaning.\n"
_TRIES = 5


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

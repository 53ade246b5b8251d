"""Checks of ``~/.aws/config`` and ``credentials``: can every tool read them, alike, and nobody else."""

from __future__ import annotations

import locale
import os
import platform
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from aws_sso_core import files, permissions
from aws_sso_core.browser import split_command
from aws_sso_core.config.problems import shown
from aws_sso_core.config.text import by_profile
from aws_sso_core.doctor.checkup import Check, Finding, Fix, Machine, ok, problem, skipped, warning
from aws_sso_core.errors import AppError, ConfigUnreadable
from aws_sso_core.profiles import read_sections
from aws_sso_core.resolve import SHOWN, Provider, Resolution, Texts, resolve

AREA = "Files"
_COMMENT = re.compile(r"^\s*(sso_\w+|region)\s*=\s*[^#;\r\n]*\S[ \t]+([#;].*)$", re.MULTILINE)
_MANY = 500
"""Profiles that are resolved; more would take over a second, and a dialect's oddity shows in these too."""
_SHOWN = 3


def _readable(machine: Machine) -> Iterator[Finding]:
    paths = machine.paths
    try:
        config = machine.config
    except ConfigUnreadable as error:
        yield problem(error.sentence, error.hint)
        return
    there = [str(path) for path in (paths.config, paths.credentials) if path.exists()]
    if dead := [path for path in (paths.config, paths.credentials) if path.is_symlink() and not path.exists()]:
        for path in dead:
            yield problem(
                f"{path} is a link to {path.readlink()}, which is not there.", "Correct the link, or remove it."
            )
    elif not there:
        yield warning(f"There is no {paths.config} yet.", "`aws-sso-tray configure` sets it up.")
    if not there:
        return
    held = f"{_many(len(config.profiles), 'profile')}, {_many(len(config.sessions), 'session')}"
    yield ok(f"AWS tools can parse them: {held}.", *there, *_links(paths.config, paths.credentials))


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _links(*paths: Path) -> Iterator[str]:
    for path in paths:
        if path.is_symlink():
            yield f"{path} is a link to {path.resolve()}"


def _problems(machine: Machine) -> Iterator[Finding]:
    incomplete = machine.config.incomplete
    for sentence in machine.config.problems:
        if sentence in incomplete.values():
            continue
        yield warning(sentence, "`aws-sso-tray why PROFILE` shows what each tool makes of a profile.")
    for sentence in incomplete.values():
        yield problem(sentence, "Correct it, or let `aws-sso-tray configure` write a complete session.")


def _spelling(machine: Machine) -> Iterator[Finding]:
    """Bytes that tools read in different ways, whatever profile they stand in."""
    for path in (machine.paths.config, machine.paths.credentials):
        data = b""
        with suppress(AppError):  # told by the check before
            data = files.read_bytes(path) or b""
        for line, key in _comments(data.decode(errors="replace")):
            yield warning(
                f"{path}, line {line}: a comment stands behind the value of {key}.",
                "AWS CLI and boto3 take it for a part of the value; put it on a line of its own.",
            )


def _comments(text: str) -> Iterable[tuple[int, str]]:
    for found in _COMMENT.finditer(text):
        yield text.count("\n", 0, found.start(1)) + 1, found[1]


def _dialects(machine: Machine) -> Iterator[Finding]:
    """Profiles for which the tools, each by its own rules, come to different results."""
    paths = machine.paths
    config, credentials = (files.read_bytes(path) or b"" for path in (paths.config, paths.credentials))
    texts = Texts(config, credentials, encoding=locale.getpreferredencoding(do_setlocale=False))
    names = [profile.name for profile in machine.config.profiles]
    apart = {name: table for name in names[:_MANY] if _disagree(table := resolve(name, texts, {}))}
    for name, table in list(apart.items())[:_SHOWN]:
        yield warning(
            f"AWS tools take different things for the profile {name!r}.",
            f"`aws-sso-tray why {name}` says why.",
            *(f"{SHOWN[r.tool]}: {_taken(r)}" for r in table),
        )
    if len(apart) > _SHOWN:
        yield warning(
            f"{len(apart) - _SHOWN} more profiles are read in different ways.", "`aws-sso-tray why PROFILE` says why."
        )


def _disagree(table: Iterable[Resolution]) -> bool:
    """Tools that all fail agree; what they fail at is another check's."""
    return len({None if r.problem else (r.provider, r.source.identity, r.region) for r in table}) > 1


def _taken(r: Resolution) -> str:
    if r.problem:
        return f"fails: {r.problem}"
    # An access key id is no secret, but a report goes to strangers.
    identity = "" if r.provider is Provider.KEYS else f" ({r.source.identity})" if r.source.identity else ""
    return f"{r.provider.value}{identity}, {r.region or 'no region'}"


def _static_keys(machine: Machine) -> Iterator[Finding]:
    keyed = [p for p in machine.config.profiles if p.has_static_keys]
    both = [p.name for p in keyed if p.session]
    only = [p.name for p in keyed if not p.session]
    if both:
        yield problem(
            f"Static keys stand beside the sign-in of the {shown(both)}: some tools use the keys.",
            f"Remove them from {machine.paths.credentials}, and deactivate them in IAM.",
        )
    if only:
        yield warning(
            f"Static keys lie in the {shown(only)}.", "They do not expire by themselves: use a sign-in where you can."
        )


def _processes(machine: Machine) -> Iterator[Finding]:
    """Programs that profiles call for credentials: an upgrade of Python, or a move, leaves their old place in the config."""
    gone: dict[str, list[str]] = {}
    for name, values in by_profile(read_sections(machine.paths.config).sections).profiles.items():
        line = values.get("credential_process")
        for word in split_command(line, platform.system()) if isinstance(line, str) else ():
            if Path(word).is_absolute() and not os.path.exists(word):  # noqa: PTH110 - nor may a closed folder stop it
                gone.setdefault(word, []).append(name)
    for program, names in gone.items():
        ours = Path(program).name in {"helper.py", "aws-sso-tray", "aws-sso-tray.exe"}
        yield problem(
            f"The credential_process of the {shown(names)} calls {program}, which is not there.",
            "`aws-sso-tray populate --credential-process` writes its place anew."
            if ours
            else "Correct it, or install that program.",
        )


def _private(machine: Machine) -> Iterator[Finding]:
    paths = machine.paths
    if permissions.others_may(Path.home()) is None:
        yield skipped("Who else may read them is for Windows's own security page of each file to say.")
        return
    for path in (paths.credentials, *_jsons(paths.sso_cache), *_jsons(paths.cli_cache), *_jsons(paths.state_dir)):
        if permissions.others_may(path):
            yield problem(f"Others may read {path}.", f"chmod 600 {path}", fix=_closing(path))
    for folder in (paths.aws_dir, paths.state_dir):
        if permissions.others_may(folder) == "change":
            yield problem(f"Others may change what is in {folder}.", f"chmod 700 {folder}", fix=_closing(folder))


def _closing(path: Path) -> Fix:
    return Fix("Let only you read and change it", lambda: permissions.make_private(path))


def _jsons(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json")) if folder.is_dir() else []


def _writable(machine: Machine) -> Iterator[Finding]:
    for path in (machine.paths.config, machine.paths.sso_cache / "x", machine.paths.state_dir / "x"):
        if trouble := permissions.why_not_writable(path.resolve()):
            yield problem(trouble, "Without that, neither AWS tools nor this program can keep what they have to.")


def _repository(machine: Machine) -> Iterator[Finding]:
    folder = machine.paths.aws_dir
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            ignored = machine.run(["git", "-C", str(parent), "check-ignore", "-q", str(folder)])
            if ignored is None or ignored.code != 0:
                yield warning(
                    f"{folder} lies inside the git repository {parent}, which could be pushed with your keys.",
                    f"Add a line `{folder.relative_to(parent)}/` to its .gitignore.",
                )
            return


CHECKS = (
    Check("config", AREA, "Config and credentials", "AWS tools can parse them.", _readable, needs_config=False),
    Check("config-sections", AREA, "Sections of the config", "Every section is one that AWS tools know.", _problems),
    Check(
        "config-spelling",
        AREA,
        "Spelling of the config",
        "No comment stands behind a value.",
        _spelling,
        needs_config=False,
    ),
    Check("processes", AREA, "Programs that profiles call", "Every program that a profile calls is there.", _processes),
    Check(
        "dialects",
        AREA,
        "How each tool reads profiles",
        "AWS CLI, boto3, Go and JavaScript read every profile alike.",
        _dialects,
    ),
    Check("static-keys", AREA, "Static keys", "There are no static keys.", _static_keys),
    Check(
        "private",
        AREA,
        "Who may read secrets",
        "Nobody else can read tokens, keys and caches.",
        _private,
        needs_config=False,
    ),
    Check(
        "writable",
        AREA,
        "Whether files can be written",
        "Config, token cache and our own state can be written.",
        _writable,
        needs_config=False,
    ),
    Check(
        "repository",
        AREA,
        "A git repository around ~/.aws",
        "No git repository holds ~/.aws.",
        _repository,
        needs_config=False,
    ),
)

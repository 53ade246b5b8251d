r"""Settings that administrators give to everybody: defaults, which a person may change, and a policy, which they may not.

The file is TOML, like the person's own: its keys are defaults, those of its table ``[policy]`` are the policy. On Windows
the registry says the same, so that group policy and Intune can: values of ``HKLM\Software\Policies\aws-sso-tray`` are
the policy, those of its key ``Defaults`` are defaults. There a value is text as a person types it after
``aws-sso-tray settings KEY``.

A setting may name a program to start (``browser``), so on Windows, where everybody may make folders beside ours, the file
counts only when an administrator made it and its folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_sso_core import desktop
from aws_sso_core.settings.store import Layer, read_toml

POLICY = "policy"
"""The table of a managed file that nobody may overrule."""


def layers(file: Path) -> tuple[Layer, ...]:
    """What administrators say here.

    Args:
        file: ``Paths.managed_settings``; need not exist.
    """
    problems: list[str] = []
    values = _written_by_administrators(file, problems)
    policy = values.pop(POLICY, {})
    if not isinstance(policy, dict):
        problems.append(f"{file}: {POLICY} must be a table; it is left out.")
        policy = {}
    found = (
        Layer("managed", str(file), values, problems=tuple(problems)),
        Layer("policy", f"{file}, [{POLICY}]", policy),
        *(Layer(source, place, said, typed=True) for source, place, said in desktop.policies()),
    )
    return tuple(layer for layer in found if layer.values or layer.problems)


def _written_by_administrators(file: Path, problems: list[str]) -> dict[str, Any]:
    if file.exists() and not desktop.is_by_administrators(file):
        problems.append(f"{file}, or its folder, was not made by an administrator; it is left out.")
        return {}
    return dict(read_toml(file, problems))

"""A person's pattern that would take longer than anybody lives is ended, by the process that tries it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core import pattern_trial
from aws_sso_core.sandbox import Sandbox
from cli_world import World
from populated import SESSION, Populated


@pytest.mark.usefixtures("no_foreign_settings")
def test_a_pattern_that_would_take_for_ever_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, monkeypatch)
    monkeypatch.setattr(pattern_trial, "SECONDS", 2.0)
    with Sandbox(world.clock) as box:
        populated = Populated(world, box)
        populated.sign_in()
        populated.give(("111122223333", "a" * 50 + "!", ("A",)))
        ran = populated.run("--trim-account-name", "x", "--trim-account-name", "(a+)+$")
    assert (ran.code, populated.text) == (2, SESSION)
    assert "--trim-account-name: '(a+)+$' takes too long" in ran.err

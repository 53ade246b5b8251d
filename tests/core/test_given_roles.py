"""A role that a shell was given (``exec``, ``env``, ``serve``) stays there: what we start for long does not get it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.as_profile.environment import as_credentials, as_endpoint, without_given
from aws_sso_core.browser import SystemBrowser
from aws_sso_core.cli.early_start import forget_role
from aws_sso_core.model import RoleCredentials, Secret
from cli_world import World
from fakes import NOON

KEYS = RoleCredentials("ASIAKEY", Secret("s3cret"), Secret("t0ken"), NOON, "000123456789")
GIVEN = dict(as_credentials("dev", "eu-west-1", KEYS).values)
SERVED = dict(as_endpoint("dev", None, "http://127.0.0.1:1/c", token=Secret("t0ken")).hiding_files("/dev/null").values)
SAYS = "import os, sys; sys.exit(any(name.startswith('AWS_') and name != 'AWS_SSO_TRAY_HOME' for name in os.environ))"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


@pytest.mark.parametrize("given", [GIVEN, SERVED])
def test_nothing_of_it_is_left(given: dict[str, str]) -> None:
    assert without_given({**given, "PATH": "/bin", "AWS_PAGER": ""}) == {"PATH": "/bin", "AWS_PAGER": ""}


def test_what_the_person_set_stays() -> None:
    own = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "own", "AWS_REGION": "eu-west-1"}
    assert without_given(own) == own


def test_the_tray_does_not_get_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "tray", lambda *, console=False: [sys.executable, "-c", SAYS])  # noqa: ARG005
    del world.env["AWS_EC2_METADATA_DISABLED"]
    world.set(**GIVEN)
    assert world.run("start", "--foreground").code == 0


def test_nor_a_tray_that_begins_as_a_copy_of_this_process() -> None:
    environ = {**GIVEN, "PATH": "/bin"}
    forget_role(environ)
    assert environ == {"PATH": "/bin"}


def test_the_browser_does_not_get_it(world: World, tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("a script of POSIX")
    world.set(**GIVEN)
    note, program = tmp_path / "note", tmp_path / "browser"
    program.write_text(f"#!/bin/sh\necho \"$AWS_SECRET_ACCESS_KEY$AWS_SESSION_TOKEN$AWS_SSO_TRAY_AS.\" > '{note}'\n")
    program.chmod(0o755)
    assert world.services().browser(str(program)).open("https://a.example/")
    assert note.read_text() == ".\n"


@pytest.mark.parametrize(("environ", "opened"), [({}, True), (GIVEN, False)])
def test_windows_opens_no_page_in_a_way_that_hands_on_all_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environ: dict[str, str], *, opened: bool
) -> None:
    pages: list[str] = []
    program: Callable[..., bool] = lambda *_arguments: True  # noqa: E731 - stands for rundll32
    monkeypatch.setattr(os, "startfile", pages.append, raising=False)
    monkeypatch.setattr(SystemBrowser, "_start", program)
    monkeypatch.setattr(SystemBrowser, "_find", lambda _self, name: name)
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert SystemBrowser(None, {"PATH": str(tmp_path)}, system="Windows").open("https://a.example/")
    assert bool(pages) is opened

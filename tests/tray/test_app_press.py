"""The program that Windows starts for a button of a toast: what it believes, and what it leaves for the tray."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core import desktop
from aws_sso_core.desktop.windows import press_link
from aws_sso_core.desktop.windows.press_link import Press
from aws_sso_core.paths import Paths
from aws_sso_core.state import Wishes
from aws_sso_core.system_clock import SystemClock
from aws_sso_tray import app
from aws_sso_tray.events import PRESS, SHOW, Pressed


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Where a tray runs already, so that ``main`` ends at once."""
    monkeypatch.setenv("AWS_SSO_TRAY_HOME", str(tmp_path / "ours"))

    class Taken:
        def acquire(self) -> bool:
            return False

    monkeypatch.setattr(desktop, "instance", lambda _paths: Taken())
    monkeypatch.setattr(app, "as_people_here_write", lambda: None)  # the form of times is this whole process's
    return Paths.from_environment({"AWS_SSO_TRAY_HOME": str(tmp_path / "ours")})


def wishes(paths: Paths) -> list[tuple[str, str]]:
    return [(wish.kind, wish.about) for wish in Wishes(paths.wishes_dir, SystemClock()).take()]


def test_a_link_of_ours_is_left_as_a_wish_for_the_tray_that_runs(paths: Paths) -> None:
    link = press_link.write(Press("sign-in my%20corp", "later"), press_link.key_in(paths.state_dir, desktop.sealing()))
    assert link
    assert app.main(["press", link]) == 0
    assert wishes(paths) == [(PRESS, "later sign-in my%20corp")]


def test_who_starts_a_tray_that_runs_from_the_start_menu_sees_something_of_it(paths: Paths) -> None:
    assert app.main([SHOW]) == 0
    assert wishes(paths) == [(SHOW, "")]


def test_a_second_start_at_log_on_shows_nothing(paths: Paths) -> None:
    assert app.main([]) == 0
    assert wishes(paths) == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["aws-sso-tray:press?notice=sign-in%20corp&button=sign-in&seal=" + "0" * 32],
        ["aws-sso-tray:sign-in?session=corp"],
        ["aws-sso-tray:"],
        ["https://example.com/"],
        ["--verbose"],
        ["C:\\Windows\\System32\\calc.exe"],
        ["x" * 100_000],
    ],
)
def test_anything_else_that_a_page_has_windows_open_is_refused(paths: Paths, words: list[str]) -> None:
    assert app.main(["press", *words]) == 2
    assert wishes(paths) == []


def test_a_quote_in_a_link_that_breaks_the_command_line_apart_gains_nothing(paths: Paths) -> None:
    link = press_link.write(Press("n", "b"), press_link.key_in(paths.state_dir, desktop.sealing()))
    assert link
    assert app.main(["press", link, "--verbose"]) == 2
    assert wishes(paths) == []


def test_a_press_comes_back_from_its_wish_as_it_was() -> None:
    pressed = Pressed("sign-in my%20corp b", "sign-in", lasting=True)
    assert Pressed.from_wish(pressed.as_wish()) == pressed

"""What every system's port must do; each port's test class inherits its contract and makes the port."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aws_sso_core.desktop.ports import Autostart, Environment, Instance, Notifier, Power, PowerEvent
from aws_sso_core.model import Button, Notice

COMMAND = ["/opt/some where/aws-sso-trayw", "start", '--note=it\'s "50%" of $HOME\\x `y`']
"""A command with everything that quoting rules trip over."""

SIGN_IN = Notice(
    key="end:corp",
    title="corp: sign in again within 15 minutes",
    body="Your sign-in ends at 17:30.",
    buttons=(Button("sign-in", "Sign in"), Button("later", "Later")),
    default="sign-in",
)


class NotifierContract:
    """For a notifier whose service works."""

    def test_a_notice_is_shown(self, notifier: Notifier) -> None:
        assert notifier.show(SIGN_IN) is True

    def test_the_same_notice_can_be_shown_twice(self, notifier: Notifier) -> None:
        assert notifier.show(SIGN_IN) is True
        assert notifier.show(SIGN_IN) is True

    def test_withdrawing_what_was_never_shown_is_no_error(self, notifier: Notifier) -> None:
        notifier.withdraw("nobody")

    def test_a_notice_with_odd_characters_never_raises(self, notifier: Notifier) -> None:
        odd = Notice("odd", "a\0b <b>&amp; \ud83d", "Schlüssel 🔑 " * 100 + "\n\x1b[1m")
        assert notifier.show(odd) in (True, False)

    def test_closing_twice_is_no_error(self, notifier: Notifier) -> None:
        notifier.show(SIGN_IN)
        notifier.close()
        notifier.close()

    def test_the_level_has_a_name(self, notifier: Notifier) -> None:
        assert notifier.level in {"dbus", "winrt", "win10toast", "balloon", "osascript", "none"}


class AutostartContract:
    """For an autostart that is off."""

    def test_it_is_off_at_first(self, autostart: Autostart) -> None:
        assert autostart.state() == "off"

    def test_enabled_is_on(self, autostart: Autostart) -> None:
        autostart.enable(COMMAND)
        assert autostart.state() == "on"

    def test_enabling_twice_is_on(self, autostart: Autostart) -> None:
        autostart.enable(["old"])
        autostart.enable(COMMAND)
        assert autostart.state() == "on"

    def test_disabled_is_off(self, autostart: Autostart) -> None:
        autostart.enable(COMMAND)
        autostart.disable()
        assert autostart.state() == "off"

    def test_disabling_what_is_off_is_no_error(self, autostart: Autostart) -> None:
        autostart.disable()
        assert autostart.state() == "off"


class EnvironmentContract:
    """For an environment without the variable."""

    def test_a_variable_that_was_never_set_is_none(self, environment: Environment) -> None:
        assert environment.get("AWS_PROFILE") is None

    @pytest.mark.parametrize("value", ["dev.admin", "with space", "50% of $HOME", 'quote " and \\ and `', "ümläut", ""])
    def test_a_set_variable_is_read_back(self, environment: Environment, value: str) -> None:
        environment.set("AWS_PROFILE", value)
        assert environment.get("AWS_PROFILE") == value

    def test_setting_again_replaces(self, environment: Environment) -> None:
        environment.set("AWS_PROFILE", "one")
        environment.set("AWS_PROFILE", "two")
        assert environment.get("AWS_PROFILE") == "two"

    def test_a_removed_variable_is_none(self, environment: Environment) -> None:
        environment.set("AWS_PROFILE", "dev")
        environment.set("AWS_PROFILE", None)
        assert environment.get("AWS_PROFILE") is None

    def test_other_variables_stay(self, environment: Environment) -> None:
        environment.set("AWS_REGION", "eu-west-1")
        environment.set("AWS_PROFILE", "dev")
        environment.set("AWS_PROFILE", None)
        assert environment.get("AWS_REGION") == "eu-west-1"

    def test_this_process_keeps_its_own(self, environment: Environment) -> None:
        environment.set("AWS_PROFILE", "lasting")
        assert "AWS_PROFILE" not in os.environ


class InstanceContract:
    """For the locks of one person; ``make`` gives a new port each time, as a new process would."""

    def make(self, folder: Path) -> Instance:
        raise NotImplementedError

    def test_nobody_holds_it_at_first(self, tmp_path: Path) -> None:
        assert self.make(tmp_path / "state").holder() is None

    def test_the_first_becomes_the_one(self, tmp_path: Path) -> None:
        one = self.make(tmp_path / "state")
        assert one.acquire() is True
        assert one.holder() == os.getpid()
        one.release()

    def test_the_one_stays_the_one_when_it_asks_again(self, tmp_path: Path) -> None:
        one = self.make(tmp_path)
        assert (one.acquire(), one.acquire()) == (True, True)
        one.release()

    def test_a_second_does_not_and_learns_who_is(self, tmp_path: Path) -> None:
        one, two = self.make(tmp_path), self.make(tmp_path)
        one.acquire()
        assert two.acquire() is False
        assert two.holder() == os.getpid()
        one.release()

    def test_after_release_another_becomes_the_one(self, tmp_path: Path) -> None:
        one, two = self.make(tmp_path), self.make(tmp_path)
        one.acquire()
        one.release()
        assert two.holder() is None
        assert two.acquire() is True
        two.release()

    def test_releasing_what_is_not_held_is_no_error(self, tmp_path: Path) -> None:
        self.make(tmp_path).release()

    def test_another_state_folder_is_another_tray(self, tmp_path: Path) -> None:
        one, other = self.make(tmp_path / "one"), self.make(tmp_path / "other")
        assert one.acquire()
        assert other.acquire()
        one.release()
        other.release()


class PowerContract:
    """For a power port that has something to listen to."""

    def test_it_starts(self, power: Power) -> None:
        assert power.start(lambda _: None) is True

    def test_stopping_twice_is_no_error(self, power: Power) -> None:
        power.start(lambda _: None)
        power.stop()
        power.stop()

    def test_it_says_whether_the_screen_is_locked_or_that_it_does_not_know(self, power: Power) -> None:
        power.start(lambda _: None)
        assert power.locked() in (True, False, None)


class Events:
    """A power port's listener that remembers."""

    def __init__(self) -> None:
        self.seen: list[PowerEvent] = []

    def __call__(self, event: PowerEvent) -> None:
        self.seen.append(event)

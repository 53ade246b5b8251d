"""The short way of the credential helper: the long way's answer as long as nothing has changed, and nothing otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aws_sso_core
from aws_sso_core import warm
from aws_sso_core.config.helper_form import through_helper
from aws_sso_core.config.text import Section
from aws_sso_core.locking import lock
from aws_sso_core.model import Role, RoleCredentials, Secret, Session
from aws_sso_core.sandbox import Sandbox
from children import posix_only
from cli_world import World
from fakes import Worker

CONFIG = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess

[profile ro]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AWSReadOnlyAccess
"""
SESSION = Session("corp", "https://sandbox.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
ROLE = Role("111122223333", "AdministratorAccess")
LIMIT = 60


class Home:
    """A person signed in, by a clock that is a little ahead, so that files written now are old enough."""

    def __init__(self, world: World, box: Sandbox) -> None:
        self.world = world
        self.box = box
        world.set(**box.environment())
        world.neutral = lambda text: text  # type: ignore[method-assign]  # the answers are what this is about
        world.clock.set_wall(datetime.now(UTC) + timedelta(seconds=10))
        self.sign_in()

    def sign_in(self) -> None:
        self.world.config(CONFIG)
        self.world.given_token(self.box)

    def long(self, *arguments: str) -> str:
        """What the long way answers; empty for nothing."""
        return self.world.run("credentials", *(arguments or ("--profile", "dev")), "--no-wait").out

    def short(self, *arguments: str) -> str | None:
        return warm.answer(arguments or ("--profile", "dev"), self.world.env)

    @property
    def config(self) -> Path:
        return self.world.aws / "config"

    @property
    def token(self) -> Path:
        return self.world.services().tokens.path(SESSION)

    @property
    def kept(self) -> Path:
        return self.world.services().role_cache.path(SESSION, ROLE)

    def keep(self, left: timedelta) -> None:
        """Put credentials with so much left into the cache, as AWS CLI does."""
        credentials = RoleCredentials("ASIAKEPT", Secret("s"), Secret("t"), datetime.now(UTC) + left)
        self.world.services().role_cache.write(SESSION, ROLE, credentials)


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    world = World(tmp_path, monkeypatch)
    with Sandbox(world.clock) as box:
        yield Home(world, box)


@pytest.fixture
def home(cold: Home) -> Home:
    """After the long way was gone once."""
    assert cold.long()
    assert cold.short()
    return cold


def test_the_short_way_gives_the_long_ways_answer(cold: Home) -> None:
    assert cold.short() is None
    answer = cold.long()
    assert cold.short() == answer
    assert cold.box.calls.count("GetRoleCredentials") == 1


def test_what_the_active_profile_is_may_change(cold: Home) -> None:
    for name in ("dev", "ro"):
        assert cold.world.run("use", name).code == 0
        assert cold.short("--active") is None
        answer = cold.long("--active")
        assert answer == cold.long("--profile", name)
        assert cold.short("--active") == answer


def rewrite(path: Path, text: str) -> None:
    """As editors do that keep a file's times: not a byte longer, the same inode."""
    s = path.stat()
    assert len(text) == s.st_size
    path.write_text(text)
    os.utime(path, ns=(s.st_atime_ns, s.st_mtime_ns))


def replace(path: Path) -> None:
    shutil.copy2(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


CHANGES: dict[str, Callable[[Home], object]] = {
    "the config is edited": lambda h: h.config.write_text(CONFIG.replace("Administrator", "Manager")),
    "the config is replaced by a copy": lambda h: replace(h.config),
    "the config goes": lambda h: h.config.unlink(),
    "a credentials file comes": lambda h: (h.world.aws / "credentials").write_text("[dev]\nsso_role_name = Other\n"),
    "a new token comes": lambda h: replace(h.token),
    "the token goes": lambda h: h.token.unlink(),
    "aws sso logout": lambda h: [path.unlink() for path in (h.token, h.kept)],  # type: ignore[func-returns-value]
    "our logout": lambda h: h.world.run("logout"),
    "the kept credentials go": lambda h: h.kept.unlink(),
    "they are half-written": lambda h: h.kept.write_bytes(h.kept.read_bytes()[:-9]),
    "they are empty": lambda h: h.kept.write_bytes(b""),
    "they are not of SSO": lambda h: h.kept.write_text(h.kept.read_text().replace('"sso"', '"sts"')),
    "they have over 15 minutes left no longer": lambda h: h.keep(timedelta(minutes=14, seconds=50)),
    "they are good for longer than AWS gives": lambda h: h.keep(timedelta(hours=13)),
    "they come from the future": lambda h: os.utime(h.kept, (9e9, 9e9)),
    "another config is named": lambda h: h.world.set(AWS_CONFIG_FILE=str(h.config)),
    "another credentials file is named": lambda h: h.world.set(AWS_SHARED_CREDENTIALS_FILE=str(h.config)),
    "our folder is moved": lambda h: h.world.set(AWS_SSO_TRAY_HOME=str(h.world.home)),
    "the home folder is another": lambda h: h.world.set(HOME=str(h.world.aws), USERPROFILE=str(h.world.aws)),
    "the home folder is nowhere": lambda h: h.world.set(HOME="", USERPROFILE=""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_a_change_the_short_way_is_silent(change: Callable[[Home], object], home: Home) -> None:
    change(home)
    assert home.short() is None


@posix_only
def test_a_config_of_the_same_size_and_time_is_another_all_the_same(home: Home) -> None:
    rewrite(home.config, CONFIG.replace("111122223333", "000123456789"))
    assert home.short() is None


@posix_only
def test_another_persons_files_are_not_believed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: home.kept.stat().st_uid + 1)
    assert home.short() is None


def test_a_config_that_was_changed_just_now_is_known_by_its_content_for_a_while(
    cold: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold.world.clock.set_wall(datetime.now(UTC))
    answer = cold.long()
    os.utime(cold.config)
    assert cold.short() == answer
    with monkeypatch.context() as later:
        later.setattr(warm, "_WHILE", 0)
        assert cold.short() is None
    rewrite(cold.config, CONFIG.replace("111122223333", "000123456789"))
    assert cold.short() is None


def test_a_relative_path_makes_no_entry(cold: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cold.world.aws)
    cold.world.set(AWS_CONFIG_FILE="config")
    assert cold.long()
    assert cold.short() is None


def test_a_profile_that_was_renamed_is_gone_for_the_short_way(home: Home) -> None:
    home.config.write_text(CONFIG.replace("profile dev", "profile new"))
    assert home.short() is None
    assert home.long() == ""
    assert home.long("--profile", "new")
    assert home.short("--profile", "new")
    assert home.short() is None


@pytest.mark.parametrize("arguments", [(), ("--profile",), ("--profile", ""), ("--help",), ("--profile", "dev", "-x")])
def test_any_other_call_goes_the_long_way(arguments: tuple[str, ...], home: Home) -> None:
    assert warm.answer(arguments, home.world.env) is None


@pytest.mark.parametrize("name", ["é ü", "a/../../b", "x" * 100, "DEV", "con"])
def test_odd_names_have_entries_of_their_own(name: str, cold: Home) -> None:
    cold.config.write_text(CONFIG.replace("[profile dev]", f'[profile "{name}"]'), encoding="utf-8")
    answer = cold.long("--profile", name)
    assert (cold.short("--profile", name), cold.short("--profile", "dev")) == (answer, None)
    assert len(list((cold.world.aws / "aws-sso-tray").iterdir())) == 1


def test_a_name_too_long_for_a_file_goes_the_long_way(cold: Home) -> None:
    cold.config.write_text(CONFIG.replace("[profile dev]", f"[profile {'x' * 101}]"))
    assert cold.long("--profile", "x" * 101)
    assert cold.short("--profile", "x" * 101) is None


def test_an_entry_of_another_version_of_us_is_passed_over_and_written_anew(home: Home) -> None:
    place = Path(warm.entry_path("dev", home.world.env) or "")
    ours = place.read_text()
    place.write_text(ours.replace("credentials 1", "credentials 2", 1))
    assert home.short() is None
    assert home.long() == home.short()
    assert place.read_text() == ours


def test_an_entry_holds_no_secret_and_is_the_owners_alone(home: Home) -> None:
    place = Path(warm.entry_path("dev", home.world.env) or "")
    given = json.loads(home.long())
    assert not any(given[key] in place.read_text() for key in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    if os.name != "nt":
        assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_after_a_sign_out_no_entry_is_left(home: Home) -> None:
    home.world.run("logout")
    assert list((home.world.aws / "aws-sso-tray").iterdir()) == []


STEPS: dict[str, Callable[[Home], object]] = {
    **{
        name: act for name, act in CHANGES.items() if "named" not in name and "home" not in name and "our f" not in name
    },
    "the config is as at first": lambda h: h.config.write_text(CONFIG),
    "the profiles change places": lambda h: h.config.write_text(
        CONFIG.replace("[profile dev]", "[profile x]").replace("[profile ro]", "[profile dev]")
    ),
    "a sign-in": Home.sign_in,
    "the long way": Home.long,
    "good credentials by AWS CLI": lambda h: h.keep(timedelta(hours=8)),
    "no credentials file": lambda h: (h.world.aws / "credentials").unlink(missing_ok=True),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=4))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings().max_examples // 3,  # each is a dozen commands
)
def test_whatever_happens_the_short_way_says_what_the_long_way_says_or_nothing(cold: Home, steps: list[str]) -> None:
    for step in ["a sign-in", "the long way", *steps]:
        try:
            STEPS[step](cold)
        except FileNotFoundError:
            continue  # gone before
        short = cold.short()
        assert short in (None, cold.long()), step


# The program ----------------------------------------------------------------------------------------------------------


def run_helper(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | home.world.env
    helper = Path(aws_sso_core.__file__).with_name("helper.py")
    command = [sys.executable, "-I", "-S", "-X", "importtime", str(helper), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_the_helper_loads_one_module_of_ours_and_none_that_takes_time(home: Home) -> None:
    ran = run_helper(home, "--profile", "dev")
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert json.loads(ran.stdout) == json.loads(home.long())
    assert {name for name in loaded if name.startswith("aws_sso")} == {"aws_sso_core", "aws_sso_core.warm"}
    assert loaded.isdisjoint({"site", "json", "re", "pathlib", "subprocess", "typing", "collections", "logging"})


def test_what_the_helper_does_not_know_the_long_way_tells(home: Home) -> None:
    home.token.unlink()
    ran = run_helper(home, "--profile", "dev")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "aws-sso-tray: Nobody is signed in to corp." in ran.stderr


def test_who_comes_second_waits_for_the_first_ones_answer(cold: Home) -> None:
    place = Path(warm.entry_path("dev", cold.world.env) or "")
    with lock(Path(warm.gate_path(str(place)))):
        second = Worker(lambda: run_helper(cold, "--profile", "dev"))
        answer = cold.long()
    assert second.result().stdout == answer
    assert cold.box.calls.count("GetRoleCredentials") == 1


@posix_only  # Windows does not let go of a file that is held: there the others run out of patience
def test_who_waits_for_a_person_lets_the_next_one_go(cold: Home) -> None:
    gate = Path(warm.gate_path(warm.entry_path("dev", cold.world.env) or ""))
    cold.token.unlink()
    seen: list[bool] = []
    cold.world.clock.on_sleep = lambda _seconds: seen.append(gate.exists())
    with lock(gate):
        cold.world.run("credentials", "--profile", "dev", "--wait", "1")
    assert seen
    assert not any(seen)


def test_a_profile_through_the_helper_has_a_short_way_too(cold: Home) -> None:
    values: Section = {"sso_session": "corp", "sso_account_id": ROLE.account_id, "sso_role_name": ROLE.name}
    lines = "\n".join(f"{key} = {value}" for key, value in through_helper(values, "x --profile dev").items())
    cold.config.write_text(f"{CONFIG}\n[profile through]\n{lines}\n")
    answer = cold.long("--profile", "through")
    assert answer == cold.long()
    assert cold.short("--profile", "through") == answer

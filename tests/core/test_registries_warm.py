"""The quick way to a registry's password, which must say what the long one says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.cli import docker, docker_protocol
from aws_sso_core.model import Role, Secret
from aws_sso_core.paths import Paths
from aws_sso_core.registries import warm
from aws_sso_core.registries.tokens import RegistryToken, RegistryTokens

HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"


class Kept:
    """A kept password, and what it is based on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.config = home / "config"
        self.sign_in = home / "sign-in.json"
        self.env = {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "AWS_SSO_TRAY_HOME": str(home / "tray"),
            "AWS_PROFILE": "dev",
        }
        for file in (self.config, self.sign_in):
            file.write_text("{}")

    def write(self, host: str = HOST, *, hours_ago: float = 0, password: str = "a+b/c==") -> None:
        fetched = datetime.fromtimestamp(time.time() - 3600 * hours_ago, UTC)
        token = RegistryToken(
            Secret(password), "dev", "corp", Role("1" * 12, "Admin"), fetched, fetched + timedelta(hours=12)
        )
        store = RegistryTokens(self.home / "tray" / "state", env=self.env, files=(self.config, self.home / "none"))
        store.write(host, token, sign_in=self.sign_in)
        assert store.read(host) == token

    def asked(self, address: str = HOST) -> str | None:
        return warm.password(address, self.env)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path)
    made.write()
    return made


@pytest.mark.parametrize("address", [HOST, f"https://{HOST.upper()}/v2/\n"])
def test_a_kept_password_is_found_quickly(kept: Kept, address: str) -> None:
    assert kept.asked(address) == "a+b/c=="


def test_half_of_its_life_is_where_the_long_way_begins(kept: Kept) -> None:
    kept.write(hours_ago=5.9)
    assert kept.asked()
    kept.write(hours_ago=6.1)
    assert kept.asked() is None


def test_so_is_a_clock_that_was_set_back(kept: Kept) -> None:
    kept.write(hours_ago=-0.1)
    assert kept.asked() is None


@pytest.mark.parametrize("name", ["AWS_SSO_TRAY_AS", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "HOME"])
def test_another_environment_takes_the_long_way(kept: Kept, name: str) -> None:
    kept.env[name] = "other"
    assert kept.asked() is None


def test_a_changed_config_takes_the_long_way(kept: Kept) -> None:
    kept.config.write_text("changed")
    assert kept.asked() is None


def test_a_file_that_was_not_there_takes_the_long_way_when_it_is(kept: Kept) -> None:
    (kept.home / "none").write_text("")
    assert kept.asked() is None


def test_a_new_token_takes_the_long_way_which_tells_whether_it_is_another_sign_in(kept: Kept) -> None:
    kept.sign_in.write_text("renewed")
    assert kept.asked() is None


def test_a_sign_out_by_any_tool_takes_the_long_way(kept: Kept) -> None:
    kept.sign_in.unlink()
    assert kept.asked() is None


def test_the_config_as_it_was_before_it_was_read_is_what_counts(kept: Kept) -> None:
    store = RegistryTokens(kept.home / "tray" / "state", env=kept.env, files=(kept.config,))
    old = store.read(HOST)
    assert old is not None
    kept.config.write_text("changed while it was read")
    store.write(HOST, old, sign_in=kept.sign_in)
    assert kept.asked() is None


@pytest.mark.parametrize(
    "text", [b"", b"junk", b"\xff\xfe", b"password=x\n", b"fetched=x\nreuse_until=y\npassword=z\n"]
)
def test_junk_in_its_place_takes_the_long_way(kept: Kept, text: bytes) -> None:
    (kept.home / "tray" / "state" / "registries" / f"{HOST}.token").write_bytes(text)
    assert kept.asked() is None


def test_a_file_without_a_password_takes_the_long_way(kept: Kept) -> None:
    place = kept.home / "tray" / "state" / "registries" / f"{HOST}.token"
    place.write_text(place.read_text().partition("password=")[0])
    assert kept.asked() is None


@given(st.text(max_size=40))
def test_no_address_reads_a_file_elsewhere(address: str) -> None:
    seen: list[str] = []

    def fields(path: str) -> None:
        seen.append(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "fields", fields)
        warm.password(address, {"AWS_SSO_TRAY_HOME": "home"})
    assert all(Path(path).parent.name == "registries" for path in seen)


@pytest.mark.parametrize("own", [True, False])
def test_the_quick_way_looks_where_our_state_is(own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {**os.environ, "AWS_SSO_TRAY_HOME": "/somewhere" if own else ""}
    monkeypatch.setattr(warm, "fields", lambda path: seen.append(Path(path)))
    seen: list[Path] = []
    warm.password(HOST, env)
    assert Paths.from_environment(env).state_dir / "registries" / f"{HOST}.token" in seen


def test_the_quick_answer_is_the_long_one_word_for_word(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", kept.env)
    answer = {"ServerURL": f"https://{HOST}", "Username": "AWS", "Secret": "a+b/c=="}
    assert docker._kept(f" https://{HOST}\n") == docker_protocol._json(answer)


def test_what_needs_escapes_takes_the_long_way(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", kept.env)
    assert docker._kept(f'{HOST}/"') is None
    kept.write(password='"')
    assert docker._kept(HOST) is None


def test_the_quick_way_loads_next_to_nothing(kept: Kept) -> None:
    code = "import os, sys; sys.argv[1:] = ['get']; os._exit = sys.exit\nfrom aws_sso_core.cli import docker\ntry:\n docker.main()\nfinally:\n"
    code += " print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, **kept.env}
    done = subprocess.run(
        [sys.executable, "-c", code], input=HOST, capture_output=True, text=True, timeout=120, env=env, check=True
    )
    assert json.loads(done.stdout)["Secret"] == "a+b/c=="
    loaded = set(done.stderr.split())
    without = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    ours = {name for name in loaded - set(without.stdout.split()) if name != "__future__"}
    assert all(name.startswith("aws_sso_core") for name in ours), ours

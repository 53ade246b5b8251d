from __future__ import annotations

import ntpath
import os
import posixpath
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import paths
from aws_sso_core.paths import Paths
from children import posix_only


def in_home(home: Path, **env: str) -> Paths:
    return Paths.from_environment({paths.HOME_VARIABLE: str(home), "AWS_SSO_TRAY_HOME": str(home / "own"), **env})


def test_aws_files_lie_where_every_aws_tool_looks(tmp_path: Path) -> None:
    found = in_home(tmp_path)
    aws = tmp_path / ".aws"
    assert (found.config, found.credentials) == (aws / "config", aws / "credentials")
    assert (found.sso_cache, found.cli_cache) == (aws / "sso" / "cache", aws / "cli" / "cache")


def test_config_and_credentials_move_and_the_token_cache_does_not(tmp_path: Path) -> None:
    found = in_home(tmp_path, AWS_CONFIG_FILE="/etc/aws/config", AWS_SHARED_CREDENTIALS_FILE="~/secret/credentials")
    assert found.config == Path("/etc/aws/config")
    assert found.credentials == tmp_path / "secret" / "credentials"
    assert found.sso_cache == tmp_path / ".aws" / "sso" / "cache"


def test_an_empty_variable_moves_nothing(tmp_path: Path) -> None:
    assert in_home(tmp_path, AWS_CONFIG_FILE="").config == tmp_path / ".aws" / "config"


def test_one_variable_moves_settings_state_and_log(tmp_path: Path) -> None:
    found = in_home(tmp_path, AWS_SSO_TRAY_HOME="$PLACE/x", PLACE="/srv")
    assert (found.settings, found.state_dir, found.log_dir) == (
        Path("/srv/x/settings.toml"),
        Path("/srv/x/state"),
        Path("/srv/x/log"),
    )


def test_our_own_folders_lie_in_the_state_folder(tmp_path: Path) -> None:
    found = in_home(tmp_path)
    own = [found.locks_dir, found.registrations_dir, found.wanted_dir, found.wishes_dir]
    assert [p.parent for p in own] == [found.state_dir] * 4
    assert len(set(own)) == 4


def test_without_our_variable_the_platforms_own_folders_are_taken(tmp_path: Path) -> None:
    found = Paths.from_environment({paths.HOME_VARIABLE: str(tmp_path)})
    assert all("aws-sso-tray" in p.parts for p in (found.settings, found.state_dir, found.log_dir))


@pytest.mark.skipif(os.name == "nt", reason="the other system's rule is tested here by name")
def test_windows_asks_userprofile_then_drive_and_path_and_never_home() -> None:
    home = {"HOME": "/posix"}
    assert paths._home({**home, "USERPROFILE": "C:\\Users\\Zoë Ny"}, windows=True) == Path("C:\\Users\\Zoë Ny")
    assert paths._home({**home, "HOMEDRIVE": "C:", "HOMEPATH": "\\u"}, windows=True) == Path("C:\\u")
    assert paths._home({**home, "USERPROFILE": "C:\\x"}, windows=False) == Path("/posix")


def test_without_any_variable_the_system_knows_the_home() -> None:
    assert paths._home({}, windows=False) == Path("~").expanduser()


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$HOMEX/a", "$HOMEX/a"),
        ("${HOME}X/a", "/home/juX/a"),
        ("$A$B", "$B2"),
        ("~/a", "/home/ju/a"),
        ("~", "/home/ju"),
        ("a~/b", "a~/b"),
        ("~\\a", "~\\a"),
        ("$TILDE/a", "/home/ju/a"),
        ("$NONE/${NONE}", "$NONE/${NONE}"),
        ("%HOME%", "%HOME%"),
        ("$", "$"),
        ("${", "${"),
    ],
)
def test_posix_expansion_is_pythons_own(text: str, expanded: str) -> None:
    env = {"HOME": "/home/ju", "A": "$B", "B": "2", "TILDE": "~"}
    assert paths._expand(text, env, PurePosixPath("/home/ju"), windows=False) == expanded


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%USERPROFILE%\\.aws\\config", "C:\\Users\\ju\\.aws\\config"),
        ("~\\.aws\\config", "C:\\Users\\ju\\.aws\\config"),
        ("~/.aws/config", "C:\\Users\\ju/.aws/config"),
        ("$USERPROFILE\\x", "C:\\Users\\ju\\x"),
        ("${USERPROFILE}x", "C:\\Users\\jux"),
        ("%NONE%\\x", "%NONE%\\x"),
        ("100%%\\$$x", "100%\\$x"),
        ("'%USERPROFILE%'", "'%USERPROFILE%'"),
        ("\\\\server\\share$\\x", "\\\\server\\share$\\x"),
    ],
)
def test_windows_expansion_is_pythons_own(text: str, expanded: str) -> None:
    env = {"USERPROFILE": "C:\\Users\\ju"}
    assert paths._expand(text, env, PureWindowsPath("C:\\Users\\ju"), windows=True) == expanded


def variables() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(["$", "%", "{", "}", "'", "A", "AB", "/", "-", "~x", "é"]), max_size=12).map(
        "".join
    )


@posix_only
@given(variables())
def test_no_text_is_expanded_otherwise_than_posixpath_would(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A", "1")
        patch.setenv("AB", "$A")
        expected = posixpath.expanduser(posixpath.expandvars(text))
    assert paths._expand(text, {"A": "1", "AB": "$A"}, PurePosixPath("/h"), windows=False) == expected


@given(variables())
def test_no_text_is_expanded_otherwise_than_ntpath_would(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A", "1")
        patch.setenv("AB", "$A")
        expected = ntpath.expanduser(ntpath.expandvars(text))
    assert paths._expand(text, {"A": "1", "AB": "$A"}, Path("/h"), windows=True) == expected

"""Group policy, as the real registry tells it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.desktop.windows.policies import DEFAULTS, KEY
from aws_sso_core.settings import managed

if sys.platform == "win32":
    import winreg

    from aws_sso_core.desktop.windows.ownership import Owners

    @pytest.fixture
    def policy() -> Iterator[None]:
        access = winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY
        with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, KEY, 0, access) as key:
            winreg.SetValueEx(key, "Sign_In", 0, winreg.REG_SZ, "never")
            winreg.SetValueEx(key, "notices", 0, winreg.REG_DWORD, 0)
            winreg.SetValueEx(key, "browser", 0, winreg.REG_EXPAND_SZ, r"%SystemRoot%\b.exe")
        with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, DEFAULTS, 0, access) as key:
            winreg.SetValueEx(key, "sso_region", 0, winreg.REG_SZ, "eu-west-1")
        yield
        for name in (DEFAULTS, KEY):
            winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, name, winreg.KEY_WOW64_64KEY)

    @pytest.mark.usefixtures("policy")
    def test_policy_and_defaults_are_read(tmp_path: Path) -> None:
        default, policy = managed.layers(tmp_path / "none.toml")
        assert (default.source, dict(default.values)) == ("managed", {"sso_region": "eu-west-1"})
        assert (policy.source, policy.place) == ("policy", rf"HKLM\{KEY}")
        assert (policy.values["sign_in"], policy.values["notices"]) == ("never", "0")
        assert "%" not in policy.values["browser"]

    def test_without_keys_nothing_is_said(tmp_path: Path) -> None:
        assert managed.layers(tmp_path / "none.toml") == ()

    def test_the_owner_of_a_file_of_ours_is_this_user_and_of_windows_it_is_not(tmp_path: Path) -> None:
        owners, file = Owners(), tmp_path / "settings.toml"
        file.write_text('sign_in = "never"\n')
        assert owners.of(file) == owners.myself() is not None
        assert owners.of(tmp_path / "missing") is None
        (found,) = managed.layers(file)
        assert dict(found.values) == {"sign_in": "never"}

"""A scratch home folder with a config file, for switching the default profile in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import botocore.session
import pytest

from aws_sso_core.paths import Paths
from aws_sso_core.switching import active
from aws_sso_core.switching.active import Undone, Used
from fakes import FakeClock

CONFIG = """\
# my own default
[default]
region = eu-central-1
cli_pager =

[profile dev.admin]
sso_session = corp
sso_account_id = 000000000042
sso_role_name = AdministratorAccess
region = us-east-1

[profile prod]
sso_session = corp
sso_account_id = 000000000043
sso_role_name = ReadOnly
s3 =
  addressing_style = path

[profile deploy]
role_arn = arn:aws:iam::000000000042:role/deploy
source_profile = dev.admin

[profile process]
credential_process = /bin/true

[profile keys]
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
"""


class Home:
    """A home folder of its own, and the calls with everything handed in."""

    def __init__(self, folder: Path) -> None:
        self.env: dict[str, str] = {
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "tray"),
        }
        self.paths = Paths.from_environment(self.env)
        self.clock = FakeClock()
        self.paths.aws_dir.mkdir()
        self.config = CONFIG

    @property
    def config(self) -> str:
        return self.paths.config.read_bytes().decode()

    @config.setter
    def config(self, text: str) -> None:
        self.paths.config.write_bytes(text.encode())

    def use(self, name: str, env: Mapping[str, str] | None = None) -> Used:
        self.clock.advance(timedelta(seconds=1))
        return active.use(name, paths=self.paths, clock=self.clock, env=env or {})

    def undo(self) -> Used | Undone:
        return active.undo(paths=self.paths, clock=self.clock, env={})

    @property
    def current(self) -> str | None:
        return active.current(paths=self.paths)

    def botocore(self) -> botocore.session.Session:
        session = botocore.session.Session()
        session.set_config_variable("config_file", str(self.paths.config))
        session.set_config_variable("credentials_file", str(self.paths.credentials))
        return session


def scratch_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A ``Home`` in a process that knows of no other AWS configuration."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Home(folder)

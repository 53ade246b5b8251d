"""A person signed in to the sandbox, who populates."""

from __future__ import annotations

import json
from typing import Any

from aws_sso_core.config.text import Section, read
from aws_sso_core.sandbox import SAMPLE, Directory, Sandbox
from cli_world import Ran, World
from fakes import FakeBrowser

SESSION = """\
# Sessions.
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
HAND_WRITTEN = """\

[profile mine]   # my own
sso_session=corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-9
s3 =
    max_concurrent_requests = 20
"""
ROLES = sum(len(a.roles) for a in SAMPLE.assignments)


class Populated:
    """A person signed in, who populates."""

    def __init__(self, world: World, box: Sandbox) -> None:
        self.world = world
        self.box = box
        world.set(**box.environment())
        world.browser = FakeBrowser(box)

    def sign_in(self, config: str = SESSION) -> None:
        self.world.config(config)
        self.world.given_token(self.box)

    def give(self, *assignments: tuple[str, str | None, tuple[str, ...]]) -> None:
        """What the portal gives from now on."""
        self.box._center.directory = Directory.of(*assignments)

    def run(self, *words: str) -> Ran:
        return self.world.run("populate", "--region", "eu-west-1", *words)

    def tell(self, *words: str, code: int = 0) -> dict[str, Any]:
        ran = self.run("--json", *words)
        assert ran.code == code, ran.err
        told: dict[str, Any] = json.loads(ran.out)
        return told

    @property
    def text(self) -> str:
        return (self.world.aws / "config").read_bytes().decode()

    def sections(self) -> dict[str, Section]:
        return read(self.text)

    def profiles(self) -> set[str]:
        return {name.removeprefix("profile ") for name in self.sections() if name.startswith("profile ")}

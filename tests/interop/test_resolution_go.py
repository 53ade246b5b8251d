"""What ``resolve`` says of Go, held against a program that is built on the current AWS SDK for Go v2: rclone.

It lists the buckets of an S3 that is ours. Whose keys sign that request, and what it asked of IAM Identity Center and of STS
before, tells which credentials the SDK took. The region is told by STS alone: rclone sets that of S3 itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given

from aws_sso_core.resolve import Provider, Resolution, Texts, Tool, resolve
from config_texts import examples
from fakes import LIMIT
from resolution_texts import CONFIGS, CREDENTIALS, ENVIRONMENTS, placed
from resolution_world import Home, needs

_BUCKETS = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>"
_ASSUMED = (
    "<{0}Response><{0}Result><Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
    "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></{0}Result></{0}Response>"
)
_ROLE = '{"roleCredentials": {"accessKeyId": "SSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 4070908800000}}'
_MACHINE = '{"Code": "Success", "AccessKeyId": "MACHINE", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}'
_SIGNED_BY = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/")


class Aws(ThreadingHTTPServer):
    """S3, STS, IAM Identity Center's portal and a machine's own role in one, with what each was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.signed_by: str | None = None
        self.role: str | None = None
        self.assumed: tuple[Provider, str] | None = None
        self.region: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Request(BaseHTTPRequestHandler):
    server: Aws

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/federation/credentials":
            words = parse_qs(asked.query)
            if words.keys() != {"role_name", "account_id"}:
                self.send_error(400)
                return
            self.server.role = f"{words['role_name'][0]} in {words['account_id'][0]}"
            self._answer(_ROLE, "application/json")
            return
        if asked.path.startswith("/latest/meta-data/"):
            self._answer("role" if asked.path.endswith("/") else _MACHINE, "text/plain")
            return
        key, _ = self._signature()
        self.server.signed_by = key
        self._answer(_BUCKETS, "application/xml")

    def do_PUT(self) -> None:
        self._answer("token", "text/plain", ("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "600"))

    def do_POST(self) -> None:
        words = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = words["Action"][0]
        provider = Provider.ROLE if action == "AssumeRole" else Provider.WEB_IDENTITY
        self.server.assumed = provider, words["RoleArn"][0]
        _, self.server.region = self._signature()
        self._answer(_ASSUMED.format(action), "text/xml")

    def _signature(self) -> tuple[str | None, str | None]:
        found = _SIGNED_BY.search(self.headers.get("Authorization", ""))
        return (found[1], found[2]) if found else (None, None)

    def _answer(self, text: str, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(200)
        for header in more:
            self.send_header(*header)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: standard error is the test's."""


Taken = tuple[Provider | str, str | None] | str
"""The provider and whose credentials; ``fails`` where there are none."""


class Go:
    """rclone, and the AWS that it talks to."""

    def __init__(self, folder: Path, program: str) -> None:
        self.home = Home(folder)
        self.said = ""
        self._program = program

    def takes(self, env: dict[str, str]) -> tuple[Taken, str | None]:
        """What the SDK took, and the region that it asked STS in, if it did."""
        with Aws() as aws:
            thread = threading.Thread(target=aws.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            services = {f"AWS_ENDPOINT_URL_{name}": aws.url for name in ("SSO", "STS")}
            machine = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": aws.url}
            whole = {"HOME": str(self.home.folder), "PATH": os.environ["PATH"], "RCLONE_CONFIG": os.devnull}
            remote = f':s3,provider=AWS,env_auth=true,endpoint="{aws.url}":'
            done = subprocess.run(
                [self._program, "lsd", "--retries", "1", "--low-level-retries", "1", remote],
                env={**whole, **services, **env, **machine},
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=False,
            )
            self.said = done.stderr
            aws.shutdown()
            thread.join()
        return self._told(aws), aws.region

    @staticmethod
    def _told(aws: Aws) -> Taken:
        if aws.signed_by in (None, "MACHINE"):
            return "fails"  # the role of a machine is where every tool looks that finds nothing else
        if aws.signed_by == "ASSUMED" and aws.assumed:
            return aws.assumed
        if aws.signed_by == "SSO":
            return Provider.SSO, aws.role
        return "keys", aws.signed_by


def as_we_tell(ours: Resolution) -> Taken:
    provider = Provider.SSO if ours.provider is Provider.LEGACY_SSO else ours.provider
    if ours.problem or provider is Provider.NONE:
        return "fails"
    if provider in (Provider.ROLE, Provider.WEB_IDENTITY):
        return provider, ours.source.identity.partition(" from ")[0]
    if provider is Provider.SSO:
        return provider, ours.source.identity.partition(" (")[0]
    return "keys", "PROCESS" if provider is Provider.PROCESS else ours.source.identity


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Go:
    program = os.environ.get("AWS_GO_PROGRAM") or shutil.which("rclone") or "rclone"
    needs([program, "version"], "rclone, a program built on the AWS SDK for Go")
    return Go(tmp_path_factory.mktemp("home"), program)


@examples(60)
@given(CONFIGS, CREDENTIALS, ENVIRONMENTS)
@example(
    "[profile dev]\nsso_session = corp\n",
    "[dev]\naws_access_key_id = K\naws_secret_access_key = s",
    {"AWS_PROFILE": "dev"},
)
@example(
    "[default]\naws_access_key_id = K\n",
    "[default]\n",
    {"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/env", "AWS_WEB_IDENTITY_TOKEN_FILE": "<token>"},
)
def test_go_takes_what_resolve_says(go: Go, config: str, credentials: str, env: dict[str, str]) -> None:
    config, credentials = (placed(text, go.home.folder) for text in (config, credentials))
    env = {name: placed(value, go.home.folder) for name, value in env.items()}
    whole = {**env, **go.home.files(config.encode(), credentials.encode())}
    resolved = resolve(None, Texts(config.encode(), credentials.encode()), whole)
    (ours,) = (found for found in resolved if found.tool is Tool.GO)

    # STS is not asked at all without a region; Terraform has one of its own.
    taken, region = go.takes({**whole, "AWS_REGION": ours.region or "us-east-2"})
    assert as_we_tell(ours) == taken, go.said
    assert region in (None, ours.region or "us-east-2")

"""A network of its own, in which ECR's host names lead to real registries, and what meets there.

The names are fixed, and so is the port (443): that takes namespaces of our own (user, network, mount), in which
``/etc/hosts`` is another one and every port is free. Each program runs inside by ``nsenter``; nothing of it is seen
outside, and all of it is gone with the process that holds the namespaces.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import trustme

PRIVATE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
PUBLIC = "public.ecr.aws"
ADDRESSES = {PRIVATE: "127.0.0.1", PUBLIC: "127.0.0.2"}
LIMIT = 300
"""Seconds for one program."""
PROGRAMS = ("unshare", "nsenter", "mount", "skopeo", "htpasswd")
UNPACKED = {
    "docker-registry": os.environ.get("DOCKER_REGISTRY") or shutil.which("docker-registry"),
    "docker": os.environ.get("DOCKER_CLI") or shutil.which("docker"),
}
"""Without their packages being installed: those start services."""
CONFIG = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev.admin]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1
"""
_UNSHARE = ("unshare", "--user", "--map-root-user", "--net", "--mount")
_HOLDER = """
import fcntl, socket, struct, subprocess, sys
with socket.socket() as s:
    flags = struct.pack("16sh14x", b"lo", 1)  # ifreq: the name, IFF_UP
    fcntl.ioctl(s, 0x8914, flags)  # SIOCSIFFLAGS
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/hosts"], check=True)
print("ready", flush=True)
sys.stdin.read()
"""
_CENTER = """
import json, sys
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
with Sandbox(SystemClock()) as box:
    print(json.dumps(box.environment()), flush=True)
    for operation in sys.stdin:
        print(box.calls.count(operation.strip()), flush=True)
"""
_REGISTRY = """\
version: 0.1
log: {{level: info}}
storage: {{filesystem: {{rootdirectory: {folder}/images}}}}
http: {{addr: "{address}:443", tls: {{certificate: {folder}/chain.pem, key: {folder}/key.pem}}}}
{auth}
"""
_IMAGE = "application/vnd.oci.image."


def require() -> None:
    """Skip the test, in one line, where something is missing; fail it where everything must be there."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    missing += [program for program, place in UNPACKED.items() if not place]
    if missing:
        line = f"{', '.join(missing)} missing: `python3 noxfile.py test` sees to it where it may."
        (pytest.fail if os.environ.get("AWS_SSO_TRAY_REQUIRE") else pytest.skip)(line)
    tried = subprocess.run([*_UNSHARE, "true"], check=False, capture_output=True, text=True, timeout=LIMIT)
    if tried.returncode:
        pytest.skip(f"This machine allows no namespaces of our own: {tried.stderr.strip()}")


class Stage:
    """The network, an Identity Center, two registries, a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env: dict[str, str] = {}
        self._open = ExitStack()
        self._pid = 0

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._open = opening
            self._certificates()
            self._pid = self._holder()
            self._center = self._start(sys.executable, "-c", _CENTER, home=self.home)
            endpoints = json.loads(self._center.stdout.readline())  # type: ignore[union-attr]
            self.env = self._environment(endpoints)
            self._serve(PRIVATE, f"auth: {{htpasswd: {{realm: ecr, path: {self.home / PRIVATE}/htpasswd}}}}")
            self._serve(PUBLIC, "")
            self._open = opening.pop_all()
        (self.home / ".aws").mkdir()
        (self.home / ".aws" / "config").write_text(CONFIG)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def run(
        self, *command: str, given: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program on the stage."""
        return subprocess.run(
            self._inside(command),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            env={**self.env, **(env or {})},
        )

    def together(self, count: int, *command: str, given: str) -> list[str]:
        """What as many processes at once say on standard output."""
        streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        running = [subprocess.Popen(self._inside(command), text=True, env=self.env, **streams) for _ in range(count)]
        return [process.communicate(given, timeout=LIMIT)[0] for process in running]

    def ours(self, *arguments: str, given: str = "", env: dict[str, str] | None = None) -> str:
        """What a command of ours answers; a failure is told with everything it said."""
        done = self.run("aws-sso-tray", *arguments, given=given, env=env)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def sign_in(self) -> None:
        """A person signs in."""
        self.ours("login", "--browser", f"{sys.executable} -m aws_sso_core.sandbox.visitor")

    def helper(self, host: str = PRIVATE) -> dict[str, str]:
        """The helper's answer for a registry."""
        done = self.run("docker-credential-aws-sso-tray", "get", given=host)
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, str] = json.loads(done.stdout)
        return answer

    def let_in(self, password: str) -> None:
        """The private registry takes this password for user AWS from now on."""
        # bcrypt looks at 72 bytes, here and in the registry.
        made = subprocess.run(
            ["htpasswd", "-niB", "AWS"], input=password[:72], capture_output=True, text=True, check=True, timeout=LIMIT
        )
        (self.home / PRIVATE / "htpasswd").write_text(made.stdout)

    def asked(self, operation: str) -> int:
        """How often the Identity Center was asked for this."""
        assert self._center.stdin
        assert self._center.stdout
        self._center.stdin.write(f"{operation}\n")
        self._center.stdin.flush()
        return int(self._center.stdout.readline())

    def log(self) -> str:
        """Our log."""
        return (self.home / "tray" / "log" / "aws-sso-tray.log").read_text()

    # What stands there --------------------------------------------------------------------------------------------------

    def _environment(self, endpoints: dict[str, str]) -> dict[str, str]:
        programs = self.home / "bin"
        for folder in (programs, self.home / "run"):
            folder.mkdir()
        (programs / "skopeo").symlink_to(str(shutil.which("skopeo")))
        (programs / "docker").symlink_to(str(UNPACKED["docker"]))
        for name in ("aws-sso-tray", "docker-credential-aws-sso-tray"):
            (programs / name).symlink_to(Path(sys.executable).with_name(name))
        return {
            "PATH": str(programs),
            "HOME": str(self.home),
            "AWS_SSO_TRAY_HOME": str(self.home / "tray"),
            "SSL_CERT_FILE": str(self.home / "ca.pem"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "LANG": "C.UTF-8",
            **endpoints,
        }

    def _certificates(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.home / "ca.pem"))
        for host in ADDRESSES:
            folder = self.home / host
            folder.mkdir()
            issued = authority.issue_cert(host)
            issued.private_key_pem.write_to_path(str(folder / "key.pem"))
            for blob in issued.cert_chain_pems:
                blob.write_to_path(str(folder / "chain.pem"), append=True)

    def _holder(self) -> int:
        hosts = self.home / "hosts"
        hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{a} {host}\n" for host, a in ADDRESSES.items()))
        holder = self._popen([*_UNSHARE, sys.executable, "-c", _HOLDER, str(hosts)])
        assert holder.stdout
        assert holder.stdout.readline() == "ready\n"
        return holder.pid

    def _serve(self, host: str, auth: str) -> None:
        folder = self.home / host
        if auth:
            self.let_in("nobody knows this one")
        text = _REGISTRY.format(folder=folder, address=ADDRESSES[host], auth=auth)
        (folder / "config.yml").write_text(text)
        registry = self._start(str(UNPACKED["docker-registry"]), "serve", str(folder / "config.yml"), home=folder)
        assert registry.stdout
        said = ""
        for line in registry.stdout:
            said += line
            if "listening on" in line:
                return
        pytest.fail(f"docker-registry does not start: {said}")

    def _start(self, *command: str, home: Path) -> subprocess.Popen[str]:
        return self._popen(self._inside(command), env={"HOME": str(home), "OTEL_TRACES_EXPORTER": "none"})

    def _popen(self, command: Sequence[str], env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
        )
        self._open.enter_context(process)
        self._open.callback(process.kill)
        return process

    def _inside(self, command: Sequence[str]) -> list[str]:
        program = shutil.which(command[0], path=self.env.get("PATH")) or command[0]
        enter = [str(shutil.which("nsenter")), "--target", str(self._pid), "--user", "--preserve-credentials"]
        return [*enter, "--net", "--mount", program, *command[1:]]


def image(folder: Path, content: bytes) -> None:
    """An image of one file, in OCI's layout."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        entry = tarfile.TarInfo("greeting")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    root = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer.getvalue()).hexdigest()}"]}
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": root}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_IMAGE}manifest.v1+json",
        "config": _blob(folder, config, "config.v1+json"),
        "layers": [_blob(folder, gzip.compress(layer.getvalue(), mtime=0), "layer.v1.tar+gzip")],
    }
    index = {"schemaVersion": 2, "manifests": [_blob(folder, json.dumps(manifest).encode(), "manifest.v1+json")]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def contents(folder: Path) -> list[bytes]:
    """What is in the file of an image that was pulled (OCI's layout)."""
    return list(_greetings(folder))


def _greetings(folder: Path) -> Iterator[bytes]:
    for blob in sorted((folder / "blobs" / "sha256").iterdir()):
        data = blob.read_bytes()
        if re.match(rb"\x1f\x8b", data):
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                member = tar.extractfile("greeting")
                assert member
                yield member.read()


def _blob(folder: Path, data: bytes, kind: str) -> dict[str, object]:
    digest = hashlib.sha256(data).hexdigest()
    place = folder / "blobs" / "sha256" / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return {"mediaType": _IMAGE + kind, "digest": f"sha256:{digest}", "size": len(data)}

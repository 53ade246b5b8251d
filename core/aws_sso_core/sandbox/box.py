"""The sandbox as a whole: one Identity Center, served on 127.0.0.1 while the ``with`` block lasts."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aws_sso_core.clock import Clock
from aws_sso_core.sandbox import authorize, federation, oidc, portal, sts_ecr
from aws_sso_core.sandbox.calls import Calls
from aws_sso_core.sandbox.center import Center
from aws_sso_core.sandbox.directory import SAMPLE, Directory
from aws_sso_core.sandbox.dispatch import Dispatcher
from aws_sso_core.sandbox.faults import Fault
from aws_sso_core.sandbox.knobs import Knobs
from aws_sso_core.sandbox.server import Server
from aws_sso_core.sandbox.wire import Route

START_URL = "https://sandbox.awsapps.com/start"
"""What config files hold: AWS CLI refuses a start URL that is not https, so the endpoints are moved by environment."""


class Sandbox:
    """An embedded IAM Identity Center with its portal, STS, ECR and the console's sign-in.

    Every lifetime is measured on ``clock``; only ``Knobs.latency`` and slow answers take real time. Raises OSError when
    the port is taken. A bug inside the sandbox is raised when the block ends.
    """

    def __init__(
        self,
        clock: Clock,
        directory: Directory = SAMPLE,
        knobs: Knobs | None = None,
        port: int = 0,
        *,
        region: str = "us-east-1",
        start_url: str = START_URL,
    ) -> None:
        self.knobs = Knobs() if knobs is None else knobs
        self.region = region
        self.start_url = start_url
        self._center = Center(clock, directory, self.knobs, region, start_url)
        self._server = Server(port, clock)
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"
        self._dispatcher = Dispatcher(self._center, self._routes(), self._server.closing)
        self._server.dispatcher = self._dispatcher
        from aws_sso_core.sandbox.visitor import Visitor  # noqa: PLC0415 - `python -m` warns if its package imported it

        self._visitor = Visitor()

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self._dispatcher.bugs and error is None:
            raise self._dispatcher.bugs[0]

    def close(self) -> None:
        """End every connection and free the port; may be called twice."""
        self._server.close()

    @property
    def calls(self) -> Calls:
        """The record of what was asked."""
        return self._dispatcher.calls

    @property
    def directory(self) -> Directory:
        """Who may use what; set another one and assignments change at once."""
        return self._center.directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        with self._center.lock:
            self._center.directory = directory

    def environment(self) -> dict[str, str]:
        """The variables that make AWS CLI, every SDK and our own commands talk to the sandbox."""
        services = ("SSO_OIDC", "SSO", "STS", "ECR", "ECR_PUBLIC", "SIGNIN")
        return {**{f"AWS_ENDPOINT_URL_{s}": self.url for s in services}, "AWS_EC2_METADATA_DISABLED": "true"}

    def fail(self, operation: str, fault: Fault, times: int | None = 1) -> None:
        """Let the next calls of this operation (``"*"``: of any) fail; ``times=None``: until ``heal``."""
        self._dispatcher.faults.add(operation, fault, times)

    def heal(self) -> None:
        """Forget all faults."""
        self._dispatcher.faults.clear()

    def approve_device(self, user_code: str) -> None:
        """A person opens the device page, types this code and approves.

        Raises:
            LookupError: no device waits with that code.
        """
        self._visitor.device(self.url, user_code, "approve")

    def deny_device(self, user_code: str) -> None:
        """A person opens the device page, types this code and denies.

        Raises:
            LookupError: no device waits with that code.
        """
        self._visitor.device(self.url, user_code, "deny")

    def end_sign_in(self) -> None:
        """An administrator ends every sign-in session: renewals get invalid_grant, the portal answers 401."""
        with self._center.lock:
            self._center.end_all()

    def visit(self, url: str, consent: str = "approve", follow: bool = True) -> str:
        """Behave as a person's browser: open the page, press the button, follow the redirect to the callback.

        One browser for the life of the sandbox: its cookie keeps the sign-in session, so a later sign-in inherits the
        end of the first, unless Logout was called or time ended it.

        Args:
            url: of a consent or device page.
            consent: ``approve``, ``deny``, or ``close``, which opens the page and presses nothing.
            follow: False stops at the redirect and returns its address.

        Returns:
            The last page's HTML.
        """
        return self._visitor.visit(url, consent, follow=follow)

    def _routes(self) -> dict[tuple[str, str], Route]:
        o, p, s = oidc.Oidc(self._center, self.url), portal.Portal(self._center), sts_ecr.StsEcr(self._center)
        f = federation.Federation(self._center)
        b = authorize.Browser(self._center, f"aws-sso-sandbox-{self.port}")
        return {
            ("POST", "/client/register"): Route("RegisterClient", o.register, oidc.refuse),
            ("POST", "/device_authorization"): Route("StartDeviceAuthorization", o.start_device, oidc.refuse),
            ("POST", "/token"): Route("CreateToken", o.token, oidc.refuse),
            ("GET", "/"): Route("Front", b.front, authorize.refuse),
            ("GET", "/authorize"): Route("Authorize", b.authorize, authorize.refuse),
            ("POST", "/authorize"): Route("AuthorizeDecision", b.answer_authorize, authorize.refuse),
            ("GET", "/device"): Route("Device", b.device, authorize.refuse),
            ("POST", "/device"): Route("DeviceDecision", b.answer_device, authorize.refuse),
            ("GET", "/assignment/accounts"): Route("ListAccounts", p.accounts, portal.refuse, limited=True),
            ("GET", "/assignment/roles"): Route("ListAccountRoles", p.roles, portal.refuse, limited=True),
            ("GET", "/federation/credentials"): Route(
                "GetRoleCredentials", p.role_credentials, portal.refuse, limited=True
            ),
            ("POST", "/logout"): Route("Logout", p.logout, portal.refuse),
            ("POST", "/federation"): Route("GetSigninToken", f.signin_token, federation.refuse),
            ("GET", "/federation"): Route("ConsoleLogin", f.login, federation.refuse),
            ("POST", "sts:GetCallerIdentity"): Route("GetCallerIdentity", s.caller_identity, sts_ecr.refuse_sts),
            ("POST", "ecr"): Route("GetAuthorizationToken", s.authorization_token, sts_ecr.refuse_ecr),
            ("POST", "ecr-public"): Route(
                "PublicGetAuthorizationToken", s.public_authorization_token, sts_ecr.refuse_ecr
            ),
        }

"""Registries' passwords at rest, owner-only, one file per host: ``state_dir/registries/<host>.token``.

The form is ``warm``'s, which reads them where time counts; this module writes them and reads all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aws_sso_core.files import remove, write_atomic
from aws_sso_core.model import Role, Secret
from aws_sso_core.registries import warm


@dataclass(frozen=True, slots=True)
class RegistryToken:
    """What ECR gave out for a registry, and to whom."""

    password: Secret
    profile: str
    session: str
    """``Session.cache_key``."""
    role: Role
    fetched_at: datetime
    expires_at: datetime

    @property
    def reuse_until(self) -> datetime:
        """Half of its life: then it is time for a new one, while this one is still good for when AWS is away."""
        return self.fetched_at + (self.expires_at - self.fetched_at) / 2


class RegistryTokens:
    """The folder of kept tokens; need not exist."""

    def __init__(self, state_dir: Path, *, env: Mapping[str, str], files: Sequence[Path]) -> None:
        """``files`` are those that the choice of a profile is made from: config, credentials, our notes.

        Make it before they are read: what they look like now is what a token written later is said to be based on.
        """
        self._directory = state_dir / warm.FOLDER
        self._files = [str(path) for path in files]
        self._basis = warm.basis(env, self._files)

    def read(self, host: str) -> RegistryToken | None:
        """The kept token, expired or not; None when there is none, or none that can be read."""
        kept = warm.fields(str(self.path(host))) or {}
        try:
            return RegistryToken(
                password=Secret(kept["password"]),
                profile=kept["profile"],
                session=kept["session"],
                role=Role(kept["account_id"], kept["role_name"]),
                fetched_at=datetime.fromtimestamp(float(kept["fetched"]), UTC),
                expires_at=datetime.fromtimestamp(float(kept["expires"]), UTC),
            )
        except (KeyError, ValueError, OverflowError, OSError):
            return None

    def write(self, host: str, token: RegistryToken, *, sign_in: Path) -> None:
        """Keep a token, or that a kept one is still the right one. ``sign_in`` is the session's token file.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        lines = {
            "profile": token.profile,
            "session": token.session,
            "account_id": token.role.account_id,
            "role_name": token.role.name,
            "fetched": str(token.fetched_at.timestamp()),
            "reuse_until": str(token.reuse_until.timestamp()),
            "expires": str(token.expires_at.timestamp()),
            "sign_in": str(sign_in),
            "sign_in_look": warm.look(str(sign_in)),
            "files": "\t".join(self._files),
            "basis": self._basis,
            "password": token.password.reveal(),
        }
        write_atomic(self.path(host), "".join(f"{key}={value}\n" for key, value in lines.items()).encode())

    def hosts(self, now: datetime) -> tuple[str, ...]:
        """The registries for which there is a token that has not expired."""
        return tuple(host for host, token in self._all() if token.expires_at > now)

    def forget(self, host: str) -> bool:
        """Remove a registry's token; whether there was one.

        Raises:
            ReadOnlyPlace, StoreFailed: it cannot be removed.
        """
        return remove(self.path(host))

    def forget_session(self, session: str) -> int:
        """Remove the tokens that were given out to a session's roles; how many.

        Raises:
            ReadOnlyPlace, StoreFailed: one cannot be removed; those before it are gone.
        """
        return sum(self.forget(host) for host, token in self._all() if token.session == session)

    def path(self, host: str) -> Path:
        """The registry's file."""
        return self._directory / f"{host}{warm.ENDING}"

    def _all(self) -> Iterator[tuple[str, RegistryToken]]:
        for path in sorted(self._directory.glob(f"*{warm.ENDING}")):
            host = path.name.removesuffix(warm.ENDING)
            if token := self.read(host):
                yield host, token

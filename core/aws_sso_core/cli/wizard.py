"""The wizard's way from what is known to what can be written: asks, looks up and signs in as ``questions`` says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aws_sso_core.cli.asking import Asker, ask_until, explain
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.signed_in import note_refused, token_of
from aws_sso_core.errors import Forbidden, SignInNeeded, UsageError
from aws_sso_core.identity_center.portal_region import find_region
from aws_sso_core.model import Account, Secret, Session
from aws_sso_core.naming import Candidate
from aws_sso_core.plan import is_possible
from aws_sso_core.questions import Do, Facts, Key, Question, accepted, next_step
from aws_sso_core.start_url import same_center
from aws_sso_core.token_cache import TokenDamaged

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc
    from aws_sso_core.start_url import StartUrl

_DEFAULTS_DO: frozenset[Key] = frozenset({"profile", "session", "start_url"})
"""Without anybody to ask, the proposal is taken for these; all others must be said."""


@dataclass(slots=True)
class Wizard:
    """One run."""

    services: Services
    asker: Asker | None
    """None: there is nobody to ask."""
    may_sign_in: bool
    device: bool | None = None
    no_browser: bool = False
    scopes: tuple[str, ...] = ()
    token: Secret | None = field(default=None, init=False)

    def run(self, facts: Facts) -> Facts:
        """Everything that must be known before something can be written.

        Raises:
            UsageError: an answer is missing, or makes no sense.
            AppError: whatever went wrong on the way.
        """
        while True:
            step = next_step(facts)
            if isinstance(step, Question):
                facts = self._ask(step, facts)
                continue
            match step:
                case Do.FIND_REGION:
                    facts = self._find_region(facts)
                case Do.READ_ACCOUNTS:
                    facts = self._read_accounts(facts)
                case Do.READ_ROLES:
                    facts = self._read_roles(facts)
                case Do.WRITE:
                    return facts

    def session(self, facts: Facts) -> Session:
        """The session, with the scopes that were asked for."""
        session = facts.session
        assert session is not None  # noqa: S101 - next_step asks for it first
        known = any(session.name == other.name for other in facts.sessions)
        return session if known or not self.scopes else replace(session, scopes=self.scopes)

    def token_for(self, session: Session) -> Secret:
        """A token, as ``token_of`` gets it by the ways that this run allows."""
        return token_of(
            session, self.services, may_sign_in=self.may_sign_in, device=self.device, no_browser=self.no_browser
        )

    def _ask(self, question: Question, facts: Facts) -> Facts:
        asker, out = self.asker, self.services.out
        if asker is None:
            if question.key in _DEFAULTS_DO and question.default and not question.choices:
                return facts.answered(question.key, question.default)
            raise UsageError(question.missing, f"Say it with {question.flag}.")
        if question.note:
            out.say()
            explain(out, question.note)
        asking = (
            (lambda: asker.choose(question))
            if question.choices
            else (lambda: asker.line(question.text, question.default))
        )
        answer = ask_until(asking, lambda text: accepted(question.key, text, facts), out)
        return facts.answered(question.key, answer)

    def _find_region(self, facts: Facts) -> Facts:
        from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms, and wrong options need none

        services, start = self.services, facts.start
        assert start is not None  # noqa: S101 - next_step says so
        facts = replace(facts, looked=True)

        def oidc(region: str) -> Oidc:
            return services.oidc(Session("", start.url, region), None)

        if not oidc("us-east-1").is_aws:
            return facts  # another place answers for all regions alike
        if self.asker is not None:
            services.out.say(f"Looking for the region of {start.url} ...")
        try:
            found = find_region(
                start, regions=facts.regions, page=lambda url: aws.page(url, config=services.paths.config), oidc=oidc
            )
        except UsageError as error:
            if self.asker is None:
                raise
            services.out.say(error.sentence)
            services.out.say(f"  {error.hint}")
            return replace(facts.without("start_url"), looked=False)
        return self._with_region(facts, start, found)

    def _with_region(self, facts: Facts, start: StartUrl, found: StartUrl) -> Facts:
        if found.url != start.url:
            self.services.out.say(f"{start.url} leads to {found.url}, which is what AWS tools go by.")
        if found.region is None:
            return facts.answered("start_url", found.url)
        if self.asker is not None:
            self.services.out.say(f"Found: {found.region} {facts.regions.get(found.region, '')}".rstrip() + "\n")
        return facts.answered("start_url", found.url).answered("sso_region", found.region)

    def _read_accounts(self, facts: Facts) -> Facts:
        facts = self._apart_from_others(facts)
        session, account, role = self.session(facts), facts.answers.get("account"), facts.answers.get("role")
        try:
            self.token, accounts = self._token_and_accounts(session)
        except SignInNeeded as error:
            if not (account and role and is_possible(Candidate(Account(account), role, ""))):
                error.hint = "Add --sign-in, or sign in first."
                raise
            self.services.out.advise(f"Nobody is signed in to {session.label}, so account and role were not checked.")
            return replace(facts, accounts=(Account(account),), roles=(role,))
        facts = replace(facts, accounts=accounts)
        if self.asker is not None:
            many = f", where you have {len(accounts)} accounts" if len(accounts) > 1 else ""
            self.services.out.say(f"You are signed in to {session.label}{many}.")
            self._tell_only("account", [f"{a.name} ({a.id})" if a.name else a.id for a in accounts])
            self.services.out.say()
        return facts if account is None else facts.answered("account", accepted("account", account, facts))

    def _token_and_accounts(self, session: Session) -> tuple[Secret, tuple[Account, ...]]:
        """A token that AWS takes: one that it refuses before its time gives way to another, once."""
        portal = self.services.portal(session, None)
        token = self.token_for(session)
        try:
            return token, portal.accounts(token)
        except SignInNeeded:
            note_refused(session, self.services)
        token = self.token_for(session)
        return token, portal.accounts(token)

    def _read_roles(self, facts: Facts) -> Facts:
        account, role = facts.account, facts.answers.get("role")
        assert account is not None  # noqa: S101 - next_step asks for both first
        assert self.token is not None  # noqa: S101
        try:
            found = self.services.portal(self.session(facts), None).roles(self.token, account.id)
        except Forbidden as error:
            error.hint = "Choose another account, or ask an administrator."
            raise
        facts = replace(facts, roles=tuple(dict.fromkeys(one.name for one in found)))
        self._tell_only("role", list(facts.roles or ()))
        return facts if role is None else facts.answered("role", accepted("role", role, facts))

    def _tell_only(self, what: str, names: list[str]) -> None:
        """A choice that is none is not asked for, but told."""
        if self.asker is not None and len(names) == 1:
            self.services.out.say(f"You have one {what} there: {names[0]}.")

    def _apart_from_others(self, facts: Facts) -> Facts:
        """Another name for a new session, where some other program keeps a token of another portal under that one."""
        while (session := facts.session) is not None and session not in facts.sessions:
            try:
                token = self.services.tokens.read(session)
            except TokenDamaged:
                break
            if token is None or token.start_url is None or same_center(token.start_url, session.start_url):
                break
            if "session" in facts.answers:
                break  # the person's own choice; a sign-in replaces the token
            facts = replace(facts, taken=(*facts.taken, session.name))
        return facts

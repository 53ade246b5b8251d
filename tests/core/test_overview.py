from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aws_sso_core import overview
from aws_sso_core.expiry import Facts, Memory, Presence, Renew, step
from aws_sso_core.model import Profile, Secret, Session, SessionStatus, State, Token
from aws_sso_core.overview import Look
from aws_sso_core.profiles import Config
from aws_sso_core.settings import Settings
from aws_sso_core.state import Learned, Wanted
from aws_sso_core.token_cache import TokenCache
from fakes import NOON, FakeClock

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CORP = Session("corp", "https://corp.awsapps.com/start", "eu-west-1")
OLD = Session("https://old.awsapps.com/start", "https://old.awsapps.com/start", "us-east-1", kind="legacy")


def token(name: str = "one", *, left: timedelta = HOUR, renewable: bool = True) -> Token:
    plain = Token(Secret(name), NOON + left)
    if not renewable:
        return plain
    return replace(
        plain,
        refresh_token=Secret(f"refresh {name}"),
        client_id="client",
        client_secret=Secret("client secret"),
        registration_expires_at=NOON + timedelta(days=90),
    )


def config_with(*sessions: Session, profiles: tuple[Profile, ...] = ()) -> Config:
    return Config(profiles=profiles, sessions=sessions)


@dataclass
class Home:
    """A home folder with real stores in it."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)
    config: Config = field(default_factory=lambda: config_with(CORP))
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.tokens = TokenCache(self.path / "cache")
        self.learned = Learned(self.path / "state")
        self.wanted = Wanted(self.path / "wanted", self.clock)

    def put(self, new: Token, session: Session = CORP, *, at: datetime = NOON) -> None:
        """Some program writes a token file."""
        self.tokens.write(session, new)
        os.utime(self.tokens.path(session), (at.timestamp(), at.timestamp()))

    def looks(
        self, now: datetime = NOON, *, troubles: dict[str, str] | None = None, signing_in: Iterable[str] = ()
    ) -> tuple[Look, ...]:
        return overview.look(
            config=self.config,
            tokens=self.tokens,
            learned=self.learned,
            wanted=self.wanted,
            settings=self.settings,
            now=now,
            troubles=troubles,
            signing_in=signing_in,
        )

    def facts(self, now: datetime = NOON) -> Facts:
        return overview.facts_of(self.looks(now))[0]

    def row(self, now: datetime = NOON) -> SessionStatus:
        rows = overview.survey(
            config=self.config,
            tokens=self.tokens,
            learned=self.learned,
            wanted=self.wanted,
            settings=self.settings,
            now=now,
        )
        return rows[0]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


# One row --------------------------------------------------------------------------------------------------------------


def test_a_session_without_a_token_file_is_signed_out_without_a_problem(home: Home) -> None:
    assert home.row() == SessionStatus(CORP, State.SIGNED_OUT)


def test_a_renewable_token_shows_its_own_end_and_no_sign_in_end(home: Home) -> None:
    home.put(token())
    row = home.row()
    assert row == SessionStatus(CORP, State.SIGNED_IN, NOON + HOUR, renewable=True, renews_at=row.renews_at)
    assert row.renews_at is not None
    assert timedelta(minutes=20) <= NOON + HOUR - row.renews_at <= timedelta(minutes=25)


def test_a_legacy_token_is_its_own_sign_in_end(home: Home) -> None:
    home.config = config_with(OLD)
    home.put(token(left=8 * HOUR, renewable=False), OLD)
    row = home.row()
    assert (row.sign_in_ends_at, row.sign_in_end_source) == (NOON + 8 * HOUR, "token")


def test_the_learned_length_gives_the_sign_in_end(home: Home) -> None:
    home.put(token())
    home.learned.record_sign_in("corp", NOON - 9 * HOUR)
    home.learned.record_refused("corp", NOON - HOUR)
    home.learned.record_sign_in("corp", NOON)
    row = home.row()
    assert (row.sign_in_ends_at, row.sign_in_end_source) == (NOON + 8 * HOUR, "learned")


def test_a_length_from_the_settings_counts_before_one_from_the_config(home: Home) -> None:
    home.config = config_with(replace(CORP, duration=9 * HOUR))
    home.put(token())
    home.learned.record_sign_in("corp", NOON)
    assert home.row().sign_in_ends_at == NOON + 9 * HOUR
    home.settings = Settings(session_durations={"corp": 10 * HOUR})
    assert home.row().sign_in_ends_at == NOON + 10 * HOUR


def test_a_legacy_session_is_found_in_the_settings_by_its_label(home: Home) -> None:
    home.config = config_with(OLD)
    home.settings = Settings(session_durations={"old": 10 * HOUR})
    assert home.facts().configured == 10 * HOUR


def test_profiles_and_waiting_programs_are_those_of_the_session(home: Home) -> None:
    home.config = config_with(
        CORP, OLD, profiles=(Profile("a", "corp"), Profile("b", "corp"), Profile("c", OLD.name), Profile("d"))
    )
    home.wanted.leave("corp", program="terraform")
    home.wanted.leave(OLD.cache_key, program="kubectl")
    row = home.row()
    assert (row.profiles, row.waiting) == (2, ("terraform",))


# Bad days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"accessToken": "x"}', b"\xff\xfe"])
def test_a_damaged_token_file_is_unknown_with_a_sentence(home: Home, junk: bytes) -> None:
    home.put(token())
    home.tokens.path(CORP).write_bytes(junk)
    row = home.row()
    assert row.state is State.UNKNOWN
    assert row.problem is not None
    assert "is damaged" in row.problem
    assert "Sign in again" in row.problem


def test_a_token_file_of_the_year_one_is_expired_and_breaks_nothing(home: Home) -> None:
    home.config = config_with(OLD, CORP)
    home.put(Token(Secret("x"), datetime(1, 1, 1, tzinfo=NOON.tzinfo)), OLD)
    home.put(replace(token(), expires_at=datetime(1, 1, 1, tzinfo=NOON.tzinfo)))
    facts = overview.facts_of(home.looks())
    result = step(facts, Memory(), Presence(), overview.policy_of(home.settings), NOON)
    assert result.decisions == (Renew("corp"),)
    assert home.row().state is State.EXPIRED


def test_a_renewal_that_could_not_reach_aws_is_told_and_nobody_is_signed_out(home: Home) -> None:
    home.put(token(left=10 * MINUTE))
    looks = home.looks(troubles={"corp": "AWS cannot be reached."})
    row = overview.statuses(looks, overview.policy_of(home.settings), NOON)[0]
    assert (row.state, row.problem) == (State.SIGNED_IN, "AWS cannot be reached.")
    later = overview.statuses(looks, overview.policy_of(home.settings), NOON + HOUR)[0]
    assert (later.state, later.problem) == (State.UNKNOWN, "AWS cannot be reached.")


def test_what_a_refused_renewal_said_is_no_trouble_but_an_end(home: Home) -> None:
    home.put(token())
    assert home.looks(troubles={"corp": "Over."})[0].problem == "Over."
    home.learned.record_refused("corp", NOON)
    assert home.looks(troubles={"corp": "Over."})[0].problem is None


def test_trouble_with_a_renewal_is_forgotten_when_the_token_is_gone(home: Home) -> None:
    assert home.looks(troubles={"corp": "AWS cannot be reached."})[0].problem is None


def test_a_refused_renewal_is_told_while_the_token_lives(home: Home) -> None:
    home.put(token())
    home.learned.record_refused("corp", NOON + 40 * MINUTE)
    row = home.row(NOON + 45 * MINUTE)
    assert (row.state, row.renewable, row.sign_in_ends_at) == (State.EXPIRING, False, NOON + HOUR)
    assert row.problem is not None
    assert "no longer" in row.problem


def test_a_refusal_says_nothing_of_a_token_written_after_it(home: Home) -> None:
    home.learned.record_refused("corp", NOON - HOUR)
    home.put(token(), at=NOON)
    assert not home.facts().refused


def test_an_expired_registration_makes_a_token_unrenewable_and_is_told(home: Home) -> None:
    home.put(replace(token(), registration_expires_at=NOON - MINUTE))
    row = home.row()
    assert (row.renewable, row.sign_in_end_source) == (False, "token")
    assert row.problem is not None
    assert "registration has expired" in row.problem


def test_a_past_token_that_waits_for_its_renewal_is_unknown_and_says_why(home: Home) -> None:
    home.put(token(left=-HOUR))
    row = home.row()
    assert row.state is State.UNKNOWN
    assert row.problem == "The access token has ended and is still to be renewed."


def test_an_expired_session_is_no_problem_but_a_state(home: Home) -> None:
    home.config = config_with(OLD)
    home.put(token(left=-HOUR, renewable=False), OLD)
    assert (home.row().state, home.row().problem) == (State.EXPIRED, None)


# For the policy -------------------------------------------------------------------------------------------------------


def test_sessions_that_share_a_token_file_are_one_for_the_policy(home: Home) -> None:
    home.config = config_with(OLD, replace(OLD, region="eu-west-1"))
    assert len(home.looks()) == 2
    assert len(overview.facts_of(home.looks())) == 1


def test_a_running_sign_in_is_among_the_facts(home: Home) -> None:
    assert overview.facts_of(home.looks(signing_in=["corp"]))[0].signing_in


def test_the_policy_follows_the_settings() -> None:
    policy = overview.policy_of(Settings(warn_minutes=(30, 0), snooze_minutes=5, renew=False, sign_in="never"))
    assert policy.leads == (30 * MINUTE, timedelta(0))
    assert (policy.snooze, policy.renew, policy.sign_in) == (5 * MINUTE, False, "never")


# Sign-ins from elsewhere ----------------------------------------------------------------------------------------------


def observed(home: Home, before: Token | None, after: Token, *, at: datetime) -> datetime | None:
    """When the sign-in is believed to have been, after a program replaced ``before`` at that moment."""
    if before is not None:
        home.put(before, at=at - HOUR)
    seen = overview.learn({}, home.looks(at), home.learned, at)
    home.put(after, at=at)
    overview.learn(seen, home.looks(at + MINUTE), home.learned, at + MINUTE)
    return home.learned.read("corp").signed_in_at


def test_a_login_in_a_terminal_is_learned_with_the_time_of_its_file(home: Home) -> None:
    assert observed(home, None, token(), at=NOON) == NOON


def test_a_renewal_by_an_sdk_moves_no_sign_in(home: Home) -> None:
    home.learned.record_sign_in("corp", NOON - 2 * HOUR)
    before = observed(home, token(left=10 * MINUTE), token("two", left=70 * MINUTE), at=NOON)
    assert before == NOON - 2 * HOUR
    assert home.learned.read("corp").alive_at == NOON


def test_a_token_found_after_a_night_is_a_new_sign_in(home: Home) -> None:
    morning = NOON + 20 * HOUR
    home.learned.record_sign_in("corp", NOON)
    assert observed(home, token(), token("two", left=21 * HOUR), at=morning) == morning


def test_a_token_found_after_an_hours_sleep_is_a_renewal(home: Home) -> None:
    home.learned.record_sign_in("corp", NOON)
    assert observed(home, token(), token("two", left=4 * HOUR), at=NOON + 3 * HOUR) == NOON


def test_the_first_look_learns_nothing_from_a_token_that_was_there(home: Home) -> None:
    home.put(token())
    overview.learn({}, home.looks(), home.learned, NOON)
    assert home.learned.read("corp").signed_in_at is None


def test_a_token_that_the_portal_refused_is_no_sign_in_for_a_quarter_of_an_hour(home: Home) -> None:
    home.put(token(left=8 * HOUR, renewable=False))
    home.learned.record_denied("corp", NOON)
    row = home.row(NOON + 15 * MINUTE)
    assert (row.state, row.problem) == (
        State.SIGNED_OUT,
        "AWS takes this sign-in no longer, although its token has time left.",
    )
    assert home.row(NOON + 16 * MINUTE).state is State.SIGNED_IN


def test_a_token_that_was_written_after_the_refusal_is_another_one(home: Home) -> None:
    home.learned.record_denied("corp", NOON)
    home.put(token(), at=NOON + MINUTE)
    assert home.row(NOON + MINUTE).state is State.SIGNED_IN


def test_a_lost_answer_makes_a_past_token_one_that_only_a_sign_in_helps(home: Home) -> None:
    home.put(token(left=-MINUTE))
    home.learned.record_unrenewable("corp", NOON)
    assert home.row(NOON + MINUTE).state is State.EXPIRED


def test_a_sign_in_after_a_lost_answer_is_learned_at_the_first_look(home: Home) -> None:
    home.learned.record_unrenewable("corp", NOON - HOUR)
    home.put(token(), at=NOON - MINUTE)
    overview.learn({}, home.looks(), home.learned, NOON)
    assert home.learned.read("corp").signed_in_at == NOON - MINUTE


def test_the_first_look_learns_of_a_sign_in_after_a_recorded_end(home: Home) -> None:
    home.learned.record_refused("corp", NOON - HOUR)
    home.put(token(), at=NOON - MINUTE)
    overview.learn({}, home.looks(), home.learned, NOON)
    assert home.learned.read("corp").signed_in_at == NOON - MINUTE


def test_a_half_written_file_is_no_sign_out(home: Home) -> None:
    home.put(token())
    seen = overview.learn({}, home.looks(), home.learned, NOON)
    home.tokens.path(CORP).write_bytes(b"{")
    seen = overview.learn(seen, home.looks(), home.learned, NOON)
    home.put(token())
    overview.learn(seen, home.looks(), home.learned, NOON)
    assert home.learned.read("corp").ended_at is None
    assert home.learned.read("corp").signed_in_at is None


def test_a_sign_out_from_elsewhere_is_learned(home: Home) -> None:
    home.put(token())
    seen = overview.learn({}, home.looks(), home.learned, NOON)
    home.tokens.forget(CORP)
    overview.learn(seen, home.looks(), home.learned, NOON)
    assert home.learned.read("corp").ended_at == NOON

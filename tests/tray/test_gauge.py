"""Which session speaks for all, how much is left, and the tooltip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.model import Session, State
from aws_sso_tray.gauge import STEPS, TOOLTIP_LIMIT, Gauge, gauge, spokesman, tooltip
from aws_sso_tray.snapshot import SigningIn
from tray_samples import CORP, HOUR, MINUTE, NOW, OLD, profile, signed_in, snapshot, status


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_ring_shows_the_share_of_the_session_that_is_left() -> None:
    assert gauge(snapshot(sessions=(signed_in(sign_in_ends_at=NOW + 4 * HOUR),))) == Gauge(State.SIGNED_IN, STEPS // 2)


def test_a_configured_length_is_what_the_ring_is_measured_by() -> None:
    session = Session("corp", CORP.start_url, CORP.region, duration=12 * HOUR)
    assert gauge(snapshot(sessions=(signed_in(session, sign_in_ends_at=NOW + 4 * HOUR),))).left == STEPS // 3


def test_an_end_that_nobody_knows_is_a_full_ring() -> None:
    assert gauge(snapshot(sessions=(signed_in(sign_in_ends_at=None),))).left == STEPS


def test_the_last_minutes_still_show_a_sliver() -> None:
    assert gauge(snapshot(sessions=(signed_in(state=State.EXPIRING, sign_in_ends_at=NOW + MINUTE),))).left == 1


def test_what_is_over_is_empty() -> None:
    assert gauge(snapshot(sessions=(status(State.EXPIRED),))) == Gauge(State.EXPIRED, 0)


def test_no_session_at_all_is_shown_as_signed_out() -> None:
    assert gauge(snapshot()) == Gauge(State.SIGNED_OUT, 0)


def test_the_picture_changes_only_every_twenty_minutes_of_eight_hours() -> None:
    looks = {gauge(snapshot(sessions=(signed_in(sign_in_ends_at=NOW + 5 * HOUR - n * MINUTE / 2),))) for n in range(20)}
    assert len(looks) <= 2


def test_an_expiring_session_speaks_before_the_active_profile() -> None:
    world = snapshot(
        sessions=(signed_in(), signed_in(OLD, state=State.EXPIRING)), profiles=(profile("dev"),), active="dev"
    )
    assert spokesman(world) == world.sessions[1]


def test_the_active_profile_speaks_before_a_session_that_was_never_used_today() -> None:
    world = snapshot(sessions=(status(State.SIGNED_OUT, OLD), signed_in()), profiles=(profile("dev"),), active="dev")
    assert spokesman(world) == world.sessions[1]


def test_without_an_active_profile_the_best_session_speaks() -> None:
    world = snapshot(sessions=(status(State.SIGNED_OUT, OLD), signed_in()))
    assert spokesman(world) == world.sessions[1]


def test_a_session_that_programs_wait_for_speaks_first() -> None:
    world = snapshot(sessions=(signed_in(state=State.EXPIRING), status(State.SIGNED_OUT, OLD, waiting=("terraform",))))
    assert spokesman(world) == world.sessions[1]


def test_the_tooltip_counts_down() -> None:
    world = snapshot(sessions=(signed_in(),), active="dev.admin", profiles=(profile("dev.admin"),))
    assert tooltip(world) == "AWS corp: 7 h left, until about 17:30\nProfile: dev.admin"


def test_the_tooltip_says_who_waits() -> None:
    world = snapshot(sessions=(status(State.SIGNED_OUT, waiting=("terraform",)),))
    assert tooltip(world) == "AWS corp: terraform waits for you to sign in"


def test_the_tooltip_tells_of_a_running_sign_in_and_of_the_pause() -> None:
    world = snapshot(sessions=(status(State.SIGNED_OUT),), signing_in=(SigningIn("corp"),), paused_until=NOW + HOUR)
    assert tooltip(world) == "AWS corp: finish the sign-in in the browser\nNotices are paused"


def test_a_machine_without_sessions_has_a_tooltip_too() -> None:
    assert tooltip(snapshot()) == "AWS: no session is configured"


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(State), st.lists(st.text(max_size=60), max_size=5))
def test_the_tooltip_fits_windows(name: str, active: str, state: State, waiting: list[str]) -> None:
    session = Session(name, "https://x", "us-east-1")
    world = snapshot(sessions=(signed_in(session, state=state, waiting=tuple(waiting)),), active=active)
    assert 0 < units(tooltip(world)) <= TOOLTIP_LIMIT


def test_being_in_production_is_in_the_picture_and_in_the_tooltip() -> None:
    world = snapshot(profiles=(profile("prod.admin"),), active="prod.admin", production="prod")
    assert gauge(world).production
    assert "Profile: prod.admin (production)" in tooltip(world)


def test_a_production_profile_that_is_not_active_marks_nothing() -> None:
    world = snapshot(profiles=(profile("prod.admin"), profile("dev")), active="dev", production="prod")
    assert not gauge(world).production

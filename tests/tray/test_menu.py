"""The menu: what it says, and that nothing in it is ever lost, empty or too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.model import Profile, Session, SessionStatus, State
from aws_sso_tray.actions import (
    Action,
    CancelSignIn,
    CopyEnvironment,
    CopyText,
    FindProfile,
    OpenConsole,
    OpenWindow,
    PauseNotices,
    Quit,
    ResumeNotices,
    SignIn,
    SignOut,
    Tell,
    UndoProfile,
    UseProfile,
)
from aws_sso_tray.items import LONGEST_LABEL, LONGEST_LIST, SEPARATOR, Item, as_text
from aws_sso_tray.menu import LONGEST_STATUS, menu
from aws_sso_tray.profile_rows import MANY
from aws_sso_tray.snapshot import SigningIn, Snapshot
from tray_samples import CORP, HOUR, MINUTE, NOW, OLD, profile, signed_in, snapshot, status


def every(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from every(item.children)


def row(items: Sequence[Item], label: str) -> Item:
    return next(item for item in every(items) if item.label.startswith(label))


def actions_of(items: Sequence[Item]) -> list[Action]:
    return [item.action for item in every(items) if item.action is not None]


def test_a_morning_with_one_session_reads_like_this() -> None:
    shown = menu(
        snapshot(
            sessions=(signed_in(),),
            profiles=(profile("dev.admin"), profile("dev.readonly"), profile("prod.readonly", "000000000002")),
            active="dev.admin",
        )
    )
    assert (
        as_text(shown)
        == """\
(Active profile: dev.admin)
---
corp - renews itself at 10:20, sign in again about 17:30 (learned) >
    (Signed in)
    (Renews itself at 10:20)
    (Sign in again about 17:30 (learned))
    (3 profiles)
    ---
    Sign in again for the full time
    Sign out
---
* dev.admin
o dev.readonly
o prod.readonly
---
Open the console
Copy as environment >
    PowerShell
    Command Prompt
    bash or zsh
    fish
---
Pause notices >
    For one hour
    For four hours
    For a day
---
Set-up and help >
    Set up a profile…
    Write a profile for every role…
    ---
    Open the config file
    Settings
    ---
    Look for trouble…
    Report a problem
    Help
    About aws-sso-tray
Refresh
Quit"""
    )


def test_a_bad_morning_reads_like_this() -> None:
    shown = menu(
        snapshot(
            sessions=(
                status(State.SIGNED_OUT, profiles=1, waiting=("terraform", "kubectl", "terraform")),
                status(
                    State.EXPIRED, OLD, sign_in_ends_at=NOW - HOUR, problem="The token file is damaged: it is empty."
                ),
            ),
            problems=("The config file cannot be read: line 3 has no equals sign, so no AWS tool understands it.",),
            paused_until=NOW + 2 * HOUR,
        )
    )
    assert (
        as_text(shown)
        == """\
! The config file cannot be read: line 3 has no equals sign…
---
Sign in to corp
Sign in to old
---
corp - signed out >
    (Signed out)
    (terraform and kubectl wait for the sign-in)
    (1 profile)
    ---
    Sign in
old - the sign-in ended 09:00 >
    (The sign-in ended 09:00)
    (0 profiles)
    ! The token file is damaged: it is empty.
    ---
    Sign in
---
Show notices again (paused until 12:00)
---
Set-up and help >
    Set up a profile…
    Write a profile for every role…
    Bring legacy profiles to the new form…
    ---
    Open the config file
    Settings
    ---
    Look for trouble…
    Report a problem
    Help
    About aws-sso-tray
Refresh
Quit"""
    )


def test_the_console_and_the_environment_are_those_of_the_active_profile() -> None:
    shown = menu(snapshot(profiles=(profile("dev"), profile("prod")), active="prod"))
    assert row(shown, "Open the console").action == OpenConsole("prod")
    assert [item.action for item in row(shown, "Copy as environment").children] == [
        CopyEnvironment("prod", shell) for shell in ("powershell", "cmd", "bash", "fish")
    ]


@pytest.mark.parametrize("active", [None, "gone", "keys"])
def test_nobody_in_particular_has_no_console(active: str | None) -> None:
    shown = menu(snapshot(profiles=(profile("dev"), profile("keys", session=None)), active=active))
    assert "Open the console" not in as_text(shown)


def test_an_empty_machine_still_has_a_menu_that_says_so() -> None:
    shown = menu(snapshot())
    assert [item.label for item in shown[:2]] == ["No IAM Identity Center session is configured", "Set up…"]
    assert shown[1].action == OpenWindow(("configure",))


def test_before_anything_was_read_nothing_is_claimed() -> None:
    assert as_text(menu(snapshot(starting=True))) == "(Looking at your sessions…)\n---\nQuit"


def test_a_running_sign_in_shows_its_code_and_can_be_cancelled() -> None:
    running = SigningIn("corp", "https://device.example/", "ABCD-EFGH")
    shown = menu(snapshot(sessions=(status(State.SIGNED_OUT),), signing_in=(running,)))
    assert row(shown, "Code ABCD-EFGH").action == CopyText("ABCD-EFGH")
    assert row(shown, "Copy the sign-in address").action == CopyText("https://device.example/")
    assert row(shown, "Cancel the sign-in").action == CancelSignIn("corp")
    assert not any(isinstance(a, SignIn) for a in actions_of(shown))


def test_a_sign_in_that_is_over_is_one_click_from_the_top() -> None:
    shown = menu(snapshot(sessions=(status(State.EXPIRED),)))
    assert next(item for item in shown if item.label == "Sign in to corp").action == SignIn(("corp",), fresh=False)


def test_a_damaged_token_can_be_replaced_from_the_top() -> None:
    damaged = status(State.UNKNOWN, problem="The token file is damaged: it is empty.")
    shown = menu(snapshot(sessions=(damaged,)))
    assert next(item for item in shown if item.label == "Sign in to corp").action == SignIn(("corp",), fresh=False)


def test_a_token_that_waits_for_the_network_asks_nobody_to_sign_in() -> None:
    offline = status(State.UNKNOWN, token_expires_at=NOW - MINUTE)
    assert "Sign in to corp" not in [item.label for item in menu(snapshot(sessions=(offline,)))]


def test_a_sign_in_beside_a_living_one_is_asked_for_fresh() -> None:
    shown = menu(snapshot(sessions=(signed_in(state=State.EXPIRING),)))
    assert row(shown, "Sign in to corp").action == SignIn(("corp",), fresh=True)


def test_nothing_urgent_stands_at_the_top_while_all_is_well() -> None:
    assert "Sign in to corp" not in [item.label for item in menu(snapshot(sessions=(signed_in(),)))]


def test_only_who_is_signed_in_can_sign_out() -> None:
    assert SignOut("corp") in actions_of(menu(snapshot(sessions=(signed_in(),))))
    assert SignOut("corp") not in actions_of(menu(snapshot(sessions=(status(State.SIGNED_OUT),))))


def test_an_end_that_nobody_knows_is_not_guessed() -> None:
    unknown = signed_in(sign_in_ends_at=None, sign_in_end_source=None)
    shown = menu(snapshot(sessions=(unknown,)))
    assert row(shown, "corp").label == "corp - signed in, renews itself at 10:20"
    assert row(shown, "Nobody knows yet").label == "Nobody knows yet when the sign-in ends"


def test_a_legacy_end_is_certain_and_not_called_about() -> None:
    certain = signed_in(OLD, renewable=False, renews_at=None, sign_in_end_source="token")
    assert row(menu(snapshot(sessions=(certain,))), "old").label == "old - signed in until 17:30"


def test_a_long_session_name_leaves_room_for_both_clocks() -> None:
    long = Session("the-very-long-session", CORP.start_url, CORP.region)
    shown = menu(snapshot(sessions=(signed_in(long),)))
    assert row(shown, "the-very").label == "the-very-long-session - renews at 10:20, sign in again about 17:30"


def test_an_end_on_another_day_names_the_day() -> None:
    tomorrow = signed_in(sign_in_ends_at=NOW + timedelta(days=1))
    assert row(menu(snapshot(sessions=(tomorrow,))), "Sign in again about").label.endswith("Tue 10:00 (learned)")


def test_a_cut_sentence_can_be_read_in_full() -> None:
    sentence = "AWS_PROFILE is set to prod in your environment, so programs that read it never see this choice."
    shown = menu(snapshot(shadows=(sentence,)))
    assert row(shown, "! AWS_PROFILE").action == Tell("The active profile is hidden", sentence)


def test_a_switch_that_runs_is_said_on_top() -> None:
    assert menu(snapshot(active="a", switching_to="b"))[0].label == "Switching to b…"


def test_the_switch_can_be_taken_back() -> None:
    assert UndoProfile() in actions_of(menu(snapshot(profiles=(profile("a"),), can_undo=True)))


def test_paused_notices_can_be_resumed() -> None:
    shown = menu(snapshot(paused_until=NOW + HOUR))
    assert ResumeNotices() in actions_of(shown)
    assert not any(isinstance(a, PauseNotices) for a in actions_of(shown))


def test_a_pause_that_is_over_is_none() -> None:
    assert ResumeNotices() not in actions_of(menu(snapshot(paused_until=NOW - MINUTE)))


def test_many_profiles_are_grouped_by_session_and_account_with_the_recent_ones_in_front() -> None:
    profiles = tuple(
        profile(f"{account}.{role}", f"{n:012}", session, account_name=account)
        for session, accounts in (("corp", ("dev", "prod", "test")), (OLD.name, ("shop", "shop-2", "shop-3")))
        for n, account in enumerate(accounts)
        for role in ("admin", "poweruser", "readonly")
    )
    shown = menu(
        snapshot(
            sessions=(signed_in(), signed_in(OLD)),
            profiles=(*profiles, profile("keys", session=None)),
            active="prod.admin",
            recents=("shop.admin", "gone", "prod.admin"),
            favorites=("dev.readonly",),
        )
    )
    near = [item for item in shown if isinstance(item.action, UseProfile)]
    assert [(item.label, item.checked) for item in near] == [
        ("dev.readonly", False),
        ("prod.admin", True),
        ("shop.admin", False),
    ]
    text = as_text(row(shown, "All profiles").children)
    assert text.startswith("corp >\n    dev - 000000000000 >\n        o dev.admin\n        o dev.poweruser\n")
    assert text.endswith("Without a session >\n    o keys")


def many(count: int) -> tuple[Profile, ...]:
    return tuple(
        profile(f"a{n // 4:03}.{role}", f"{n // 4:012}", account_name=f"Account {n // 4}")
        for n, role in zip(range(count), cycle(("admin", "billing", "poweruser", "readonly")), strict=False)
    )


def test_a_thousand_profiles_make_a_short_menu_with_what_is_at_hand_and_the_picker() -> None:
    shown = menu(
        snapshot(
            sessions=(signed_in(),),
            profiles=many(1000),
            active="a007.admin",
            recents=("a007.admin", "a100.readonly"),
            favorites=("a200.billing",),
            can_find=True,
        )
    )
    text = as_text(shown)
    assert (
        "o a200.billing\n* a007.admin\no a100.readonly\nAccount 7 - 000000000007 >\n"
        "    * a007.admin\n    o a007.billing\n    o a007.poweruser\n    o a007.readonly\nFind a profile…\n" in text
    )
    assert len(list(every(shown))) < 50


def test_without_the_picker_even_a_thousand_profiles_are_all_in_the_menu() -> None:
    shown = menu(snapshot(sessions=(signed_in(),), profiles=many(1000)))
    assert sum(isinstance(a, UseProfile) for a in actions_of(shown)) == 1000


def test_a_menu_of_the_largest_tree_is_quick_for_a_panel() -> None:
    shown = menu(snapshot(sessions=(signed_in(),), profiles=many(MANY), can_find=True))
    assert len(list(every(shown))) < 250


def test_a_click_on_the_icon_opens_the_picker() -> None:
    shown = menu(snapshot(sessions=(signed_in(),), profiles=(profile("a"),), can_find=True))
    assert [item.action for item in every(shown) if item.default] == [FindProfile()]


def test_production_profiles_carry_the_word_in_their_row_and_at_the_top() -> None:
    shown = menu(
        snapshot(
            profiles=(profile("dev.admin"), profile("prod.admin"), profile("x", account_name="Live")),
            active="prod.admin",
            production="^prod|live",
        )
    )
    assert shown[0].label == "Active profile: prod.admin (production)"
    rows = [item.label for item in shown if isinstance(item.action, UseProfile)]
    assert rows == ["dev.admin", "prod.admin (production)", "x (production)"]


def test_the_word_production_is_never_what_a_long_name_loses() -> None:
    long = profile("prod." + "x" * 100)
    shown = menu(snapshot(profiles=(long,), active=long.name, production="prod"))
    assert shown[0].label.endswith(" (production)")
    assert row(shown, "prod.").label.endswith(" (production)")


def test_an_account_with_one_role_is_no_submenu() -> None:
    profiles = tuple(profile(f"p{n}", f"{n:012}") for n in range(12))
    shown = menu(snapshot(sessions=(signed_in(),), profiles=profiles))
    assert [item.label for item in row(shown, "All profiles").children] == [p.name for p in profiles]


def test_a_long_list_is_cut_into_named_ranges() -> None:
    profiles = tuple(profile(f"p{n:03}", f"{n:012}") for n in range(60))
    shown = menu(snapshot(sessions=(signed_in(),), profiles=profiles))
    ranges = row(shown, "All profiles").children
    assert [item.label for item in ranges] == ["p000 - p019", "p020 - p039", "p040 - p059"]


MOMENTS = st.integers(-200_000, 200_000).map(lambda minutes: NOW + minutes * MINUTE)
NAMES = st.text(min_size=1, max_size=90)
STATUSES = st.builds(
    SessionStatus,
    session=st.builds(
        Session, name=NAMES, start_url=NAMES, region=NAMES, kind=st.sampled_from(["sso-session", "legacy"])
    ),
    state=st.sampled_from(State),
    token_expires_at=st.none() | MOMENTS,
    renewable=st.booleans(),
    sign_in_ends_at=st.none() | MOMENTS,
    sign_in_end_source=st.sampled_from(["token", "learned", "configured", None]),
    profiles=st.integers(0, 10_000),
    waiting=st.lists(NAMES, max_size=6).map(tuple),
    problem=st.none() | NAMES,
)
PROFILES = st.builds(
    Profile,
    name=NAMES,
    session=st.sampled_from(["corp", OLD.name, "gone", None]),
    account_id=st.none() | st.integers(0, 9).map(lambda n: f"{n:012}"),
    account_name=st.none() | NAMES,
)
SNAPSHOTS = st.builds(
    Snapshot,
    now=st.just(NOW),
    zone=st.just(NOW.tzinfo),
    sessions=st.lists(STATUSES, max_size=5).map(tuple),
    profiles=st.lists(PROFILES, max_size=40, unique_by=lambda p: p.name).map(tuple),
    active=st.none() | NAMES,
    can_undo=st.booleans(),
    shadows=st.lists(NAMES, max_size=2).map(tuple),
    recents=st.lists(NAMES, max_size=3).map(tuple),
    problems=st.lists(NAMES, max_size=2).map(tuple),
    switching_to=st.none() | NAMES,
    paused_until=st.none() | st.just(NOW + HOUR),
    production=st.sampled_from(["", "a", "."]),
    can_find=st.booleans(),
)


@given(SNAPSHOTS)
def test_no_menu_is_empty_or_holds_an_empty_or_overlong_or_broken_label(world: Snapshot) -> None:
    for item in every(menu(world)):
        about_a_session = {type(child.action) for child in item.children} & {SignIn, SignOut}
        assert item == SEPARATOR or item.label.strip()
        assert "\n" not in item.label
        assert len(item.label) <= (LONGEST_STATUS if about_a_session else LONGEST_LABEL)


@given(SNAPSHOTS)
def test_every_profile_can_be_reached(world: Snapshot) -> None:
    reachable = {a.profile for a in actions_of(menu(world)) if isinstance(a, UseProfile)}
    assert reachable == {p.name for p in world.profiles}


@given(SNAPSHOTS)
def test_no_list_is_longer_than_a_screen(world: Snapshot) -> None:
    assert all(len(item.children) <= LONGEST_LIST for item in every(menu(world)))


@given(SNAPSHOTS)
def test_the_way_out_is_always_there(world: Snapshot) -> None:
    assert menu(world)[-1].action == Quit()


@given(SNAPSHOTS, st.integers(1, 29))
def test_seconds_passing_do_not_change_the_menu(world: Snapshot, seconds: int) -> None:
    later = replace(world, now=world.now + timedelta(seconds=seconds))
    assert menu(later) == menu(world)

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from aws_sso_core.expiry import Facts, Memory, Policy, Presence, Recall, step
from fakes import NOON

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_memory_is_plain_json_and_says_nothing_of_what_is_at_its_default() -> None:
    memory = Memory({"corp": Recall(end=NOON, given=(timedelta(0), 15 * MINUTE), shown=timedelta(0))})
    assert json.loads(json.dumps(memory.to_json())) == {
        "sessions": {"corp": {"end": "2026-03-02T12:00:00+00:00", "given": [0.0, 900.0], "shown": 0.0}}
    }


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [],
        "text",
        {"sessions": []},
        {"sessions": {"corp": 7}},
        {"page": 7, "page_at": "x"},
        {"sessions": {"corp": {"end": "2026-03-02", "given": "many", "attempts": -1, "paged": "yes", "shown": True}}},
        {"sessions": {"corp": {"end": 1e300, "given": [None, float("nan"), 1e300], "attempts": True}}},
        {"sessions": {"corp": {"end": "0001-01-01T00:00:00+14:00", "snoozed_until": "2026-03-02T12:00:00"}}},
    ],
)
def test_junk_in_the_file_is_as_if_nothing_were_remembered(junk: object) -> None:
    memory = Memory.from_json(junk)
    assert memory.page is None
    assert memory.of("corp") == Recall()


def test_a_session_that_left_the_config_is_remembered_for_a_month() -> None:
    memory = Memory({"corp": Recall(end=NOON, given=(timedelta(0),))})
    assert step([], memory, Presence(), Policy(), NOON + 29 * DAY).memory == memory
    assert step([], memory, Presence(), Policy(), NOON + 30 * DAY).memory == Memory()


def test_a_session_of_which_nothing_was_said_takes_no_room() -> None:
    facts = Facts("corp", token_ends_at=NOON + 2 * DAY, renewable=True)
    assert step([facts], Memory(), Presence(), Policy(), NOON).memory == Memory()


def test_a_page_opened_ahead_of_a_clock_that_was_set_back_does_not_block_for_hours() -> None:
    memory = Memory(page="corp", page_at=NOON + DAY)
    assert memory.as_of(NOON, 15 * MINUTE).page_at == NOON

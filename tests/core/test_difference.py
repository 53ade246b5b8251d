"""What differs between two states of a file, and the later state made of it again."""

from __future__ import annotations

from io import BytesIO

from hypothesis import example, given
from hypothesis import strategies as st

from aws_sso_core.config.difference import Difference, applied, difference, same_end, same_start

STATES = st.lists(st.sampled_from([b"a", b"b", b"abab", b"\n", b"x" * 40]), max_size=12).map(b"".join)


@given(STATES, STATES, st.integers(1, 30))
@example(b"aa", b"aaa", 1)
@example(b"aba", b"aa", 2)
@example(b"", b"", 1)
def test_the_later_state_comes_of_the_earlier_one(before: bytes, after: bytes, piece: int) -> None:
    found = difference(BytesIO(before), after, piece=piece)
    assert applied(before, found) == after


@given(STATES, STATES, st.integers(1, 30))
def test_the_difference_is_the_same_however_the_file_is_read(before: bytes, after: bytes, piece: int) -> None:
    assert difference(BytesIO(before), after, piece=piece) == difference(BytesIO(before), after)


@given(STATES, STATES, STATES, STATES)
def test_what_two_states_share_at_both_ends_is_not_in_the_difference(a: bytes, b: bytes, c: bytes, d: bytes) -> None:
    found = difference(BytesIO(a + b + d), a + c + d)
    assert found.start >= len(a)
    assert len(found.middle) <= max(len(c), len(a + c + d) - len(a + b + d))


@given(STATES)
def test_a_state_does_not_differ_from_itself(state: bytes) -> None:
    assert difference(BytesIO(state), state) == Difference(len(state), 0, b"")


@given(STATES, STATES)
def test_the_same_bytes_at_either_end_are_counted_one_by_one(one: bytes, other: bytes) -> None:
    def count(pairs: zip[tuple[int, int]]) -> int:
        return next((at for at, (x, y) in enumerate(pairs) if x != y), min(len(one), len(other)))

    assert same_start(one, other) == count(zip(one, other, strict=False))
    assert same_end(one, other) == count(zip(reversed(one), reversed(other), strict=False))

"""The target of `tox run -e soak`, with as many sessions as a test has time for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sim_card_session import KINDS, session


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=400))
def test_no_session_of_a_stranger_gains_anything(raw: bytes) -> None:
    session(raw)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, len(KINDS) - 1), st.binary(max_size=400))
def test_every_kind_of_card_is_among_them(kind: int, raw: bytes) -> None:
    session(bytes((kind,)) + raw)

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu
from conformance.sim import card as sim_card

BYTE = st.integers(0, 255)
ANY = st.builds(
    CommandApdu, BYTE, BYTE, BYTE, BYTE, st.binary(max_size=60), st.one_of(st.none(), st.just(256))
)
NEAR = st.one_of(
    st.builds(
        CommandApdu,
        st.sampled_from([0x00, 0x80]),
        st.sampled_from([0xA4, 0xA8, 0xB2, 0xCA]),
        BYTE,
        BYTE,
        st.binary(max_size=40),
        st.just(256),
    ),
    st.builds(
        apdu.select,
        st.sampled_from([b"2PAY.SYS.DDF01", bytes.fromhex("A0000003330101")]),
        next_occurrence=st.booleans(),
    ),
    st.builds(apdu.get_processing_options, st.binary(min_size=33, max_size=33)),
    st.builds(apdu.read_record, st.sampled_from([2, 3, 5, 11]), st.integers(0, 5)),
    st.builds(apdu.get_data, st.integers(0x9F00, 0x9F7F)),
)


@settings(deadline=None, max_examples=500)
@given(st.lists(st.one_of(ANY, NEAR), max_size=12))
def test_no_command_goes_without_an_answer(commands: list[CommandApdu]) -> None:
    card = sim_card.build()
    card.power_on()
    for command in commands:
        answer = card.process(command)
        assert answer.encode()[-2:] == int(answer.sw).to_bytes(2, "big")
        assert answer.ok or not answer.data


@settings(deadline=None, max_examples=500)
@given(st.lists(NEAR, max_size=12))
def test_the_balance_never_rises(commands: list[CommandApdu]) -> None:
    card = sim_card.build(balance=5000)
    for command in commands:
        card.process(command)
    card.power_on()
    card.process(apdu.select(bytes.fromhex("A0000003330101")))
    left = int(card.process(apdu.get_data(0x9F79)).data[3:].hex())
    assert 0 <= left <= 5000

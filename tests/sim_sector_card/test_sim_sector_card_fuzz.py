"""Whatever is sent, a purse card and a PSAM answer, and no money moves without a sealed debit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.codec.apdu import CommandApdu, ResponseApdu
from conformance.codec.purse import get_balance, select_file
from conformance.codec.toll import DIRECTORY
from conformance.link.memory import MemoryCard
from conformance.sim import sector_card

BYTE = st.integers(0, 0xFF)
KNOWN = st.sampled_from([0xA4, 0xB0, 0xB2, 0x5C, 0x50, 0xDC, 0x54, 0x5A, 0x70, 0x72])
COMMANDS = st.lists(
    st.builds(
        CommandApdu,
        st.sampled_from([0x00, 0x80]),
        KNOWN | BYTE,
        BYTE,
        BYTE,
        st.binary(max_size=64),
        st.none(),
    ),
    max_size=12,
)


@given(COMMANDS)
def test_every_command_has_an_answer_and_no_money_moves(commands):
    card = MemoryCard(sector_card.toll_card(sector_card.TollCardData(balance=500)))
    card.reset()
    card.exchange(select_file(DIRECTORY))
    for command in commands:
        assert isinstance(card.exchange(command), ResponseApdu)
    card.exchange(select_file(DIRECTORY))
    assert card.exchange(get_balance()).data == (500).to_bytes(4, "big")


@given(COMMANDS)
def test_every_command_to_a_psam_has_an_answer(commands):
    psam = MemoryCard(sector_card.toll_psam())
    psam.reset()
    psam.exchange(select_file(0xDF01))
    for command in commands:
        assert isinstance(psam.exchange(command), ResponseApdu)

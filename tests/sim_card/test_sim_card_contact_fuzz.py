from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sim_card_contact_reader import CDOL1, CDOL2, ContactReader, contact

from conformance.codec import apdu
from conformance.codec.apdu import CommandApdu
from conformance.codec.tags import Tag

TABLE = {
    0x9000, 0x6283, 0x6300, 0x6700, 0x6983, 0x6984, 0x6985, 0x6988, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A84,
    0x6A86, 0x6A88, 0x6D00, 0x6E00,
} | {0x63C0 | tries for tries in range(16)}  # PB-2  # fmt: skip
BYTE = st.integers(0, 255)
KIND = st.sampled_from([0x00, 0x40, 0x80, 0x50, 0x90, 0xC0])
GPO = [
    bytes.fromhex(data) for data in ("", "010000000001000156", "010000000001000344", "01000000000100015601")
]
ANY = st.builds(
    CommandApdu,
    st.sampled_from([0x00, 0x04, 0x80, 0x84]),
    st.sampled_from(
        [0x16, 0x18, 0x1E, 0x20, 0x24, 0x82, 0x84, 0x88, 0xA4, 0xA8, 0xAE, 0xB2, 0xCA, 0xDA, 0xDC]
    ),
    BYTE,
    BYTE,
    st.binary(max_size=60),
    st.none(),
)
NEAR = st.one_of(
    st.just(apdu.select(bytes.fromhex("A000000333010101"))),
    st.just(apdu.select(b"1PAY.SYS.DDF01")),
    st.builds(apdu.get_processing_options, st.sampled_from(GPO)),
    st.builds(apdu.generate_ac, KIND, st.just(bytes(CDOL1.length))),
    st.builds(apdu.generate_ac, KIND, st.just(b"00" + bytes(CDOL2.length - 2))),
    st.builds(apdu.generate_ac, KIND, st.binary(min_size=CDOL1.length, max_size=CDOL1.length)),
    st.builds(apdu.external_authenticate, st.binary(min_size=10, max_size=10)),
    st.builds(apdu.internal_authenticate, st.binary(min_size=4, max_size=4)),
    st.builds(apdu.verify_pin, st.sampled_from(["1234", "9999"])),
    st.builds(apdu.read_record, st.sampled_from([1, 2, 4, 5, 11, 12]), st.integers(0, 4)),
    st.builds(apdu.get_data, st.integers(0x9F00, 0x9F7F)),
    st.just(apdu.get_challenge()),
    st.builds(
        CommandApdu, st.just(0x04), st.just(0xDA), st.just(0x9F), st.just(0x79), st.binary(max_size=14)
    ),
)
SEQUENCE = st.lists(st.one_of(NEAR, NEAR, ANY), max_size=12)
PROFILE = st.sampled_from(["debit-credit", "electronic-cash", "dual-currency", "sm-beside-rsa"])
MANY = settings(deadline=None, max_examples=500)  # 2,000 sequences in the four tests


def played(profile: str, commands: list[CommandApdu]) -> tuple[ContactReader, list[int]]:
    """A card after these commands, and the status words that it answered."""
    one = contact(profile)
    return one, [int(one.card.process(command).sw) for command in commands]


def held(one: ContactReader, tag: int) -> int:
    """What the card holds, in a field of its own, zero where it has none."""
    one.card.power_on()
    one.select()
    return int(one.get(tag).hex(), 16)


@MANY
@given(PROFILE, SEQUENCE)
def test_every_answer_has_a_status_word_of_the_table(profile: str, commands: list[CommandApdu]) -> None:
    assert set(played(profile, commands)[1]) <= TABLE


@MANY
@given(PROFILE, SEQUENCE)
def test_the_atc_never_falls(profile: str, commands: list[CommandApdu]) -> None:
    one = contact(profile)
    seen = [held(one, Tag.ATC)]
    for command in commands:
        one.card.process(command)
        seen.append(one.card._state.applications[0].memory.atc)
    assert seen == sorted(seen)


@MANY
@given(SEQUENCE)
def test_the_balance_never_rises_without_a_valid_load(commands: list[CommandApdu]) -> None:
    one, _ = played("electronic-cash", commands)
    assert held(one, Tag.EC_BALANCE) <= 0x5000


@MANY
@given(SEQUENCE)
def test_pin_tries_never_rise_without_the_pin_or_an_unblock(commands: list[CommandApdu]) -> None:
    right = apdu.verify_pin("1234")
    one = contact()
    left = held(one, Tag.PIN_TRY_COUNTER)
    for command in commands:
        answer = one.card.process(command)
        now = one.card._state.applications[0].memory.pin_tries
        assert now <= left or (command == right and answer.ok)
        left = now

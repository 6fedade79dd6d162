"""Electronic cash, contact: below the reset threshold."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-030",
    revision=1,
    purpose="The terminal goes online when less than the reset threshold would be left.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def below_reset_threshold(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        elements={0x8E: bytes.fromhex("00000000000000001F00"), 0x9F6D: bytes.fromhex("000000004500")},
    )

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cash_limit="200.00", capabilities="6028C8")

    with run.step("10.00 is paid from 50.00 with a threshold of 45.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "TC", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")

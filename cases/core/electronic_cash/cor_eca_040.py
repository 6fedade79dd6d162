"""Electronic cash, contact: floor limit and chance."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-040",
    revision=1,
    purpose="The terminal holds electronic cash neither against the floor limit nor against chance.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def not_held_against_limits(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash", balance="50.00", elements={0x8E: bytes.fromhex("00000000000000001F00")}
    )

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cash_limit="200.00", floor_limit="5.00", capabilities="6028C8")

    with run.step("10.00 is paid with a floor limit of 5.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "TC", ref="JR/T 0025.13-2018")
        expect.tvr(terminal, ref="JR/T 0025.13-2018")

"""Scenic gate: the price exceeds what one tap may cost."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-020",
    revision=1,
    purpose="The gate refuses to sell a ticket above its limit for one offline payment before it starts a transaction, and points to the window.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-02"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O1", "O2", "O5", "O6", "O9"),
)
def price_above_the_limit_is_sold_at_the_window(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="900.00", elements={0x9F78: bytes.fromhex("000000100000")})

    with run.preamble("Adult 220.00, at most 200.00 offline"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "220.00"}, single_limit="200.00")

    with run.step("Tap a card that could pay"):
        tap = terminal.tap(card)
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="JR/T 0025.13-2018")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.stays_closed(tap, ref="AFC acceptance practice")
        expect.balance(card, "900.00", ref="JR/T 0025.13-2018")

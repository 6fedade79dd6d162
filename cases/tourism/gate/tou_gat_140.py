"""Scenic gate: a pre-sold ticket leaves no PAN behind."""

from conformance.api import CaseRun, Terminal, case, expect, sim

KEY = "000102030405060708090A0B0C0D0E0F"
TOKEN = "5A0D88815E1D97F2DED2F183925108CA"  # HMAC-SHA256 under KEY over the PAN's digits, its first 16 bytes


@case(
    "TOU-GAT-140",
    revision=1,
    purpose="The gate derives the same token of a card as the ticket server, admits it by that, and stores the token in the record of the entry, never the PAN.",
    refs=["AFC acceptance practice"],
    sources=["SC-14"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE and TERMINAL.ENTITLEMENT",
    needs=("O2", "O6"),
)
def an_entry_record_shows_no_pan(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00", pan="6210948000000011")

    with run.preamble("Adult 20.00; the card's ticket for 1 July in list 1"):
        terminal.ready(date="2026-07-01")
        terminal.gate.admit(prices={"adult": "20.00"})
        terminal.gate.sell_before((TOKEN, "2026-07-01"), version=1, key=KEY)

    with run.step("Tap"):
        expect.opened(terminal.tap(card), ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="entry", ref="AFC acceptance practice")
        expect.record_detail(terminal, "token", TOKEN, kind="entry", ref="AFC acceptance practice")
        expect.equal(
            [entry.pan for entry in terminal.records("entry")],
            [""],
            what="PAN of the record",
            ref="AFC acceptance practice",
        )

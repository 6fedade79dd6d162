"""Scenic gate: a ticket sold before, without a network."""

from conformance.api import CaseRun, Terminal, case, expect, sim

KEY = "000102030405060708090A0B0C0D0E0F"
TOKEN = "5A0D88815E1D97F2DED2F183925108CA"  # HMAC-SHA256 under KEY over the PAN's digits, its first 16 bytes


@case(
    "TOU-GAT-130",
    revision=1,
    purpose="The gate admits a ticket of the last list that it was told, without a debit, and refuses to honour it once a newer list lacks it.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-13", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE and TERMINAL.ENTITLEMENT",
    needs=("O2", "O6", "O8", "O9", "network"),
)
def the_newest_list_of_tickets_decides(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00", pan="6210948000000011")

    with run.preamble("Adult 20.00; the card's ticket for 1 July in list 1, no network"):
        terminal.ready(date="2026-07-01")
        terminal.gate.admit(prices={"adult": "20.00"}, valid_s=0)
        terminal.gate.sell_before((TOKEN, "2026-07-01"), version=1, key=KEY)
        terminal.disturb("network-down")

    with run.step("Tap"):
        expect.opened(terminal.tap(card), ref="AFC acceptance practice")
        expect.balance(card, "90.00", ref="JR/T 0025.13-2018")
        expect.in_force(terminal, "entitlements_version", "1", ref="AFC acceptance practice")

    with run.step("List 2 lacks the ticket; the card comes again and pays"):
        terminal.gate.sell_before(version=2, key=KEY)
        terminal.tap(card, after=60)
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")
        expect.record_count(terminal, 1, kind="entry", ref="AFC acceptance practice")

"""Contact, TVR B5b6: script failed before the last GENERATE AC."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-350",
    revision=1,
    purpose="The terminal sets B5b6 of the TVR when a script of template 71 fails.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def script_failed_before_ac(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")
        acquirer.send_put_data("6210948000000011", 0xDF63, "000000000000", before=True)

    with run.step("The issuer sends PUT DATA of DF63 in template 71"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "script_failed_before_ac", "floor_limit", ref="EMV Book 3")

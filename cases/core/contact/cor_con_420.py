"""Contact, online: declined."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-420",
    revision=1,
    purpose="The terminal asks for an AAC and sells nothing when the issuer refuses.",
    refs=["JR/T 0025.6"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def online_declined(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The issuer refuses 2000.00 with response code 51"):
        dialogue = terminal.pos.sell(card, "2000.00")
        expect.requested(dialogue, "ARQC", "AAC", ref="JR/T 0025.6")
        expect.outcome(terminal, "online declined", ref="JR/T 0025.6")
        expect.recorded(terminal, "response", "51", ref="JR/T 0025.6")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.6")

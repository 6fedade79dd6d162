"""Toll, exit: the answer to an online sale is lost."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-260",
    revision=1,
    purpose="The lane reverses an unanswered online sale, F39 98, before its next online sale, and raises no barrier for it.",
    refs=["Expressway toll practice", "Bank card acquiring messages"],
    sources=["HW-26"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACT and TERMINAL.ONLINE_PIN",
    needs=("O2", "O4", "O6", "O9"),
)
def what_was_not_answered_is_reversed_first(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Toll 260.00, the pass card is read; the acquirer's next answer will be lost"):
        acquirer.know("6210948000000029")
        terminal.ready(date="2026-07-01", acquirer=acquirer)
        terminal.lane.open(tolls={1: "260.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        acquirer.withhold_answers(1)

    with run.step("Insert a bank card and key in the PIN"):
        terminal.lane.key_pin("right")
        terminal.insert(card)
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.queue_length(terminal, "reversal", 1, ref="Bank card acquiring messages")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("Insert it again"):
        terminal.lane.key_pin("right")
        terminal.insert(card)
        expect.request_order(acquirer, "sale", "reversal", "sale", ref="Bank card acquiring messages")
        expect.request_field(acquirer, 39, "98", kind="reversal", ref="Bank card acquiring messages")
        expect.one_record(terminal, kind="sale", amount="260.00", ref="Expressway toll practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")

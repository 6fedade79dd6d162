"""Toll, exit: the toll is beyond the limit of electronic cash."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-030",
    revision=1,
    purpose="The lane does not ask electronic cash for a toll beyond its limit, and takes it over contacts, online with PIN, without a partial debit.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018", "Bank card acquiring messages"],
    sources=["HW-03"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.CONTACT and TERMINAL.ONLINE_PIN",
    needs=("O1", "O2", "O5", "O6", "O9"),
)
def beyond_the_limit_it_pays_online(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    cash = sim.card("electronic-cash", balance="300.00")
    bank = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Toll 260.00, a limit of electronic cash below it; the pass card is read"):
        acquirer.know("6210948000000029")
        terminal.ready(date="2026-07-01", acquirer=acquirer)
        terminal.lane.open(tolls={1: "260.00"}, ec_limit=f"{run.count('ec_single_limit')}.00")
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap a card that holds 300.00"):
        tap = terminal.tap(cash)
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.indicated(tap, "insert-card", ref="Expressway toll practice")
        expect.balance(cash, "300.00", ref="JR/T 0025.13-2018")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("Insert a bank card and key in the PIN"):
        terminal.lane.key_pin("right")
        terminal.insert(bank)
        expect.one_record(terminal, kind="sale", amount="260.00", ref="Expressway toll practice")
        expect.request_field(acquirer, 22, "051", kind="sale", ref="Bank card acquiring messages")
        expect.barrier_raised(terminal, ref="Expressway toll practice")

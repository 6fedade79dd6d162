"""Transit, bus: the issuer does not answer in time."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-350",
    revision=1,
    purpose="The validator sells a ride that the issuer did not answer for in time to a card that proves itself, reverses the unanswered sale, and settles the ride once.",
    refs=["AFC acceptance practice", "Bank card acquiring messages"],
    sources=["TR-35"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.UPLOAD and TERMINAL.ONLINE_RIDE",
    needs=("O1", "O2", "O3", "O4", "O5", "host"),
)
def an_unanswered_ride_rests_on_the_card(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="0.50", pan="6210948000000029")
    forged = sim.card("electronic-cash", balance="0.50", probe="fdda-signature-forged")

    with run.preamble("Fare 1.00, the issuer is asked; older records settled, a driver signed on"):
        budget = run.count("online_budget")
        terminal.ready(date="2026-07-01", acquirer=acquirer)
        terminal.settle_before(acquirer)
        acquirer.know("6210948000000011", "6210948000000029")
        terminal.bus.drive(line="L118", vehicle="V7701", online_s=budget)
        terminal.bus.sign_on("D0042")

    with run.step("Tap a card that wants to go online; no answer comes"):
        acquirer.withhold_answers(1)
        tap = terminal.tap(card)
        most = budget * 1000 + run.count("tap_maximum")
        expect.at_most(tap.duration_ms, most, what="time of the tap", ref="AFC acceptance practice")
        for each in ("L118", "V7701", "D0042"):
            expect.request_holds(acquirer, 62, each, kind="sale", ref="Bank card acquiring messages")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.queue_length(terminal, "reversal", 1, ref="Bank card acquiring messages")

    with run.step("Tap a card whose signature is forged; again no answer comes"):
        acquirer.withhold_answers(1)
        terminal.tap(forged)
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")

    with run.step("The line is back; upload twice"):
        terminal.upload()
        terminal.upload()
        kinds = ("sale", "reversal", "reversal", "sale")
        expect.request_order(acquirer, *kinds, ref="Bank card acquiring messages")
        expect.equal(acquirer.total, 100, what="fen at the acquirer", ref="AFC acceptance practice")

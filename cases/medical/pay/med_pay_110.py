"""Medical, payment: a pre-authorisation lasts thirty days."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-110",
    revision=1,
    purpose="The counter completes a pre-authorisation on its last day; on the day after, the bank's refusal leaves no completion.",
    refs=["Hospital payment practice"],
    sources=["HC-11", "S-4.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.PREAUTHORISATION",
    needs=("O2", "O3", "O5", "host", "card"),
)
def pre_authorisation_lasts(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    first = sim.card("debit-credit", pan="6210948000000011")
    second = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Two cards are pre-authorised with 100.00 on 1 December"):
        acquirer.reach_day("2014-12-01")
        acquirer.know("6210948000000011", "6210948000000029", pin="123456")
        terminal.ready(acquirer=acquirer, date="2014-12-01")
        terminal.counter.open(hospital)
        terminal.counter.authorise(first, "P001", "100.00")
        terminal.counter.authorise(second, "P002", "100.00")
        made = terminal.records("pre-authorisation")
        one, two = made[0], made[1]

    with run.step("Complete the first on the last day"):
        acquirer.pass_days(run.count("preauthorisation_days"))
        terminal.counter.complete(first, one, "100.00")
        expect.record_count(terminal, 1, kind="completion", ref="Hospital payment practice")

    with run.step("Complete the second a day later"):
        acquirer.pass_days(1)
        terminal.counter.complete(second, two, "100.00")
        expect.record_count(terminal, 1, kind="completion", ref="Hospital payment practice")

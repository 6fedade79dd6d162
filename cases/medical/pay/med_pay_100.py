"""Medical, payment: a completion goes to 115 percent."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-100",
    revision=1,
    purpose="The counter completes a pre-authorised deposit up to the share of its amount that the programme allows, and a fen more is not completed.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-10", "S-4.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.PREAUTHORISATION",
    needs=("O2", "O3", "O5", "host", "card"),
)
def completion_within_the_share(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    first = sim.card("debit-credit", pan="6210948000000011")
    second = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Two cards are each pre-authorised with 100.00"):
        acquirer.know("6210948000000011", "6210948000000029", pin="123456")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital, completion_percent=run.count("completion_share"))
        most = run.parameter("completion_share")
        terminal.counter.authorise(first, "P001", "100.00")
        terminal.counter.authorise(second, "P002", "100.00")
        made = terminal.records("pre-authorisation")
        one, two = made[0], made[1]

    with run.step("Complete the first with a fen more than is allowed"):
        terminal.counter.complete(first, one, f"{most + 0.01:.2f}")
        expect.no_record(terminal, kind="completion", ref="Hospital payment practice")

    with run.step("Complete the second with just what is allowed"):
        terminal.counter.complete(second, two, f"{most:.2f}")
        expect.record_count(terminal, 1, kind="completion", ref="Hospital payment practice")
        expect.request_well_formed(acquirer, kind="completion", ref="Bank card acquiring messages")

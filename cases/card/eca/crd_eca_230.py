"""Card, load: PUT DATA after an online transaction changes the balance and is logged."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-230",
    revision=1,
    purpose="The card takes a new balance by PUT DATA 9F79 after issuer authentication, and its load log's first record tells both balances.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-3.2", "PB-2"],
    applies_if="CARD.CONTACT and CARD.EC and CARD.DEBIT_CREDIT and CARD.SCRIPTS and CARD.LOAD_LOG",
    needs=("issuer-keys",),
    interface="contact",
    sample="balance-50",
)
def a_load_changes_the_balance(card: Card, run: CaseRun) -> None:
    with run.preamble("An online transaction is approved"):
        card.reset()
        card.contact.initiate(amount="10.00")
        card.contact.generate_ac("ARQC")
        card.contact.authenticate_issuer()

    with run.step("PUT DATA 9F79 with 80.00"):
        answer = card.contact.put_data(0x9F79, "000000008000")
        expect.status(card, answer, "9000", command="PUT DATA", ref="JR/T 0025.13-2018")
        expect.balance(card, "80.00", ref="JR/T 0025.13-2018")

    with run.step("Load log record 1"):
        entry = card.read_record(12, 1)
        expect.status(card, entry, "9000", command="READ RECORD", ref="JR/T 0025.13-2018")
        expect.equal(
            entry.data[:14].hex(),
            "9f79000000005000000000008000",
            what="load log record 1",
            ref="JR/T 0025.13-2018",
        )

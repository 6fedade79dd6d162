"""Card, electronic cash: a torn transaction is rolled back."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-010",
    revision=1,
    purpose="The card that leaves the field after GET PROCESSING OPTIONS and before its last record keeps its balance and has used up its ATC.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.5"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
)
def torn_transaction_is_rolled_back(card: Card, run: CaseRun) -> None:
    with run.preamble("Balance and ATC before"):
        card.reset()
        card.select("A0000003330101")
        balance = card.balance()
        counter = card.transaction_counter()

    with run.step("GET PROCESSING OPTIONS over 0.01, all records but the last, then field off"):
        answer = card.get_processing_options(card.pdol_data(amount="0.01"))
        expect.tag_present(card, answer, 0x94, ref="JR/T 0025.12-2018")
        card.read_all_but_the_last_record()

    with run.step("Field on again"):
        expect.balance(card, balance, ref="JR/T 0025.13-2018")
        expect.equal(
            card.transaction_counter(),
            counter + 1,
            what="ATC after the torn transaction",
            ref="JR/T 0025.12-2018",
        )

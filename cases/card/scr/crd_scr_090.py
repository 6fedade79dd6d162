"""Card, UPDATE RECORD: within its record."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-090",
    revision=1,
    purpose="The card refuses UPDATE RECORD with 6A83 for a record that is not there and 6A84 for more bytes than the record has, and takes the record itself.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.updaterecord"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="script counter",
)
def record_is_updated(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("A record that is not there"):
        answer = card.contact.script("04DC100C", "7000")
        expect.status(card, answer, "6A83", command="UPDATE RECORD", ref="JR/T 0025.5")

    with run.step("More bytes than record 1 of SFI 1 has"):
        record = card.read_record(1, 1).data
        answer = card.contact.script("04DC010C", (record + bytes(1)).hex())
        expect.status(card, answer, "6A84", command="UPDATE RECORD", ref="JR/T 0025.5")

    with run.step("The record itself"):
        answer = card.contact.script("04DC010C", record.hex())
        expect.status(card, answer, "9000", command="UPDATE RECORD", ref="JR/T 0025.5")
        expect.equal(
            card.read_record(1, 1).data.hex(), record.hex(), what="record 1 of SFI 1", ref="JR/T 0025.5"
        )

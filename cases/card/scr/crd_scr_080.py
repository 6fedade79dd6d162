"""Card, PUT DATA: what it may not write is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-080",
    revision=1,
    purpose="The card refuses PUT DATA of the PAN with 6A80 and of a limit in two bytes with 6700.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.putdata"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="script counter",
)
def put_data_refuses(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("PUT DATA 5A"):
        answer = card.contact.put_data(0x005A, "6210948000000011")
        expect.status(card, answer, "6A80", command="PUT DATA", ref="JR/T 0025.5")

    with run.step("PUT DATA 9F58 of two bytes"):
        answer = card.contact.put_data(0x9F58, "0004")
        expect.status(card, answer, "6700", command="PUT DATA", ref="JR/T 0025.5")

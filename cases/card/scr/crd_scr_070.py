"""Card, PUT DATA: what the issuer writes is there."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SCR-070",
    revision=1,
    purpose="The card takes a new LCOL (9F58), shows it to GET DATA, and still does after a reset.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.putdata", "PB-2.writable", "PB-5.scriptmac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    destroys="LCOL (9F58)",
)
def put_data_is_kept(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction went online"):
        card.reset()
        card.contact.pay("ARQC")

    with run.step("PUT DATA 9F58"):
        answer = card.contact.put_data(0x9F58, "04")
        expect.status(card, answer, "9000", command="PUT DATA", ref="JR/T 0025.5")

    with run.step("GET DATA after a reset"):
        card.reset()
        card.select("A0000003330101")
        expect.equal(card.number(0x9F58), 4, what="LCOL (9F58)", ref="JR/T 0025.5")

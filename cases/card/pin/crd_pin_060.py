"""Card, VERIFY: the PIN block has eight bytes."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-060",
    revision=1,
    purpose="The card refuses VERIFY with 6700 when the PIN block has seven bytes, and takes no try for it.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.6.form"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
)
def block_length(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("VERIFY with seven bytes"):
        tries = card.number(0x9F17)
        answer = card.send("0020008007" + 7 * "FF")
        expect.status(card, answer, "6700", command="VERIFY", ref="JR/T 0025.5")
        expect.equal(card.number(0x9F17), tries, what="PIN tries left (9F17)", ref="JR/T 0025.5")

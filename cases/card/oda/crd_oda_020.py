"""Card, DDA: the dynamic signature binds the terminal's number."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ODA-020",
    revision=1,
    purpose="The card's signature in answer to INTERNAL AUTHENTICATE verifies under its certificates over the terminal's unpredictable number.",
    refs=["JR/T 0025.7"],
    sources=["PB-6.1", "PB-2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DDA",
    needs=("capk",),
    interface="contact",
)
def dda_binds_the_terminals_number(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction is initiated"):
        card.reset()
        card.contact.initiate()

    with run.step("INTERNAL AUTHENTICATE with 0A0B0C0D"):
        answer = card.send("00880000040A0B0C0D00")
        expect.status(card, answer, "9000", command="INTERNAL AUTHENTICATE", ref="JR/T 0025.7")
        key = card.key_of(card.contact)
        expect.dynamic_signature(
            card, key, card.signature_in(answer), bytes.fromhex("0A0B0C0D"), ref="JR/T 0025.7"
        )

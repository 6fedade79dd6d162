"""Card, extended application: the last transaction can be proved."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-090",
    revision=1,
    purpose="The card answers GET TRANS PROVE with the cryptogram of the transaction that it committed, and with 9406 for an ATC that it knows nothing of.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-11.7"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def the_transaction_can_be_proved(card: Card, run: CaseRun) -> None:
    with run.preamble("A segment over 3.00"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")
        paid = card.contactless.initiate("3.00", told={0xDF60: "01"})
        card.contactless.finish()

    with run.step("GET TRANS PROVE for it, and for ATC FFFE"):
        proof, unknown = card.extended.prove(paid.atc.hex()), card.extended.prove("FFFE")
        expect.equal(proof.data.hex(), paid.value.hex(), what="cryptogram", ref="JR/T 0025.14-2018")
        expect.status(card, unknown, "9406", command="GET TRANS PROVE", ref="JR/T 0025.14-2018")

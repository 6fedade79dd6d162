"""Card, SELECT: the FCI names the selected application."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SEL-010",
    revision=1,
    purpose="The card answers SELECT by partial AID with an FCI whose DF name begins with that AID, and an unknown AID with 6A82.",
    refs=["JR/T 0025.5"],
    sources=["PB-1", "PB-2"],
    applies_if="CARD.CONTACTLESS",
)
def fci_names_the_application(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("SELECT by the partial AID of electronic cash"):
        answer = card.select("A0000003330101")
        expect.status(card, answer, "9000", command="SELECT", ref="JR/T 0025.5")
        expect.df_name(card, answer, bytes.fromhex("A0000003330101"), ref="JR/T 0025.5")

    with run.step("SELECT an application that the card does not have"):
        answer = card.select("A000000333FFFF")
        expect.status(card, answer, "6A82", command="SELECT", ref="JR/T 0025.5")

"""Expectations about a card's cryptogram: which one it gave, whether it is true, what its CVR says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.expect.judge import judge
from conformance.model.run import Where

if TYPE_CHECKING:
    from conformance.codec.apdu import ResponseApdu
    from conformance.codec.bits import Cvr
    from conformance.expect.card import CardDoor


class CardCryptogram(Protocol):
    """A cryptogram as the card answered it, beside what the issuer's keys give."""

    @property
    def response(self) -> ResponseApdu: ...

    @property
    def kind(self) -> str: ...

    @property
    def value(self) -> bytes: ...

    @property
    def computed(self) -> bytes: ...

    @property
    def idd(self) -> bytes | None: ...

    @property
    def idd_computed(self) -> bytes: ...

    @property
    def cvr(self) -> Cvr | None: ...


def decision(card: CardDoor, answer: CardCryptogram, expected: str, *, ref: str) -> bool:
    """The card decided for this cryptogram: "TC", "ARQC" or "AAC"."""
    observed = answer.kind if answer.response.ok else str(answer.response.sw)
    return judge(
        "card-decision-differs",
        held=answer.response.ok and answer.kind == expected,
        ref=ref,
        expected=expected,
        observed=observed,
        where=Where(exchange=card.last_exchange, path="9F27"),
    )


def true_cryptogram(card: CardDoor, answer: CardCryptogram, *, ref: str) -> bool:
    """9F26 is what the issuer computes with the session key of this ATC (PB-5)."""
    return judge(
        "card-cryptogram-false",
        held=answer.computed != b"" and answer.value == answer.computed,
        ref=ref,
        expected=answer.computed.hex().upper() or "a 9F10 of the standard's form",
        observed=answer.value.hex().upper() or str(answer.response.sw),
        where=Where(exchange=card.last_exchange, path="9F26"),
    )


def true_issuer_data(card: CardDoor, answer: CardCryptogram, *, ref: str) -> bool:
    """The issuer's discretionary data in 9F10 carry the MAC that the issuer computes (PB-4.3)."""
    idd = answer.idd or b""
    return judge(
        "card-issuer-data-false",
        held=answer.idd_computed != b"" and idd[-4:] == answer.idd_computed,
        ref=ref,
        expected=answer.idd_computed.hex().upper() or "discretionary data",
        observed=idd[-4:].hex().upper() or "none",
        where=Where(exchange=card.last_exchange, path="9F10"),
    )


def cvr_says(card: CardDoor, answer: CardCryptogram, bits: Cvr, *, ref: str) -> bool:
    """These bits of the CVR are set; others may be, too (PB-4.3)."""
    return _cvr(card, answer, bits, held=answer.cvr is not None and bits in answer.cvr, ref=ref, wanted=True)


def cvr_silent(card: CardDoor, answer: CardCryptogram, bits: Cvr, *, ref: str) -> bool:
    """None of these bits of the CVR is set (PB-4.3)."""
    return _cvr(
        card, answer, bits, held=answer.cvr is not None and not answer.cvr & bits, ref=ref, wanted=False
    )


def _cvr(  # noqa: PLR0913  an expectation's parts
    card: CardDoor, answer: CardCryptogram, bits: Cvr, *, held: bool, ref: str, wanted: bool
) -> bool:
    return judge(
        "cvr-bit-missing" if wanted else "cvr-bit-set",
        held=held,
        ref=ref,
        expected=f"{'' if wanted else 'not '}{_named(bits)}",
        observed="no CVR" if answer.cvr is None else answer.cvr.to_bytes().hex().upper(),
        where=Where(exchange=card.last_exchange, path="9F10"),
    )


def _named(bits: Cvr) -> str:
    return bits.to_bytes().hex().upper()

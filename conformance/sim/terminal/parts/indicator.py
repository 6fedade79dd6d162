"""What the cardholder sees and hears (O5)."""

from __future__ import annotations

from array import array

from conformance.model.terminal import Indication

TEXTS = {
    "accepted": "扣款成功",
    "declined": "交易拒绝",
    "present-again": "请重新刷卡",
    "do-not-repeat": "请勿重复刷卡",
    "one-card": "请一次刷一张卡",
    "idle": "请刷卡",
}
_NO_BALANCE = -1


class Indicator:
    """Keeps all that was shown, oldest first, in a few bytes each: something is shown at every tap."""

    def __init__(self) -> None:
        self._times = array("q")
        self._balances = array("q")
        self._said = array("L")
        self._sentences: dict[tuple[str, str], int] = {}

    def show(self, at_ms: int, signal: str, *, text: str | None = None, balance: int | None = None) -> None:
        """Show a signal with its usual text or another; `balance` in fen."""
        sentence = (signal, TEXTS[signal] if text is None else text)
        self._times.append(at_ms)
        self._balances.append(_NO_BALANCE if balance is None else balance)
        self._said.append(self._sentences.setdefault(sentence, len(self._sentences)))

    @property
    def signal(self) -> str:
        """What stands on the display now."""
        return list(self._sentences)[self._said[-1]][0] if self._said else "idle"

    def all(self) -> tuple[Indication, ...]:
        sentences = list(self._sentences)
        return tuple(
            Indication(at_ms, *sentences[said], None if balance == _NO_BALANCE else balance)
            for at_ms, said, balance in zip(self._times, self._said, self._balances, strict=True)
        )

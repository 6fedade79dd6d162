"""What the cardholder sees and hears (O5)."""

from __future__ import annotations

from conformance.model.terminal import Indication

TEXTS = {
    "accepted": "扣款成功",
    "declined": "交易拒绝",
    "present-again": "请重新刷卡",
    "do-not-repeat": "请勿重复刷卡",
    "idle": "请刷卡",
}


class Indicator:
    """Keeps all that was shown, oldest first."""

    def __init__(self) -> None:
        self._shown: list[Indication] = []

    def show(self, at_ms: int, signal: str, *, text: str | None = None, balance: int | None = None) -> None:
        """Show a signal with its usual text or another; `balance` in fen."""
        self._shown.append(Indication(at_ms, signal, TEXTS[signal] if text is None else text, balance))

    @property
    def signal(self) -> str:
        """What stands on the display now."""
        return self._shown[-1].signal if self._shown else "idle"

    def all(self) -> tuple[Indication, ...]:
        return tuple(self._shown)

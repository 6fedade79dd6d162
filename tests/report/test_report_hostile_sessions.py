"""Whatever stands in a session file, it is followed and shown, or it is refused by name."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from conformance.report import trace

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
FILES = sorted(
    path for folder in ("spied", "traces") for path in (VECTORS / folder).iterdir() if path.is_file()
)
TEXT = b"0123456789ABCDEF \n\r\t|:[]{}\"'\\\0\xff"


def harmed(rng: Random) -> bytes:
    """A real file with bytes changed, lost or added, lines turned round or doubled, two files in one."""
    raw = bytearray(rng.choice(FILES).read_bytes())
    place = rng.randrange(len(raw))
    rows = bytes(raw).split(b"\n")
    match rng.randrange(8):
        case 0:
            return rng.randbytes(rng.randrange(2000))
        case 1:
            return bytes(raw[:place])
        case 2:
            raw[place] ^= 1 << rng.randrange(8)
        case 3:
            raw[place:place] = rng.randbytes(rng.randrange(1, 50))
        case 4:
            rng.shuffle(rows)
            return b"\n".join(rows)
        case 5:
            row = rng.randrange(len(rows))
            rows[row : row + 1] = [rows[row]] * rng.randrange(4)
            return b"\n".join(rows)
        case 6:
            other = rng.choice(FILES).read_bytes()
            return bytes(raw[:place]) + other[rng.randrange(len(other)) :]
        case _:
            for _ in range(rng.randrange(1, 20)):
                raw[rng.randrange(len(raw))] = rng.choice(TEXT)
    return bytes(raw)


@pytest.mark.parametrize("seed", range(8))
def test_a_harmed_session_is_shown_or_refused(tmp_path: Path, seed: int) -> None:
    rng, path, shown = Random(seed), tmp_path / "session", 0
    for _ in range(60):
        path.write_bytes(harmed(rng))
        try:
            sessions = trace.gather(path)
        except trace.SessionError:
            continue
        trace.render(sessions, "zh", colour=False)
        trace.page(sessions, "session", "en")
        trace.script(sessions, "en")
        shown += 1
    assert shown > 0


@pytest.mark.parametrize(
    "raw", [b"", b'{"exchanges": []}', b"\n\n", b'{"exchanges": [{"c": ' + b"9" * 5000 + b"}]}"]
)
def test_a_file_without_an_exchange_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "session"
    path.write_bytes(raw)
    with pytest.raises(trace.SessionError, match="session: "):
        trace.gather(path)

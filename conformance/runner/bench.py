"""The bench: what a laboratory has, read from a file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalogue.folders import shipped
from conformance.codec import documents
from conformance.codec.names import instead
from conformance.link.control.access import is_loopback
from conformance.model.refused import UnknownBenchError
from conformance.runner import uncertainty, wording
from conformance.runner.samples import HeldSample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.codec.documents import Document, DocumentError
    from conformance.model.iut import Product


@dataclass(frozen=True, slots=True)
class Bench:
    """A bench file as read (docs/benches.md).

    `channel` is "memory", "virtual-reader", "control", "program", "pcsc", "operator" or "replay". `folder` is
    where the file lies: the files that it names are found from there.
    In `card`, `chaining` is what the link does with T=0 (link/pcsc.py), which a card behind T=1 or in a field
    does not notice; `over` is how a simulated card stands in a virtual reader (sim/card/served.py).
    In `terminal`, `card` is "reader" or "apdu": how the terminal gets a card.
    `keys` is the folder of the laboratory's test keys, None where the demonstration's serve.
    `desk` says where the operator of a closed terminal is asked, and what is seen there (docs/operator.md).
    `measured` is what conformance doctor found, with the U that `uncertainty_ms` then has at least.
    `test_pans` are the prefixes of its test cards, None where those of the shipped list serve.
    `address` is the laboratory's, `instruments` names readers and measuring devices with their calibration.
    """

    name: str
    laboratory: str
    location: str
    channel: str
    grade: str
    time_base: str
    counts: str
    terminal: Mapping[str, Any]
    card: Mapping[str, Any]
    uncertainty_ms: int | None = None
    samples: tuple[HeldSample, ...] = ()
    keys: str | None = None
    address: str = ""
    operator: str = ""
    instruments: str = ""
    folder: Path = Path()
    measured: Mapping[str, Any] | None = None
    desk: Mapping[str, Any] = field(default_factory=dict)
    test_pans: tuple[str, ...] | None = None


def find_bench(name: str) -> Path:
    """Find `benches/<name>.yaml`, or the file itself when `name` is a path to one."""
    folder = shipped("benches")
    for path in (folder / f"{name}.yaml", Path(name)):
        if path.is_file():
            return path
    if Path(name).suffix in (".yaml", ".yml"):
        beside = [str(path) for path in Path(name).parent.glob("*.y*ml")]
        raise UnknownBenchError(f"no file {name}; {instead(name, beside)}")
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    raise UnknownBenchError(f"no bench {name} under {folder}; {instead(name, known)}")


def read_bench(path: Path, *, measured: bool = True) -> Bench:
    """Read a bench file; a malformed one raises DocumentErrors with line, item and nearest name.

    What `conformance doctor` has `measured` for it lies beside it, and is left there on request.
    UnknownBenchError where that is not as it was written.
    """
    document = documents.parse(path.read_text(encoding="utf-8"), str(path))
    schema = files("conformance.runner").joinpath("bench.schema.json").read_text(encoding="utf-8")
    documents.check(document, json.loads(schema))
    row = document.value["bench"]
    problems = [*_contradictions(document, row)]
    if problems:
        raise documents.DocumentErrors(problems)
    given: dict[str, Any] = {"samples": tuple(_inventory(row)), "folder": path.parent}
    if "test_pans" in row:
        given["test_pans"] = tuple(row["test_pans"])
    if "keys" in row:
        given["keys"] = _beside(path, row["keys"])
    if "terminal" in row:
        given["terminal"] = _with_files(path, row["terminal"])
    bench = Bench(name=path.stem, **{"terminal": {}, "card": {}, **row, **given})
    return _with_measurements(bench, path) if measured else bench


def _with_measurements(bench: Bench, path: Path) -> Bench:
    """The larger U of what the file states and what was measured; measured of other readers, none counts."""
    try:
        found = uncertainty.kept(path)
    except uncertainty.MeasuredFileError as error:
        raise UnknownBenchError(str(error)) from None
    measured_ms = uncertainty.of_readers(found, reader_names(bench)) if found else None
    if measured_ms is None:
        return bench
    return replace(bench, uncertainty_ms=max(measured_ms, bench.uncertainty_ms or 0), measured=found)


def reader_names(bench: Bench) -> tuple[str, ...]:
    """The readers in which the bench's samples lie, each once."""
    return tuple(dict.fromkeys(sample.reader for sample in bench.samples))


def _beside(bench: Path, name: str) -> str:
    """A file's or folder's place, which a bench gives from itself."""
    return str(bench.parent / Path(name).expanduser())


def _with_files(bench: Path, terminal: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a terminal is reached, with the places of token and CA."""
    found = dict(terminal)
    if "token_file" in found:
        found["token_file"] = _beside(bench, found["token_file"])
    if "ca" in found.get("tls", {}):
        found["tls"] = {**found["tls"], "ca": _beside(bench, found["tls"]["ca"])}
    return found


def _inventory(row: Mapping[str, Any]) -> Iterator[HeldSample]:
    """The samples by serial; a bench that only names a reader holds one, of which nothing more is known."""
    for each in row.get("samples", ()):
        kinds = tuple(each.get("kinds", ()))
        yield HeldSample(**{**each, "kinds": kinds})
    if "samples" not in row and "reader" in row.get("card", {}):
        yield HeldSample("unknown", row["card"]["reader"])


_NEEDED = {
    "virtual-reader": ("start",),
    "control": ("address", "start"),
    "program": ("present",),
}
_TAKES = {"control": "terminal", "program": "terminal", "operator": "terminal", "pcsc": "card"}


def _contradictions(document: Document, row: Mapping[str, Any]) -> Iterator[DocumentError]:
    channel = row["channel"]
    if channel == "pcsc" and "samples" not in row and "reader" not in row.get("card", {}):
        sentence = "must list its samples, or give card.reader, for the channel pcsc"
        yield document.problem(("bench", "samples"), "missing", sentence)
    terminal, ways = row.get("terminal", {}), _NEEDED.get(channel, ())
    if ways and not terminal.keys() & set(ways):
        sentence = f"must give {' or '.join(ways)} for the channel {channel}"
        yield document.problem(("bench", "terminal"), "missing", sentence)
    named = channel == "control" and any("{reader}" in word for word in terminal.get("start", ()))
    if named and "field" not in terminal:
        sentence = "names a reader, which the channel control has only with a field"
        yield document.problem(("bench", "terminal", "start"), "channel", sentence)
    if terminal.get("card") == "apdu" and channel != "control":
        sentence = f"is apdu, which only the channel control carries, not {channel}"
        yield document.problem(("bench", "terminal", "card"), "channel", sentence)
    yield from _unattended(document, row)
    if channel == "memory" and (row["grade"], row["time_base"]) != ("simulated", "virtual"):
        sentence = "is memory: simulators in this process, whose grade is simulated and whose time is virtual"
        yield document.problem(("bench", "channel"), "grade", sentence)
    replay = (channel == "replay", row["grade"] == "replay", row["time_base"] == "recorded")
    if any(replay) and not all(replay):
        sentence = "replay, grade replay and time base recorded go together: a session that somebody recorded"
        yield document.problem(("bench", "channel"), "grade", sentence)
    yield from wording.problems(document, terminal)
    address = terminal.get("address")
    if address is None:
        return
    if not re.fullmatch(r".+:([0-9]{1,5}|\{port\})", address):
        yield document.problem(("bench", "terminal", "address"), "pattern", "must be HOST:PORT")
    elif not is_loopback(host_of(address)) and not terminal.keys() >= {"token_file", "tls"}:
        sentence = "is not on this machine: token_file and tls must be given for it"
        yield document.problem(("bench", "terminal", "address"), "access", sentence)


def host_of(address: str) -> str:
    """The host of HOST:PORT, an IPv6 address without its brackets."""
    return address.rpartition(":")[0].strip("[]")


def _unattended(document: Document, row: Mapping[str, Any]) -> Iterator[DocumentError]:
    """What contradicts itself about a person at a desk, or a sample that lies in no reader."""
    channel, desk = row["channel"], row.get("desk", {})
    if channel == "operator" and not desk:
        yield document.problem(("bench", "desk"), "missing", "must be given for the channel operator")
    if channel == "operator" and row["time_base"] != "real":
        yield document.problem(("bench", "time_base"), "grade", "must be real for a person at a terminal")
    address = desk.get("address", "127.0.0.1:0")
    port = address.rpartition(":")[2]
    if not re.fullmatch(r".+:[0-9]{1,5}", address) or int(port) > 65535:
        yield document.problem(("bench", "desk", "address"), "pattern", "must be HOST:PORT")
    elif not is_loopback(host_of(address)) and "token" not in desk:
        sentence = "is not loopback, so that desk.token must name the token of the page"
        yield document.problem(("bench", "desk", "address"), "token", sentence)
    for place, each in enumerate(row.get("samples", ())):
        if channel == "pcsc" and "reader" not in each:
            yield document.problem(("bench", "samples", place), "missing", "must give the sample's reader")


def check_fit(bench: Bench, product: Product) -> None:
    """Refuse a bench that has no way to reach this product."""
    in_process = bench.channel == "memory" or (bench.channel == "virtual-reader" and product.kind == "card")
    if in_process and product.device is None:
        raise UnknownBenchError(
            f"the bench {bench.name} runs our own simulators, and {product.id} names no device of them;"
            " give --bench a file that says how your product is reached (docs/vendor.md)"
        )
    needs = _TAKES.get(bench.channel)
    if needs is not None and product.kind != needs:
        raise UnknownBenchError(f"the bench {bench.name} takes a {needs}; {product.id} is a {product.kind}")

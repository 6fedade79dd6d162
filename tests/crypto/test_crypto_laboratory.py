"""A laboratory's own test keys: made once, outside of any repository, for its owner alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.crypto import authority, laboratory, sm_authority
from conformance.crypto.laboratory import KEYS, PUBLIC, KeysRefusedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(name="made", scope="module")
def made_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laboratory") / "keys"
    laboratory.init(folder)
    return folder


def changed(made: Path, folder: Path, change: dict[str, dict[str, object]]) -> Path:
    """The same keys with something otherwise, in a folder of their own."""
    stored = json.loads((made / KEYS).read_text())
    for kind, values in change.items():
        stored[kind].update(values)
    file = folder / KEYS
    file.write_text(json.dumps(stored))
    file.chmod(0o600)
    return folder


def test_keys_that_were_made_are_read_again(made: Path) -> None:
    read = laboratory.load(made)
    assert not read.demonstration
    assert [8 * key.public.size for key in (read.rsa.ca, read.rsa.issuer, read.rsa.icc)] == [1408, 1152, 1024]
    assert len({read.rsa.imk.ac, read.rsa.imk.mac, read.rsa.imk.enc, read.sm.imk.ac, read.sm.imk.mac}) == 5


def test_the_keys_are_their_owners_alone(made: Path) -> None:
    assert [oct(path.stat().st_mode & 0o777) for path in (made, made / KEYS)] == ["0o700", "0o600"]


def test_every_laboratory_has_another_fingerprint(made: Path, tmp_path: Path) -> None:
    prints = {laboratory.load(made).fingerprint, laboratory.init(tmp_path / "other").fingerprint}
    assert len(prints | {laboratory.demonstration().fingerprint}) == 3


def test_the_public_file_holds_what_a_terminal_needs_and_no_secret(made: Path) -> None:
    read, public = laboratory.load(made), json.loads((made / PUBLIC).read_text())
    assert int(public["rsa"]["modulus"], 16) == read.rsa.ca.public.modulus
    assert bytes.fromhex(public["sm2"]["public_key"]) == read.sm.ca.public.encode()
    assert public["fingerprint"] == read.fingerprint
    assert f"{read.rsa.ca.p:X}" not in (made / PUBLIC).read_text()


def test_check_values_are_the_first_bytes_of_an_enciphered_zero_block() -> None:
    assert laboratory.tdes_kcv(bytes(16)) == "8CA64D"  # DES of zeros under a zero key
    assert set(map(len, laboratory.demonstration().check_values().values())) == {6}


def test_keys_are_not_made_twice(made: Path) -> None:
    with pytest.raises(KeysRefusedError, match="exists: keys are made once"):
        laboratory.init(made)


def test_keys_are_not_made_inside_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(KeysRefusedError, match="lies in the repository"):
        laboratory.init(tmp_path / "deep" / "keys")
    assert not (tmp_path / "deep").exists()


def test_a_folder_without_keys_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(KeysRefusedError, match="with conformance keys init"):
        laboratory.load(tmp_path)


def test_keys_that_others_may_read_are_refused(made: Path, tmp_path: Path) -> None:
    folder = changed(made, tmp_path, {})
    (folder / KEYS).chmod(0o640)
    with pytest.raises(KeysRefusedError, match="chmod 600"):
        laboratory.load(folder)


def test_a_file_that_holds_no_keys_is_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysRefusedError, match="is no file of laboratory keys"):
        laboratory.load(changed(made, tmp_path, {"rsa": {"keys": {}}}))


def test_an_index_of_a_published_key_is_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysRefusedError, match="the index of one that terminals in service hold"):
        laboratory.load(changed(made, tmp_path, {"rsa": {"ca_index": "02"}}))


def test_a_published_key_is_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = laboratory.load(made).rsa.ca.public
    monkeypatch.setattr(authority, "published", lambda: {(b"", 0): own})
    with pytest.raises(KeysRefusedError, match="no production key is taken"):
        laboratory.load(made)


def test_the_demonstrations_keys_are_no_laboratorys(made: Path, tmp_path: Path) -> None:
    d = sm_authority.demonstration().ca.d
    stored = json.loads((made / KEYS).read_text())["sm"]["keys"]
    folder = changed(made, tmp_path, {"sm": {"keys": {**stored, "ca": f"{d:064X}"}}})
    with pytest.raises(KeysRefusedError, match="the demonstration's keys"):
        laboratory.load(folder)


def test_what_is_in_use_is_so_within_its_context_alone(made: Path) -> None:
    own = laboratory.load(made)
    with laboratory.using(own):
        assert laboratory.in_use() == own
    assert laboratory.in_use() == laboratory.demonstration()

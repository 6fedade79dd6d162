"""Databases that the store is tested with: a SQLite file, and a PostgreSQL server of the test's own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgresql_server(postgresql_programs: Path) -> Iterator[str]:
    """A server that only a socket in its own folder reaches; it does not run as root, so it gets a user."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has no more than 107 bytes
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    initdb = [postgresql_programs / "initdb", "--pgdata", folder / "db", *options]
    subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
    quick = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    server = subprocess.Popen(
        [postgresql_programs / "postgres", "-D", folder / "db", *quick],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_it_answers(f"host={folder} user=postgres dbname=postgres")
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder)


def wait_until_it_answers(address: str) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def postgresql(postgresql_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg

    name = f"t{abs(hash(request.node.nodeid)):x}"
    folder = postgresql_server.rpartition("=")[2]
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield postgresql_server.format(name=name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.tool("postgresql"))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url) as opened:
        yield opened

"""A PC/SC service of our own: a pcscd with the vsmartcard driver, apart from any that the machine runs.

pcscd has its socket's path compiled in, but takes a listening socket from whoever starts it, by systemd's
convention (LISTEN_FDS, LISTEN_PID, descriptor 3); clients find it by PCSCLITE_CSOCK_NAME. In a mount
namespace it sees neither the machine's /run nor the drivers of real readers. All of this works for a plain
user too, where user namespaces are allowed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.link import pcsc
from conformance.link.outcomes import NoPcscService

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_SYSTEM_SOCKET = Path("/run/pcscd/pcscd.comm")
_NAME = "Virtual PCD"
_SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
_READY_S = 10.0
_STOP_S = 5.0
_CONFIGURATION = """\
FRIENDLYNAME "{name}"
DEVICENAME   /dev/null:0x{port:04X}
LIBPATH      {driver}
CHANNELID    0x{port:04X}
"""
_ISOLATE = """\
set -e
mount -t tmpfs tmpfs /run
cp "$DRIVER" /run/libifdvpcd.so
mount -t tmpfs tmpfs /usr/lib/pcsc/drivers
"""
_START = """\
export LISTEN_FDS=1 LISTEN_PID=$$
exec "$PCSCD" --foreground --error --config "$CONFIGURATION" 3<&0 </dev/null
"""


class PcscService:
    """One pcscd with one virtual reader, from `start` to `stop`; a context manager.

    A card goes in at `host` and `card_port` (the driver takes the port after it too, for a second slot that
    stays empty). `reader` is its name in PC/SC. NoPcscService says why it does not start.
    """

    host = "127.0.0.1"
    reader = f"{_NAME} 00 00"

    def __init__(self, port: int | None = None) -> None:
        self.card_port = port or _free_pair()
        self._program: subprocess.Popen[bytes] | None = None
        self._other_socket: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the service and return when it shows its reader."""
        pcscd = shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin")
        if pcscd is None or not DRIVER.exists():
            raise NoPcscService("no pcscd with a virtual reader here: install pcscd and vsmartcard-vpcd")
        isolation = _isolation()
        self._other_socket = os.environ.get(_SOCKET_VARIABLE)
        os.environ[_SOCKET_VARIABLE] = str(_folder() / "socket")
        self._program = self._launch(pcscd, isolation)
        end = time.monotonic() + _READY_S
        while not self._is_ready():
            if self._program.poll() is not None or time.monotonic() > end:
                self._give_up()
            time.sleep(0.02)

    def stop(self) -> None:
        """End the service and remove its files; a second call does nothing."""
        if self._program is None:
            return
        program, self._program = self._program, None
        program.terminate()
        try:
            program.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        shutil.rmtree(_folder())
        if self._other_socket is None:
            del os.environ[_SOCKET_VARIABLE]
        else:
            os.environ[_SOCKET_VARIABLE] = self._other_socket

    def _launch(self, pcscd: str, isolation: list[str]) -> subprocess.Popen[bytes]:
        folder = _folder()
        configuration = folder / "reader.conf.d"
        configuration.mkdir(parents=True)
        driver = "/run/libifdvpcd.so" if isolation else DRIVER
        text = _CONFIGURATION.format(name=_NAME, port=self.card_port, driver=driver)
        (configuration / "vpcd").write_text(text)
        with socket.socket(socket.AF_UNIX) as listener, (folder / "log").open("wb") as log:
            listener.bind(os.environ[_SOCKET_VARIABLE])
            listener.listen(16)
            given = {
                "PCSCD": pcscd,
                "DRIVER": str(DRIVER),
                "CONFIGURATION": str(configuration),
            }
            script = (_ISOLATE if isolation else "") + _START
            return subprocess.Popen(  # noqa: S603  the script above, with Debian's pcscd
                [*isolation, "/bin/sh", "-c", script],
                env=os.environ | given,
                stdin=listener.fileno(),  # the shell moves it to 3; it takes numbers of one digit only
                stdout=log,
                stderr=log,
            )

    def _is_ready(self) -> bool:
        try:
            return self.reader in pcsc.readers()
        except NoPcscService:
            return False

    def _give_up(self) -> None:
        said = (_folder() / "log").read_text(errors="replace").strip().splitlines()
        ended = self._program is not None and self._program.poll() is not None
        self.stop()
        reason = "pcscd ended" if ended else "pcscd shows no reader (was PC/SC used here before it started?)"
        raise NoPcscService(f"{reason}: {said[-1] if said else 'it said nothing'}")


@cache
def _folder() -> Path:
    """Where socket and configuration lie: one for all services of this process, one at a time.

    The client library keeps the path of the socket that it saw first.
    """
    return Path(tempfile.mkdtemp(prefix="conformance-pcsc-"))


def _isolation() -> list[str]:
    """The command that gives pcscd a view of its own; empty where the machine allows none.

    Without it pcscd writes to the machine's own /run/pcscd, so that no other may run.
    """
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", "--mount", *as_root]
    if shutil.which("unshare"):
        trial = [*command, "mount", "-t", "tmpfs", "tmpfs", "/run"]
        if subprocess.run(trial, capture_output=True, check=False).returncode == 0:  # noqa: S603  fixed words
            return command
    if _SYSTEM_SOCKET.exists():
        raise NoPcscService(f"another pcscd may run: {_SYSTEM_SOCKET} exists, and namespaces are not allowed")
    return []


def _free_pair() -> int:
    """A port on which nobody listens now, nor on the next."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("", port + 1))
            except (OSError, OverflowError):
                continue
            return port

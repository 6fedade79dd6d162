"""A PC/SC service of one's own, with virtual readers: a real pcscd and vsmartcard's driver, started and stopped.

Debian's pcscd listens on one fixed socket, so that a second one cannot run beside it: where one runs already,
this one refuses and says so.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from conformance.link.outcomes import NoPcscService

SOCKET = Path("/run/pcscd/pcscd.comm")
_DRIVERS = ("/usr/lib/pcsc/drivers/serial/libifdvpcd.so", "/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so")
_NAME = "Virtual PCD"
_READY_S = 10.0
_CONFIGURATION = """FRIENDLYNAME "{name}"
DEVICENAME /dev/null:{port:#06x}
LIBPATH {driver}
CHANNELID {port:#06x}
"""


def lacking() -> str | None:
    """What this machine lacks for a virtual reader, or None."""
    if shutil.which("pcscd", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        return "pcscd"
    return None if any(Path(driver).exists() for driver in _DRIVERS) else "vsmartcard-vpcd"


class PcscService:
    """A pcscd with one virtual reader, for the time of a `with`."""

    host = "127.0.0.1"
    reader = f"{_NAME} 00 00"

    def __enter__(self) -> Self:
        missing = lacking()
        if missing is not None:
            raise NoPcscService(f"{missing} is not installed; apt-get install pcscd vsmartcard-vpcd")
        if _answers():
            raise NoPcscService("another pcscd runs on this machine; stop it and try again")
        self.card_port = _two_free_ports()
        self._folder = tempfile.TemporaryDirectory(prefix="pcscd-")
        driver = next(each for each in _DRIVERS if Path(each).exists())
        configuration = _CONFIGURATION.format(name=_NAME, port=self.card_port, driver=driver)
        Path(self._folder.name, "virtual").write_text(configuration, encoding="ascii")
        self._program = subprocess.Popen(
            ["/usr/sbin/pcscd", "--foreground", "--critical", "--config", self._folder.name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the service; a second call does nothing."""
        self._program.terminate()
        try:
            self._program.wait(5)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        self._folder.cleanup()

    def _await_ready(self) -> None:
        until = time.monotonic() + _READY_S
        while not _answers():
            if self._program.poll() is not None or time.monotonic() > until:
                self.stop()
                raise NoPcscService("pcscd ended at once, or does not answer")
            time.sleep(0.02)


def _answers() -> bool:
    """True when a PC/SC service answers on the machine's socket."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(SOCKET)) == 0


def _two_free_ports() -> int:
    """The first of two free ports in a row: the driver opens a second slot on the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if port < 0xFFFF and second.connect_ex(("127.0.0.1", port + 1)):
                return port

"""A terminal's program for tests of the bench: it says when it is ready, and breaks as it is told to.

    breaking_terminal.py PORT [ready-after SECONDS] [dies-at N | hangs-at N | silent] [log FILE] [children]

N counts downloads of parameters from 1. `silent` never listens. `children` starts a process that outlives it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def told(word, otherwise=None):
    return sys.argv[sys.argv.index(word) + 1] if word in sys.argv else otherwise


class Breaking:
    """The simulated validator, until the download at which it breaks."""

    def __init__(self, device) -> None:
        self._device = device
        self._downloads = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._device, name)

    def load(self, parameters):
        self._downloads += 1
        say(f"download {self._downloads} for card 6210948000000011, not 4716461583322103")
        if str(self._downloads) == told("dies-at"):
            say("assertion failed: out of memory")
            os._exit(3)
        if str(self._downloads) == told("hangs-at"):
            time.sleep(60)
        self._device.load(parameters)


def say(sentence):
    log = told("log")
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(sentence + "\n")
    else:
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()


def main():
    say("booting")
    if "children" in sys.argv:
        child = subprocess.Popen(["sleep", "60"])
        say(f"child {child.pid}")
    if "silent" in sys.argv:
        time.sleep(60)
    time.sleep(float(told("ready-after", "0")))
    from conformance.link.control import ControlServer  # loading them takes longer than some tests wait
    from conformance.sim import terminal

    device = Breaking(terminal.build("bus-validator"))
    server = ControlServer(device, port=int(sys.argv[1]))
    say("validator idle")
    server.serve_forever()


main()

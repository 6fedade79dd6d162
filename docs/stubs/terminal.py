"""A stub of a terminal: the whole terminal control protocol, with a scripted terminal behind it.

`python3 terminal.py PORT [TOKEN_FILE]` listens on loopback. Every card pays one fen here, after two
seconds and whatever it answers: only the protocol conforms. Put your terminal where Terminal is.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import monotonic

MOST_BYTES, MOST_DEPTH, MOST_CONNECTIONS, HELLO_S, LINE_S, CARD_S = 1 << 23, 16, 8, 10, 30, 30  # section 9
SCRIPT = ("00A404000E325041592E5359532E444446303100", "00A4040008A00000033301010600")
NUMBER, OBJECT = (int, float), (dict,)
TAKES = {  # section 3: the params of each method, all needed, by their types or their words
    "hello": {"versions": (list,), "token": (str, type(None))}, "identify": {}, "cancel": {}, "ping": {},
    "load": {"parameters": OBJECT}, "operate": {"operation": OBJECT}, "swipe": {"stripe": OBJECT},
    "present": {"interface": ("contactless", "contact"), "card": ("apdu", "reader"), "card_within_s": NUMBER},
    "observe": {"kind": (str,), "skip": (int,)}, "disturb": {"fault": OBJECT}, "clock": {"wait_s": NUMBER},
}  # fmt: skip
PARAMETERS = """ capks fare blacklist date_time flash_t1_ms flash_t2_ms flash_capacity anti_passback_ms pos
 toll transaction_limit applications host store_capacity transit gate entitlements counter sm_capks """


class Failed(Exception):  # an error of section 8: code, message, and perhaps data
    pass


class Terminal:  # the scripted one; times are milliseconds since its start, and clock adds to them
    def __init__(self):
        self.started = monotonic()
        self.shown = {"transaction-record": [], "flash-record": [], "indication": []}  # O2, O5

    def now(self):
        return round((monotonic() - self.started) * 1000)

    def identify(self):
        who = {"vendor": "stub", "model": "Python", "firmware": "1.0.0", "device": "scripted"}
        return {**who, "simulated": True, "time_base": "virtual", "offers": ["O2", "O5", "apdu"]}

    def load(self, parameters):
        if unknown := [name for name in parameters if f" {name} " not in PARAMETERS.replace("\n", "")]:
            raise Failed(-32602, f"no parameter {unknown[0]}")

    def operate(self, operation):
        if operation.get("name") != "idle":
            raise Failed(1, "this terminal knows the operation idle alone")

    def clock(self, wait_s):
        self.started -= max(0, wait_s)

    def observe(self, kind, skip):
        if kind not in self.shown or skip < 0:
            raise Failed(1, f"this terminal shows no {kind} from {skip} on")
        return {"total": len(self.shown[kind]), "values": self.shown[kind][skip : skip + 500]}

    async def present(self, ask, interface, card, card_within_s):
        if card == "reader":
            raise Failed(1, f"no reader waits {card_within_s} s for a {interface} card; there is: apdu")
        began, sales, outcome = self.now(), self.shown["transaction-record"], "completed"
        try:
            await ask("card.reset", {})
            for apdu in SCRIPT:
                await ask("card.transmit", {"apdu": apdu})
            done = {"at_ms": self.now() + 2000}
            sales.append(done | {"number": len(sales) + 1, "kind": "sale", "date_time": "", "amount": 1})
            self.shown["indication"].append(done | {"signal": "accepted", "text": "扣款成功"})
        except Failed:  # the card is mute or gone
            outcome = "lost"
        return {"field_on_ms": began, "ended_ms": self.now(), "outcome": outcome}


class Connection:  # one of them; the terminal does one thing at a time, whoever asks
    terminal, token, turn, presenting, count = Terminal(), None, asyncio.Lock(), None, 0

    def __init__(self, reader, writer):
        self.reader, self.writer, self.until = reader, writer, monotonic() + HELLO_S
        self.welcome, self.ends, self.task, self.asked, self.answer = False, False, None, 0, None
        self.serving = asyncio.create_task(self.serve())

    async def serve(self):
        Connection.count += 1
        self.ends = Connection.count > MOST_CONNECTIONS
        try:
            while not self.ends:
                reading = self.reader.readline()
                line = await asyncio.wait_for(reading, None if self.welcome else self.until - monotonic())
                if not line.endswith(b"\n"):
                    break
                self.take(line)
                await asyncio.wait_for(self.writer.drain(), LINE_S)
        except ValueError:  # from the reader
            self.fail(None, -32600, f"a line has at most {MOST_BYTES} bytes")
        except OSError:
            pass
        if self.task:
            self.task.cancel()
        Connection.count -= 1
        self.writer.close()

    def send(self, **message):
        self.writer.write(f"{json.dumps({'jsonrpc': '2.0', **message}, ensure_ascii=False)}\n".encode())

    def fail(self, request_id, *error):
        self.send(id=request_id, error=dict(zip(("code", "message", "data"), error, strict=False)))

    def take(self, line):  # a request, or the answer to a request to the card
        message = {}
        try:
            if levels(message := json.loads(line)) > MOST_DEPTH:
                raise ValueError(f"more than {MOST_DEPTH} levels")
            if self.welcome and isinstance(message, dict) and "method" not in message and "id" in message:
                if self.answer and not self.answer.done() and message["id"] == f"card-{self.asked}":
                    self.answer.set_result(message)
                return  # any other answer comes too late: section 5
            method, params = requested(message)
            if self.task and not self.task.done():
                raise Failed(-32600, "one request at a time")
            if method not in ("hello", "ping") and not self.welcome:
                raise Failed(5, f"hello comes before {method}")
            if at_once := {"hello": self.hello, "cancel": self.cancel, "ping": lambda: "pong"}.get(method):
                self.send(id=message["id"], result=at_once(**params))
            else:
                self.task = asyncio.create_task(self.perform(message["id"], method, params))
        except (ValueError, RecursionError) as error:
            self.fail(None, -32700, str(error))
        except Failed as failed:
            known = isinstance(message, dict) and type(message.get("id")) in (int, str)
            self.fail(message["id"] if known else None, *failed.args)

    def hello(self, versions, token):
        if self.token not in (None, token):
            self.ends = True
            raise Failed(4, "the token is missing or another")
        if 1 not in versions:
            raise Failed(3, "no version in common; this terminal speaks 1", {"versions": [1]})
        self.welcome = True
        return {"version": 1}

    def cancel(self):
        return "present" if Connection.presenting and Connection.presenting.cancel() else None

    async def perform(self, request_id, method, params):  # when its turn comes
        async with self.turn:
            try:
                if method == "present":
                    Connection.presenting = self.task
                    result = await self.terminal.present(self.ask, **params)
                elif hasattr(self.terminal, method):
                    result = getattr(self.terminal, method)(**params)
                else:
                    raise Failed(1, f"this terminal cannot {method}")
                self.send(id=request_id, result=result)
            except Failed as failed:
                self.fail(request_id, *failed.args)
            except asyncio.CancelledError:
                self.fail(request_id, 6, "abandoned")
            Connection.presenting = None

    async def ask(self, method, params):  # what the suite's card answers; Failed where it does not
        self.asked += 1
        self.answer = asyncio.get_running_loop().create_future()
        self.send(id=f"card-{self.asked}", method=method, params=params)
        try:
            return (await asyncio.wait_for(self.answer, CARD_S))["result"]
        except (KeyError, TimeoutError):
            raise Failed(7, "the card is mute or gone") from None


def levels(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(levels, inner), default=0)


def requested(message):  # method and params, each of which must be what the method takes
    whole = isinstance(message, dict) and message.keys() - {"params"} == {"jsonrpc", "id", "method"}
    if not whole or message["jsonrpc"] != "2.0" or type(message["id"]) not in (int, str):
        raise Failed(-32600, "no request with id, method and named params")
    method, params = message["method"], message.get("params", {})
    if method not in TAKES:
        raise Failed(-32601, f"no method {method}")
    if not isinstance(params, dict) or params.keys() != TAKES[method].keys():
        raise Failed(-32602, f"{method} takes {', '.join(TAKES[method]) or 'nothing'}")
    for name, value in params.items():
        fits = type(value) in TAKES[method][name] or (isinstance(value, str) and value in TAKES[method][name])
        if not fits or (isinstance(value, int) and abs(value) >= 2**63):
            raise Failed(-32602, f"{name} is no such value")
    return method, params


async def main(port, token_file=None):
    Connection.token = Path(token_file).read_text(encoding="utf-8").strip() if token_file else None
    server = await asyncio.start_server(Connection, "127.0.0.1", int(port), limit=MOST_BYTES - 1)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

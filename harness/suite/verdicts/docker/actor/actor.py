"""A service whose every word and answer is decided by a step.

It serves HTTP at ports 80 and 8080, answers PromQL at port 9090, has lists of instances, and writes what it is told to into its log. It is
told by `tell VERB …` in its container (port 99); a verb is a function `do_VERB` below. `tell` ends when the thing is done.
"""

import base64
import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEARTBEAT = 0.25
LOGS = os.environ.get("LOGS", "yes") == "yes"

lock = threading.RLock()
changed = threading.Condition(lock)
gate = "200"
counter = 0
upstreams = []
figure = ["1"]
sockets = []
echoes = True
children = []
watchdog = threading.Event()
released = threading.Event()


def write(text, end="\n"):
    with lock:
        data = (text + end).encode()
        while data:
            data = data[os.write(1, data):]


def record(kind, what):
    write(json.dumps({kind: what}, separators=(",", ":"), ensure_ascii=False))


def access(host, path, status=200, upstream="", seconds=0.0, user="", request_id="", method="GET", **more):
    record("access", {"at": time.time(), "id": request_id, "host": host, "method": method, "path": path, "status": int(status),
                      "upstream": upstream, "seconds": seconds, "user": user, **more})


def garbled(host):
    """As nginx writes a quote where its log_format has no `escape=json`: what looks like an access line and is no JSON."""
    write(f'{{"access":{{"at":{time.time()},"host":"{host}","method":"GET","path":"/?\\x22","status":200}}}}')


# --- what it is told -------------------------------------------------------------------------------------------------------------------

def do_say(rest):
    """A line."""
    write(rest)


def do_garbled(rest):
    """`garbled HOST`: a line that begins as an access line does, and is none."""
    garbled(rest)


def do_bare(rest):
    """Last words without the end of a line."""
    write(rest, end="")


def do_lines(rest):
    """`lines 3 TEXT`: so many lines, in one breath."""
    number, text = rest.split(" ", 1)
    write("\n".join([text] * int(number)))


def do_long(rest):
    """`long 20000 TEXT`: one line, with the text after so many other bytes."""
    number, text = rest.split(" ", 1)
    write("x" * int(number) + " " + text)


def do_coloured(rest):
    """`coloured ONE TWO`: the first word in red."""
    one, two = rest.split(" ", 1)
    write(f"\x1b[31m{one}\x1b[0m {two}")


def do_access(rest):
    """`access HOST PATH [STATUS] [USER]`: a line about a request that there never was."""
    host, path, status, user = (rest.split(" ") + ["200", ""][len(rest.split(" ")) - 2:])[:4]
    access(host, path, status, user=user)


def do_requests(rest):
    """`requests 3 HOST PATH`: so many of them, in one breath."""
    number, host, path = rest.split(" ")
    with lock:
        for _ in range(int(number)):
            access(host, path)


def do_turns(rest):
    """`turns 6 HOST 2 USER`: six times one request for HOST/login, and after each two for HOST/api/it."""
    turns, host, each, user = rest.split(" ")
    with lock:
        for _ in range(int(turns)):
            access(host, "/login", user=user)
            for _ in range(int(each)):
                access(host, "/api/it", user=user)


def do_mixed(rest):
    """`mixed 6 USER`: so many turns, each one request for gate.test/login, two for harbour and three for harbour-1."""
    turns, user = rest.split(" ")
    with lock:
        for _ in range(int(turns)):
            access("gate.test", "/login", user=user)
            for host in ["harbour"] * 2 + ["harbour-1"] * 3:
                access(host, "/", user=user)


def do_action(rest):
    """`action deploy shop success`."""
    name, target, outcome = rest.split(" ")
    record("action", {"name": name, "target": target, "outcome": outcome, "detail": "as told"})


def do_alert(rest):
    """`alert NAME firing|resolved [label=value …]`."""
    name, state, *labels = rest.split(" ")
    labels = {"alertname": name, **dict(label.split("=", 1) for label in labels)}
    record("alert", {"name": name, "state": state, "labels": labels, "summary": "as told", "starts_at": 1.0})


def do_both(rest):
    """`both NAME`: fires, and at once is resolved."""
    with lock:
        do_alert(f"{rest} firing")
        do_alert(f"{rest} resolved")


def do_watchdog(rest):
    """`watchdog on|off`: a dead-man's switch, every second."""
    if rest == "on":
        do_alert("Watchdog firing")
        watchdog.set()
    else:
        watchdog.clear()


def do_gate(rest):
    """`gate 503`, `gate slow 300`, `gate hang`, `gate each 4 503` (every fourth), `gate each 4 slow 300`: what /gate answers from now on."""
    global gate
    with changed:
        gate = rest
        changed.notify_all()


def do_release(rest):
    """Whoever waits at /held is answered 503, and whoever comes later 200."""
    released.set()


def do_upstream(rest):
    """`upstream 10.9.0.1:80 10.9.0.2:80`: whom requests for /route go to, in turn. `+…` is a retry elsewhere, `A>B` A tried and B answered."""
    global upstreams
    with lock:
        upstreams = rest.split()


def do_figure(rest):
    """`figure 5`, `figure none`, `figure many`, `figure NaN`: what every question in PromQL is answered."""
    figure[0] = rest


def do_list(rest):
    """`list NAME READING [then READING …]`: each `A,B,C/maint`, `empty`, `broken`, `silent`, `ends`; in one breath."""
    name, rest = rest.split(" ", 1)
    lists.setdefault(name, List()).say([reading.strip() for reading in rest.split(" then ")])


def do_drop(rest):
    """`drop 1`: closes so many WebSockets."""
    with lock:
        for _ in range(int(rest)):
            one = sockets.pop(0)
            one.shutdown(socket.SHUT_RDWR)


def do_mute(rest):
    """WebSockets stay open and echo nothing."""
    global echoes
    echoes = False


def do_spawn(rest):
    """`spawn 3`: so many more processes; `spawn 0` ends them all."""
    if rest == "0":
        while children:
            child = children.pop()
            child.kill()
            child.wait()
    for _ in range(int(rest)):
        children.append(subprocess.Popen(["sleep", "1000"]))


def do_burn(rest):
    """`burn on|off`: uses all the processor time that it is let."""
    if rest == "on":
        # Several, so that it gets its limit's worth on a busy machine.
        children.extend(subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(3))
    else:
        do_spawn("0")


def do_eat(rest):
    """`eat 200`: a process wants so many MiB, and has ended when this is answered."""
    subprocess.run(["python3", "-c", f"bytearray({int(rest)} << 20)"], check=False)


def do_after(rest):
    """`after 1000 VERB …`: the same, so many milliseconds later."""
    delay, rest = rest.split(" ", 1)
    timer = threading.Timer(int(delay) / 1000, obey, [rest])
    timer.daemon = True
    timer.start()


def do_exit(rest):
    """`exit 3`: ends, once this is answered."""
    timer = threading.Timer(0.05, os._exit, [int(rest)])
    timer.daemon = True
    timer.start()


def obey(line):
    verb, _, rest = line.strip().partition(" ")
    function = globals().get(f"do_{verb}")
    if function is None:
        return f"nobody knows how to {verb}"
    try:
        function(rest)
    except Exception as error:  # Whatever it is, the step is to show it.
        return f"{type(error).__name__}: {error}"
    return "ok"


def control():
    server = socket.create_server(("127.0.0.1", 99), backlog=64)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve_control, args=[connection], daemon=True).start()


def serve_control(connection):
    line = connection.makefile("r").readline()
    if line.startswith("follow "):
        lists.setdefault(line.split()[1], List()).follow(connection)
        return
    with connection:
        connection.sendall((obey(line) + "\n").encode())


# --- lists -----------------------------------------------------------------------------------------------------------------------------

class List:
    """One list, and those who read it. A change is told to all readers before the step that made it ends."""

    def __init__(self, reading="empty"):
        self.reading, self.readers = reading, []

    def follow(self, connection):
        with lock:
            self.readers.append(connection)
            self.send(self.line())

    def line(self):
        if self.reading == "broken":
            return json.dumps({"failed": "as told"})
        names = [] if self.reading == "empty" else self.reading.split(",")
        servers = [{"address": name.split("/")[0], "listed": "/" not in name, "state": name.partition("/")[2] or "up"} for name in names]
        return json.dumps({"servers": servers})

    def send(self, line):
        for connection in list(self.readers):
            try:
                connection.sendall((line + "\n").encode())
            except OSError:
                self.readers.remove(connection)

    def say(self, readings):
        with lock:
            for reading in readings:
                self.reading = reading
                if reading == "ends":
                    for connection in self.readers:
                        connection.shutdown(socket.SHUT_RDWR)
                    self.readers.clear()
                elif reading != "silent":
                    self.send(self.line())

    def beat(self):
        with lock:
            if self.reading == "broken":
                self.send(self.line())
            elif self.reading not in ("silent", "ends"):
                self.send('"unchanged"')


lists = {}
for word in os.environ.get("LISTS", "").split():
    name, _, servers = word.partition("=")
    lists[name] = List(servers)


def beat():
    """Heartbeats of lists, and of the dead-man's switch."""
    number = 0
    while True:
        time.sleep(HEARTBEAT)
        number += 1
        for one in list(lists.values()):
            one.beat()
        if number % 4 == 0 and watchdog.is_set():
            do_alert("Watchdog firing")


# --- HTTP ------------------------------------------------------------------------------------------------------------------------------

LONG = "<p>" + "so much to say. " * 400 + "</p>"
PAGES = {
    "plain": "<p>a ship sails</p>",
    "other": "<p>a train leaves</p>",
    "comment": "<p>all is well</p><!-- a ship -->",
    "template": "<p>all is well</p><template><p>a ship</p></template>",
    "noscript": "<p>all is well</p><noscript><p>a ship</p></noscript>",
    "script": "<p>all is well</p><script>var it = 'a ship';</script>",
    "style": "<style>.a::after { content: 'a ship' }</style><p>all is well</p>",
    "attribute": "<p data-what='a ship'>all is well</p>",
    "within": "<p>a s<b>hi</b>p sails</p>",
    "paragraphs": "<p>a sh</p><p>ip sails</p>",
    "lines": "<p>a\n      ship\n   sails</p>",
    "entity": "<p>a sh&#105;p &amp; caf&eacute;</p>",
    "latin1": "<p>café</p>",
    "utf8": "<p>café</p>",
    "long": LONG + "<p>a ship sails</p>",
    "unclosed": "<p>a ship sails<p>and <b>more",
    "links": "<p>two ways</p><a href='/page/plain'>Harbour</a> <form action='/page/other' method='post'><button>Station</button></form>",
    "refresh": "<meta http-equiv='refresh' content='0;url=/page/refresh'><p>again</p>",
    "refresh-to-plain": "<meta http-equiv='refresh' content='0; url=/page/plain'><p>wait</p>",
    "refresh-in-a-day": "<meta http-equiv='refresh' content='86400'><p>a ship sails</p>",
}
SPIN = ('<script type="application/json" id="program">{"steps":[{"do":"navigate","prefix":"/spin?to=","parameter":"to",'
        '"otherwise":"nowhere to go"}]}</script><p>around</p>')


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_any(self):
        began = time.time()
        self.more, self.upstream = {}, ""
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        path = urllib.parse.urlsplit(self.path).path
        first, *words = path.strip("/").split("/")
        route = getattr(self, "at_" + re.sub(r"\W", "_", first), None)
        status = route(words) if route else self.answer(404, "<p>there is nothing</p>")
        if first == "garbled":
            garbled(self.headers.get("Host", ""))
        elif LOGS and first not in ("quiet", "socket") and status:
            access(self.headers.get("Host", "").split(":")[0], self.path, status, self.upstream, time.time() - began,
                   request_id=self.headers.get("X-Request-Id", ""), method=self.command, **self.more)

    do_GET = do_POST = handle_any

    def answer(self, status, body="", headers=(), charset="utf-8"):
        # A body may be bytes already.
        data = body if isinstance(body, bytes) else f"<!doctype html><html><body>{body}</body></html>".encode(charset)
        self.send_response(status)
        self.send_header("Content-Type", f"text/html; charset={charset}")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        return status

    def redirect(self, to, status=302):
        return self.answer(status, "", [("Location", to)])

    def at_ok(self, _):
        return self.answer(200, "<p>all is well</p>")

    at_quiet = at_garbled = at_api = at_apix = at_ok

    def at_status(self, words):
        return self.answer(int(words[0]), f"<p>this is {words[0]}</p>")

    def at_slow(self, words):
        time.sleep(int(words[0]) / 1000)
        return self.answer(200, "<p>a ship sails</p>")

    def at_hang(self, _):
        time.sleep(600)

    def at_gate(self, _):
        global counter
        with lock:
            counter += 1
            number = counter
        begun = time.time()
        while time.time() < begun + 600:
            with changed:
                words = gate.split()
                if words[0] == "each":
                    words = words[2:] if number % int(words[1]) == 0 else ["200"]
                if words[0] == "hang":
                    changed.wait(5)
                    continue
            if words[0] == "slow":
                time.sleep(int(words[1]) / 1000)
                return self.answer(200, "<p>slowly</p>")
            return self.answer(int(words[0]), f"<p>this is {words[0]}</p>")

    def at_held(self, _):
        if released.is_set():
            return self.answer(200, "<p>all is well</p>")
        released.wait(600)
        return self.answer(503, "<p>it took too long</p>")

    def at_route(self, words):
        """As a load balancer would log it; `/route/MS` answers after so many milliseconds."""
        global counter
        with lock:
            counter += 1
            to = upstreams[counter % len(upstreams)] if upstreams else ""
        if words:
            time.sleep(int(words[0]) / 1000)
        if to.startswith("+"):
            to, self.more = to[1:], {"retries": "+1"}
        tried, _, to = to.rpartition(">")
        if tried:
            self.more = {"tried": f"{tried}, {to}"}
        self.upstream = to
        return self.answer(200, "<p>routed</p>")

    def at_loop(self, _):
        return self.redirect(self.path)

    def at_ping(self, _):
        return self.redirect("/pong")

    def at_pong(self, _):
        return self.redirect("/ping")

    def at_for_ever(self, _):
        """A loop of 301s, which a browser keeps."""
        return self.redirect(self.path, 301)

    def at_hop(self, words):
        left = int(words[0])
        return self.redirect(f"/hop/{left - 1}") if left else self.answer(200, "<p>a ship sails</p>")

    def at_spin(self, _):
        return self.answer(200, SPIN)

    def at_to(self, words):
        """`/to/HOST/PATH`: leads elsewhere."""
        return self.redirect(f"http://{words[0]}/{'/'.join(words[1:])}")

    def at_cookie(self, words):
        return self.answer(200, "<p>a cookie</p>", [("Set-Cookie", f"{name}=1; Path=/") for name in words])

    def at_big(self, _):
        return self.answer(200, "<p>a ship sails</p>" + "<p>more</p>" * 300_000)

    def at_headers(self, words):
        return self.answer(200, "<p>a ship sails</p>", [(f"X-Header-{number}", "x" * 100) for number in range(int(words[0]))])

    def at_page(self, words):
        charset = "iso-8859-1" if words[0] == "latin1" else "utf-8"
        return self.answer(200, PAGES[words[0]], charset=charset)

    def at_refresh(self, _):
        return self.answer(200, "<p>again</p>", [("Refresh", "0; url=/refresh")])

    def at_proxy(self, words):
        """`/proxy/app/ok`: passed on, and logged so. It gives up after a second, with an error page of its own."""
        return self.pass_on(words, names=True)

    def at_blind(self, words):
        """The same, without a word in the log about where it went."""
        return self.pass_on(words, names=False)

    def pass_on(self, words, names):
        host, path = words[0], "/" + "/".join(words[1:])
        try:
            address = socket.gethostbyname(host)
            self.upstream = f"{address}:80" if names else ""
            with socket.create_connection((address, 80), timeout=1) as connection:
                request_id = self.headers.get("X-Request-Id", "")
                connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\nX-Request-Id: {request_id}\r\n\r\n".encode())
                head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
            return self.answer(int(head.split(b" ")[1]), body)
        except (socket.timeout, OSError) as error:
            return self.answer(504 if isinstance(error, TimeoutError) else 502, "<p>the proxy's own words</p>")

    def at_socket(self, _):
        """A WebSocket that echoes."""
        key = self.headers.get("Sec-WebSocket-Key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        with lock:
            sockets.append(self.connection)
        try:
            while True:
                first, second = self.read_exactly(2)
                length = second & 127
                if length == 126:
                    length, = struct.unpack(">H", self.read_exactly(2))
                mask = self.read_exactly(4)
                data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.read_exactly(length)))
                if first & 15 == 8:
                    return None
                if echoes:
                    self.wfile.write(bytes([first, length]) + data)
        except (OSError, ValueError):
            return None
        finally:
            with lock:
                if self.connection in sockets:
                    sockets.remove(self.connection)

    def read_exactly(self, number):
        data = self.rfile.read(number)
        if len(data) < number:
            raise ValueError("it has ended")
        return data


class Prometheus(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        said = {"none": [], "many": ["1", "2"]}.get(figure[0], [figure[0]])
        result = [{"metric": {"job": str(number)}, "value": [time.time(), value]} for number, value in enumerate(said)]
        data = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(port, handler):
    server = Server(("0.0.0.0", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    for line in filter(None, os.environ.get("FIRST", "").split(";")):
        obey(line)
    for port, handler in (80, Handler), (8080, Handler), (9090, Prometheus):
        serve(port, handler)
    for target in control, beat:
        threading.Thread(target=target, daemon=True).start()
    write("the actor is ready")
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())

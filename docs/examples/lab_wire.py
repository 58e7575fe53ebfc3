"""The lab's side of a driver in Python: docs/reference/wire.md with paho-mqtt, sqlite3 and nothing else.

A device is an object with what python_driver.Pump has. `main(make)` runs it:

    usage: python3 DRIVER.py HOST:PORT SITE INSTRUMENT FOLDER [--user NAME] [--password-file FILE] [--ca FILE [--certificate FILE --key FILE]]

The account is called driver-INSTRUMENT unless given. The folder keeps the journal. One condition, `turn`, guards everything: messages are taken between two steps of the device.
"""
import argparse, collections, fcntl, hashlib, json, math, os, re, signal, socket, sqlite3, sys, threading, time, traceback, uuid
from datetime import datetime, timezone
import paho.mqtt.client as mqtt
from paho.mqtt.properties import PacketTypes, Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

ROOT = "lab/1"
REMEMBERED = 7 * 24 * 3600  # seconds after its deadline for which an action that is over is known
ANSWER_WITHIN = 1  # seconds for another program to answer what was asked
MOST_EARLY = 1000  # messages that may come before the driver is up; whoever has no answer asks again
BROKER_LEASE = 15  # seconds without a broker, or with one that delivers nothing, in which nobody could stop the device, until it stops by itself
NOTHING = type(None)


class Refused(Exception):
    """Why not, in the terms of the wire."""
    def __init__(self, cause, message, status="failed"):
        super().__init__(message)
        self.cause, self.status = cause, status


class Fenced(Exception):
    """Another process drives the instrument in a later epoch."""


def bad(why):
    raise ValueError(why)


def encode(frame):
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def decode(payload, **members):
    """A frame with exactly these members, of these types; numbers are floats. Anything else raises ValueError."""
    def unique(pairs):
        return dict(pairs) if len(dict(pairs)) == len(pairs) else bad("a member comes twice")
    try:
        frame = json.loads(payload.decode(), object_pairs_hook=unique, parse_int=float, parse_constant=bad)
    except RecursionError:
        bad("nested too deep")
    if not isinstance(frame, dict) or set(frame) != set(members):
        bad(f"expected the members {', '.join(members)}")
    encode(frame)  # what could not be told again, such as half a surrogate pair, is no text
    for name, types in members.items():
        if not isinstance(frame[name], types):
            bad(f"'{name}' is {frame[name]!r:.40}")
    return frame


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,7})?Z", text) or bad(f"'{text}' is no time in UTC")
    return datetime.fromisoformat(match[1] + "+00:00").timestamp() + float(match[2] or 0)


def headers(kind=PacketTypes.PUBLISH, **values):
    properties = Properties(kind)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def is_answerable(message):
    topic = getattr(message.properties, "ResponseTopic", "")
    return not message.retain and re.fullmatch(rf"{ROOT}/clients/[^/+#]+/reply(/[^+#]*)?", topic) and hasattr(message.properties, "CorrelationData")


def is_person(name):
    return name.strip() and name.strip().lower() != "agents"


class Journal:
    """What was accepted, started and ended, on the disk before anybody hears of it. A process with an older epoch may not write."""
    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self.db.row_factory, self.epoch = sqlite3.Row, None
        self.db.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS numbers (epoch INTEGER, token INTEGER, holder TEXT, until REAL);
            CREATE TABLE IF NOT EXISTS stops (why TEXT);
            CREATE TABLE IF NOT EXISTS forgotten (one INTEGER PRIMARY KEY, until REAL);
            CREATE TABLE IF NOT EXISTS actions (n INTEGER PRIMARY KEY, id TEXT UNIQUE, command TEXT, hash TEXT, arguments TEXT,
                deadline REAL, reply TEXT, phase TEXT, started REAL, mark TEXT, result TEXT, progress REAL DEFAULT 0);""")
        for table, column in (("actions", "token"), ("numbers", "born"), ("numbers", "since")):  # a folder of before there were these
            if column not in (known["name"] for known in self.all(f"PRAGMA table_info({table})")):
                self.db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
        if not self.all("SELECT 1 FROM numbers"):  # later than whatever another folder has told of
            self.db.execute("INSERT INTO numbers (epoch, token, holder, until, since) VALUES (?, 0, '', 0, ?)", (int(time.time()), stamp(time.time())))
        self.before = self.numbers()["epoch"], self.numbers()["born"]
        self.write("UPDATE numbers SET epoch = epoch + 1, born = ?", stamp(time.time()))
        self.epoch, self.born, self.since = self.numbers()["epoch"], self.numbers()["born"], self.numbers()["since"]

    def all(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def numbers(self):
        return self.all("SELECT * FROM numbers")[0]

    def stopped(self):
        """Why a person has to clear the unit, whatever was restarted since; None where nobody has to."""
        return next((row["why"] for row in self.all("SELECT why FROM stops ORDER BY rowid DESC LIMIT 1")), None)

    def forgotten(self):
        """The latest deadline among the actions that were forgotten: what has such a one and is not known may have been done."""
        return next((row["until"] for row in self.all("SELECT until FROM forgotten")), 0)

    def forget(self, before):
        old = "phase IN ('acknowledged', 'refused') AND deadline < ?"
        if latest := self.all(f"SELECT max(deadline) AS latest FROM actions WHERE {old}", before)[0]["latest"]:
            self.write("INSERT INTO forgotten VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET until = max(until, excluded.until)", latest)
            self.write(f"DELETE FROM actions WHERE {old}", before)

    def find(self, action):
        return (self.all("SELECT * FROM actions WHERE id = ?", action) or [None])[0]

    def write(self, sql, *values):
        self.db.execute("BEGIN IMMEDIATE")
        try:
            if self.epoch not in (None, newest := self.numbers()["epoch"]):
                raise Fenced(f"another process drives the instrument in epoch {newest}; this one has {self.epoch} and may not act any more")
            self.db.execute(sql, values)
            self.db.execute("COMMIT")
        finally:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")


class Bulletin:
    """What the instrument tells."""
    def __init__(self, client, stem, instrument):
        self.client, self.stem, self.instrument, self.seqs = client, stem, instrument, {}

    def tell(self, topic, frame, retain=True):
        return self.client.publish(f"{self.stem}/{topic}", encode(frame) if frame else b"", qos=1, retain=retain, properties=headers(ContentType="application/json"))

    def seq(self, name):
        self.seqs[name] = self.seqs.get(name, 0) + 1
        return self.seqs[name]

    def event(self, kind, message):
        self.tell("event", {"kind": kind, "message": message, "seq": self.seq("event"), "at": stamp(time.time())}, retain=False)

    def property(self, name, value, unit):
        self.tell(f"prop/{name}", {"value": {"value": value, "unit": unit}, "quality": "good", "seq": self.seq(name), "at": stamp(time.time())})

    def status(self, action, status, progress, step, eta=None):
        self.tell(f"exec/{action}/status", {"action": action, "status": status, "progress": progress, "eta": eta, "step": step, "at": stamp(time.time())})

    def result(self, row, retain=True):
        result = json.loads(row["result"])
        self.tell(f"exec/{row['id']}/result", result, retain)
        if retain:
            self.status(row["id"], result["status"], row["progress"], result["message"])

    def answer(self, message, frame):
        asked = message.properties
        self.client.publish(asked.ResponseTopic, encode(frame), qos=1, properties=headers(
            ContentType="application/json", CorrelationData=asked.CorrelationData,
            UserProperty=[("protocol", "1"), ("source", self.instrument)] + [trace for trace in getattr(asked, "UserProperty", []) if trace[0] == "traceparent"]))


class Driver:
    def __init__(self, make, options):
        os.makedirs(options.folder, exist_ok=True)
        self.hold = os.open(options.folder, os.O_RDONLY)
        try:
            fcntl.flock(self.hold, fcntl.LOCK_EX | fcntl.LOCK_NB)  # before the epoch rises, which would end the one that is at work
        except BlockingIOError:
            sys.exit(f"{options.instrument}: another program drives it with {options.folder}; stop one of the two")
        self.device, self.journal = make(options.folder), Journal(os.path.join(options.folder, "journal.db"))
        self.stem, self.instrument, self.name = f"{ROOT}/{options.site}/{options.instrument}", options.instrument, options.user or f"driver-{options.instrument}"
        self.schema = hashlib.sha256(encode(self.device.commands) + encode(self.device.properties)).hexdigest()
        self.turn, self.cancel, self.queue = threading.Condition(threading.RLock()), threading.Event(), []
        self.unrecorded, self.done, self.held_up = set(), collections.deque(maxlen=100), False
        self.mode, self.unit, self.running, self.last = "initialization", "stopped", None, None
        self.aborted, self.trip, self.lease, self.beat, self.pulse, self.begun, self.closed = None, None, None, None, None, False, False
        self.asked, self.is_back, self.is_up, self.other, self.online, self.left, self.early, self.ends = None, False, False, None, None, None, [], threading.Event()
        self.client = self.link(options)
        self.bulletin = Bulletin(self.client, self.stem, self.instrument)
        self.disconnected()

    # The link.
    def link(self, options):
        arguments = {"callback_api_version": mqtt.CallbackAPIVersion.VERSION1} if hasattr(mqtt, "CallbackAPIVersion") else {}
        client = mqtt.Client(client_id=self.name, protocol=mqtt.MQTTv5, **arguments)
        if options.password_file:
            with open(options.password_file) as file:
                client.username_pw_set(self.name, file.read().strip())
        if options.ca:
            client.tls_set(options.ca, options.certificate, options.key)
        client.will_set(f"{self.stem}/liveness", encode(self.liveness(False)), qos=1, retain=True)
        client.on_connect, client.on_subscribe, client.on_disconnect, client.on_message = self.connected, self.subscribed, self.disconnected, self.message
        client.reconnect_delay_set(1, 2)
        host, port = options.broker.rsplit(":", 1)
        client.connect_async(host, int(port), keepalive=5, clean_start=mqtt.MQTT_CLEAN_START_FIRST_ONLY, properties=headers(PacketTypes.CONNECT, SessionExpiryInterval=300))
        return client

    def connected(self, client, userdata, flags, code, properties=None):
        if code != 0:
            raise Refused("link_lost", f"the broker turned {self.name} away: {code}")
        wish = SubscribeOptions(qos=1, retainAsPublished=True)
        client.subscribe([(f"{ROOT}/interlock/trip", wish), (f"{ROOT}/interlock/heartbeat", wish)])  # first, so that a trip that stands is heard before anything goes on
        _, self.ready = client.subscribe([(f"{self.stem}/{rest}", wish) for rest in ("birth", "liveness", "event", "cmd/+", "ctl/+", "exec/+/ack")])

    def subscribed(self, client, userdata, number, codes, *rest):
        with self.turn:
            if refused := [code for code in codes if code.value >= 128]:
                if not self.begun:
                    raise Refused("link_lost", f"the broker does not let {self.name} subscribe to what a driver hears: {refused[0]}")
                client.socket().shutdown(socket.SHUT_RDWR)  # no link is better than one on which no stop is heard; it is tried again
            elif number == self.ready:
                self.ask()

    def ask(self):
        """On each link the lab hears nothing, no command is taken, and at the start the device is not touched, before it is known that no other program drives the instrument. A broker that brings no answer counts as away."""
        self.asked, self.is_back = f"the driver's epoch {self.journal.epoch}, begun {self.journal.born}, asks who is there: {uuid.uuid4()}", False
        self.is_up = False
        self.bulletin.tell("event", {"kind": "is_anybody_there", "message": self.asked, "seq": 0, "at": stamp(time.time())}, retain=False)

    def alone(self, asked):
        with self.turn:
            if asked == self.asked and not (self.is_up or self.closed):
                self.up()

    def up(self):
        with self.turn:
            self.is_up = True
            self.bulletin.tell("liveness", self.liveness(True))
            self.bulletin.tell("birth", self.birth())
            self.bulletin.tell("state", self.last) if self.begun else self.begin()
            self.look()
            for row in self.journal.all("SELECT * FROM actions WHERE phase IN ('ended', 'unknown') ORDER BY n"):
                self.bulletin.result(row)
            early, self.early = self.early, []
            for message in early:
                self.message(self.client, None, message)

    def disconnected(self, *rest):
        self.is_up = False
        if not self.closed and (not self.lease or self.lease.finished.is_set()):
            self.lease = self.later(BROKER_LEASE, lambda: self.abort("emergency_stop", f"the broker was away for more than {BROKER_LEASE} s, or did not bring back what this driver tells, which its account has to be allowed to read"))

    def relink(self):
        """After an error that paho lets through, as of TLS whose other side is gone: it breaks the link like any other."""
        self.disconnected()
        while not self.closed:
            try:
                with self.turn:
                    self.client.loop_stop()
                    self.client.reconnect()
                    self.client.loop_start()
                    return
            except OSError:
                time.sleep(1)

    def later(self, seconds, work):
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()
        return timer

    def message(self, client, userdata, message):
        kind, _, name = message.topic[len(self.stem) + 1:].partition("/")
        with self.turn:
            try:
                if message.topic == f"{ROOT}/interlock/trip":
                    self.tripped(message.payload)
                elif message.topic == f"{ROOT}/interlock/heartbeat":
                    self.beating(message)
                elif kind in ("cmd", "exec") and not self.is_up or kind == "ctl" and not self.begun:  # what an earlier run left unfinished comes first
                    self.early += [message] if len(self.early) < MOST_EARLY else []
                elif kind == "cmd" and not self.closed:
                    self.command(name, message)
                elif kind == "ctl":
                    self.control(name, message)
                elif kind in ("birth", "liveness", "event") and not self.closed:
                    self.meet(kind, message.payload)
                elif kind == "exec":
                    self.acknowledge(name.split("/")[0])
            except sqlite3.Error as error:  # what the disk does not take gets no answer, and whoever has none asks again
                if not self.held_up:
                    self.bulletin.event("journal", str(error))
                self.held_up = True

    def meet(self, kind, payload):
        """What was said under the instrument's name, by this program or another. Of two that are up the one that came later stays."""
        try:
            told = json.loads(payload)
            epoch, at, online = int(told.get("epoch", 0)), str(told.get("at", "")), told.get("online") is True
            since = instant(at) if kind == "birth" else None
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return  # what cannot be read says nothing of anybody
        if kind == "birth" and (epoch, at) not in ((self.journal.epoch, self.journal.born), self.journal.before):
            self.other = epoch, at
            if self.begun and (epoch, since) > (self.journal.epoch, instant(self.journal.born)):
                self.leave(f"it has been taken over by another program with a journal of its own, in epoch {epoch}, begun {at}")
            elif self.is_up:
                self.up()
        elif kind == "liveness" and self.is_up and not online:
            self.bulletin.tell("liveness", self.liveness(True))  # an old death that comes late
        elif kind == "liveness" and not self.begun:
            self.online = epoch if online else None if self.online == epoch else self.online
            if self.is_back and self.other and online and epoch == self.other[0]:
                self.leave(f"it is driven by another program with a journal of its own, in epoch {epoch}, begun {self.other[1]}; stop one of the two")
        elif kind == "event" and told.get("kind") == "is_anybody_there":
            if told.get("message") != self.asked and self.is_up:
                self.bulletin.tell("liveness", self.liveness(True))  # another driver asks, and stays away then; or the interlock does
            elif told.get("message") == self.asked:
                self.lease.cancel()
                self.is_back = True  # what the broker keeps has come before it, such as an `online` of a death that it did not see, for which nobody answers
                self.later(ANSWER_WITHIN if not self.begun and self.other and self.online == self.other[0] else 0, lambda asked=self.asked: self.alone(asked))

    def leave(self, why):
        """Neither device nor lab hears any more of this program: the action under way is the other's to follow."""
        self.closed, self.left = True, why
        self.ends.set()

    def liveness(self, online):
        return {"online": online, "epoch": self.journal.epoch}

    def birth(self):
        d = self.device
        return {"protocol": "1", "instrument": self.instrument, "family": d.family, "identity": d.identity, "simulated": d.simulated, "epoch": self.journal.epoch,
                "schemaHash": self.schema, "commands": d.commands, "properties": d.properties, "safeWithin": d.safe_within, "at": self.journal.born, **({"remembersSince": self.journal.since} if self.journal.since else {})}

    def state(self, *units):
        for self.unit in units or [self.unit]:
            lock = self.held()
            self.last = {"device": self.mode, "unit": self.unit, "seq": self.bulletin.seq("state"), "epoch": self.journal.epoch, "action": self.running,
                         "at": stamp(time.time()), **({"lock": {"by": lock["holder"], "until": stamp(lock["until"])}} if lock else {}),
                         **({"aborted": dict(zip(("cause", "message"), self.aborted))} if self.unit in ("aborting", "aborted") else {})}
            self.bulletin.tell("state", self.last)
        self.turn.notify_all()

    def look(self):
        for name, value in self.device.read().items():
            self.bulletin.property(name, value, next(p["unit"] for p in self.device.properties if p["name"] == name))

    # Commands: answered at once, and on the disk before the answer.
    def command(self, name, message):
        try:
            action, arguments, deadline = self.read(message)
            known = self.journal.find(action)
            if not known and not getattr(message.properties, "MessageExpiryInterval", 0):  # of a copy in its last second a broker leaves it out
                bad("a command needs a message expiry")
        except ValueError as error:
            self.bulletin.event("command_refused", str(error))
            if is_answerable(message) and len(message.properties.CorrelationData) == 16:
                self.bulletin.answer(message, self.reply(str(uuid.UUID(bytes=message.properties.CorrelationData)), Refused("invalid_command", str(error))))
            return
        digest = hashlib.sha256(f"{name}\n{json.dumps(arguments, sort_keys=True)}".encode()).hexdigest()
        if known:
            if known["hash"] != digest:
                self.bulletin.answer(message, self.reply(action, Refused("invalid_command", f"action {action} is known here as another command, {known['command']}")))
                return
            self.bulletin.answer(message, json.loads(known["reply"]))
            if known["result"]:
                self.bulletin.result(known, retain=known["phase"] != "acknowledged")
            return
        properties = dict(message.properties.UserProperty)
        reply = self.judge(action, name, arguments, deadline, properties)
        self.journal.write("INSERT INTO actions (id, command, hash, arguments, deadline, reply, phase, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", action, name, digest,
                           json.dumps(arguments), deadline, json.dumps(reply), "accepted" if reply["status"] == "accepted" else "refused", properties.get("lock-token"))
        self.held_up = False
        if reply["status"] == "accepted":
            self.bulletin.status(action, "waiting" if self.running or self.queue else "accepted", 0, "waiting for its turn")
            self.queue.append(action)
        self.bulletin.answer(message, reply)
        self.turn.notify_all()

    def read(self, message):
        """Action, arguments and deadline of a command with everything that a command must have but its expiry; ValueError says what is missing."""
        asked, properties = message.properties, dict(getattr(message.properties, "UserProperty", []))
        if message.retain:
            bad("a command is never retained")
        if len(getattr(asked, "CorrelationData", b"")) != 16:
            bad("a command needs its action id, 16 bytes, as correlation data")
        if not is_answerable(message):
            bad("a command needs a reply topic as response topic")
        if properties.get("protocol") != "1" or not properties.get("source"):
            bad("a command has protocol 1 and names its source")
        frame = decode(message.payload, arguments=dict, deadline=str)
        for name, value in frame["arguments"].items():
            if not (isinstance(value, dict) and {"value", "unit"} <= set(value) <= {"value", "unit", "sd"} and isinstance(value["unit"], str)
                    and all(isinstance(value[n], float) and math.isfinite(value[n]) for n in set(value) - {"unit"})):
                bad(f"'{name}' has a finite value and a unit")
        return str(uuid.UUID(bytes=asked.CorrelationData)), frame["arguments"], instant(frame["deadline"])

    def reply(self, action, refused=None):
        return {"action": action, "status": refused.status if refused else "accepted", "cause": refused.cause if refused else "success",
                "message": str(refused or "accepted"), "at": stamp(time.time())}

    def judge(self, action, name, arguments, deadline, properties):
        try:
            if properties.get("schema-hash", self.schema) != self.schema:
                raise Refused("invalid_command", "the caller knows other commands of this instrument; it must read the birth again")
            self.values(name, arguments)
            if locked := self.locked(properties.get("lock-token")):
                raise Refused("locked", locked)
            if time.time() > deadline or deadline <= self.journal.forgotten():
                raise Refused("unachievable", "the deadline has passed", status="expired")
            if self.unit in ("stopped", "stopping", "aborting", "aborted", "clearing"):
                cause, why = self.aborted or ("hardware_fault", "it has stopped")
                raise Refused(cause, f"the unit is {self.unit}: {why}")
            return self.reply(action)
        except Refused as refused:
            return self.reply(action, refused)

    def locked(self, token):
        """Why whoever comes with this token may not act; None where they may."""
        lock = self.held()
        if (str(lock["token"]) if lock else None) == token:
            return None
        return f"the instrument is locked by {lock['holder']}" if lock else f"the lock with token {token} has ended"

    def values(self, name, arguments):
        """In the units of the birth, with the defaults."""
        known = next((c for c in self.device.commands if c["name"] == name), None)
        if known is None or not set(arguments) <= {p["name"] for p in known["parameters"]}:
            raise Refused("invalid_command", f"there is no command '{name}'" if known is None else f"{name} has no such parameter: {', '.join(arguments)}")
        values = {}
        for p in known["parameters"]:
            given = arguments.get(p["name"], {"value": p["default"], "unit": p["unit"]})
            factor = {p["unit"]: 1, **self.device.units.get(p["unit"], {})}.get(given["unit"])
            if given["value"] is None or factor is None:
                raise Refused("invalid_command", f"{name} needs '{p['name']}' in {p['unit']}" + ("" if factor else f", not in {given['unit']}"))
            value, room = given["value"] * factor, 1e-9 * max(abs(p["low"]), abs(p["high"]))
            if not p["low"] - room <= value <= p["high"] + room:
                raise Refused("out_of_range", f"{name}: '{p['name']}' is {value:g} {p['unit']} and must lie from {p['low']:g} to {p['high']:g} {p['unit']}")
            values[p["name"]] = value
        return values

    def acknowledge(self, action):
        """The caller has written the result down; an unknown outcome stays for whoever resolves it."""
        if self.journal.all("SELECT 1 FROM actions WHERE id = ? AND phase = 'ended'", action):
            self.journal.write("UPDATE actions SET phase = 'acknowledged' WHERE id = ?", action)
            self.journal.forget(time.time() - REMEMBERED)
            self.bulletin.tell(f"exec/{action}/status", None)
            self.bulletin.tell(f"exec/{action}/result", None)

    # Controls: answered where they ask for an answer; else only a refusal is told, as an event.
    def control(self, verb, message):
        extra, refusal = {}, None
        try:
            extra = bad("a control is never retained") if message.retain else self.carry_out(verb, message.payload) or {}
        except (ValueError, sqlite3.Error) as error:
            refusal = str(error)
        if is_answerable(message):
            self.bulletin.answer(message, {"verb": verb, "done": refusal is None, "message": refusal or "done", "at": stamp(time.time()), **extra})
        elif refusal:
            self.bulletin.event("control_refused", f"{verb}: {refusal}")

    def carry_out(self, verb, payload):
        if verb in ("lock", "unlock"):
            return self.lock(verb, decode(payload, by=str, reason=str, lease=float, token=(float, NOTHING), at=str))
        if verb == "reconcile":
            return self.reconcile(decode(payload, action=str, finding=str, by=str, reason=str, at=str))
        if verb not in ("cancel", "abort", "clear"):
            bad("this driver knows cancel, abort, clear, lock, unlock and reconcile")
        frame = decode(payload, action=(str, NOTHING), by=str, reason=str, at=str)
        if verb == "abort":
            self.abort("emergency_stop", f"aborted by {frame['by']}: {frame['reason']}") or bad(f"the unit is {self.unit} already")
        elif verb == "clear":
            if payload not in dict(self.done):  # a copy ends no stop that was made since, and gets the answer of the first
                try:
                    self.done.append((payload, self.clear(frame["by"])))
                except (ValueError, sqlite3.Error) as error:
                    self.done.append((payload, str(error)))
            if refusal := dict(self.done)[payload]:
                bad(refusal)
        elif frame["action"] in self.queue:
            self.queue.remove(frame["action"])
            self.end(frame["action"], "cancelled", "success", "cancelled before it started")
        elif frame["action"] and frame["action"] == self.running:
            self.cancel.set()
        else:
            bad(f"action {frame['action']} is neither waiting nor running here")

    def clear(self, by):
        unknown = self.journal.all("SELECT id FROM actions WHERE phase = 'unknown'")
        if self.unit != "aborted":
            bad(f"only an aborted unit can be cleared; this one is {self.unit}")
        if not is_person(by) and self.aborted[0] == "emergency_stop":
            bad(f"an emergency stop is cleared by a person, and '{by}' is none: {self.aborted[1]}")
        if self.trip or self.unrecorded or unknown:
            bad(self.trip or (f"the outcome of action {unknown[0]['id']} has to be reconciled first" if unknown else "the end of an action waits for the disk"))
        self.journal.write("DELETE FROM stops")
        self.aborted = None
        self.state("clearing", "stopped", "idle")

    def held(self):
        lock = self.journal.numbers()
        return lock if time.time() < lock["until"] else None

    def lock(self, verb, frame):
        held, now = self.held(), time.time()
        if verb == "lock" and not (frame["by"] and 1 <= frame["lease"] <= 86400):
            bad("a lock names its holder and lasts from 1 to 86400 s")
        if frame["token"] != (held["token"] if held else None) or (verb == "unlock" and not held):
            bad(f"the instrument is locked by {held['holder']}" if held else "nobody holds the instrument under that token")
        until = now + frame["lease"] if verb == "lock" else now
        self.journal.write("UPDATE numbers SET token = token + ?, holder = ?, until = ?", 0 if held else 1, frame["by"], until)
        self.state()
        self.later(until - now + 0.01, self.lock_ended)
        return {"token": self.journal.numbers()["token"], "until": stamp(until)}

    def lock_ended(self):
        with self.turn:
            if "lock" in self.last and not self.held():
                self.state()

    def reconcile(self, frame):
        row, status = self.journal.find(frame["action"]), {"happened": "succeeded", "did_not_happen": "failed", "unknowable": "unknown_outcome"}.get(frame["finding"])
        if not (status and is_person(frame["by"]) and frame["reason"].strip()):
            bad("a finding is happened, did_not_happen or unknowable, and names a person and a reason")
        if not row:  # as on a new journal: its caller goes on with the finding
            return {"message": f"the journal of this driver knows nothing of action {frame['action']}, and nothing was written"}
        if status == "unknown_outcome" == json.loads(row["result"] or "{}").get("status") and row["phase"] != "unknown":
            return {}  # once more
        if row["phase"] != "unknown":
            bad(f"the outcome of action {frame['action']} is not unknown here")
        result = {**json.loads(row["result"]), "status": status, "cause": "success_with_warnings" if status == "succeeded" else "link_lost",
                  "message": f"{frame['by']} found {frame['finding']}: {frame['reason']}", "epoch": self.journal.epoch}
        self.journal.write("UPDATE actions SET phase = 'ended', result = ? WHERE id = ?", json.dumps(result), row["id"])
        self.bulletin.result(self.journal.find(row["id"]))
        self.bulletin.event("reconciled", f"{row['command']} ({row['id']}): {result['message']}")

    def tripped(self, payload):
        try:
            trip = decode(payload, tripped=bool, reason=str, by=str, at=str) if payload else {"tripped": False, "by": "", "reason": ""}
        except ValueError as error:
            trip = {"tripped": True, "by": "a message nobody can read", "reason": str(error)}  # it may have been a trip
        if trip["tripped"]:
            self.trip = f"the interlock was tripped by {trip['by']}: {trip['reason']}; it has to be reset first"
            if self.begun:
                self.abort("emergency_stop", self.trip)
        elif not (trip["reason"].strip() and trip["by"].strip().lower() not in ("", "agents", "interlock")):
            if self.trip:
                self.bulletin.event("reset_refused", "a reset of the interlock names a person and a reason; this one did not")
        elif payload not in dict(self.done):
            self.trip = None
            self.done.append((payload, None))
        elif self.trip:
            self.bulletin.event("reset_refused", f"the reset of {trip['at']} came a second time, after a trip that it did not mean; it resets nothing")

    def beating(self, message):
        """An interlock that was heard once is missed when it falls silent. What cannot be read, and a copy, renews nothing."""
        try:
            beat = decode(message.payload, seq=float, lease=float, configuration=str, at=str)
        except ValueError:
            return
        if message.retain or not 0 < beat["lease"] <= 3600 or self.beat == (beat["seq"], beat["configuration"]):
            return
        if self.pulse:
            self.pulse.cancel()
        self.beat = (beat["seq"], beat["configuration"])
        self.pulse = self.later(beat["lease"], lambda: self.abort("emergency_stop", f"the heartbeat of the interlock was missing for longer than its lease of {beat['lease']:g} s"))

    def abort(self, cause, why):
        """The device first, the disk after it. A stop that comes to a unit which a fault has aborted makes it a person's to clear; one before the unit begins is told when it does."""
        with self.turn:
            stop, again = cause == "emergency_stop", self.unit in ("aborting", "aborted")
            if again and not stop:
                return False
            self.cancel.set()
            self.device.make_safe()
            self.aborted = (cause, why)
            if self.begun:
                self.bulletin.event("emergency_stop" if stop else "aborted", why)
                self.state(*([] if again else ["aborting"]))
            else:
                print(f"{self.instrument}: {why}", file=sys.stderr, flush=True)  # the lab may not hear of it for long
            if stop:
                self.keep(self.aborted)
            if again or not self.begun:
                return False
            while self.queue:
                self.end(self.queue.pop(0), "cancelled", cause, f"the unit was aborted before the action started: {why}", recoverable=False)
            if not self.running:
                self.state("aborted")  # otherwise once the running action has returned
            return True

    def keep(self, stop, is_told=False):
        """Tried until the disk has taken it, unless it was cleared or another stop has come."""
        with self.turn:
            try:
                if self.aborted is stop and self.journal.stopped() != stop[1]:
                    self.journal.write("INSERT INTO stops VALUES (?)", stop[1])
            except sqlite3.Error as error:
                if not is_told:
                    self.bulletin.event("journal", f"until the disk takes it the stop does not outlast a restart of this program: {error}")
                self.later(1, lambda: self.keep(stop, True))

    # Actions, one after the other.
    def begin(self):
        """What an earlier epoch left: what was accepted may run, the device is asked about what was started, and nothing is done twice."""
        self.begun, unknown = True, None
        self.state()
        self.mode = "operate"
        self.state()
        for row in self.journal.all("SELECT * FROM actions WHERE phase IN ('accepted', 'started', 'unknown') ORDER BY n"):
            if row["phase"] == "accepted":
                self.queue.append(row["id"])
                continue
            try:
                found = self.device.recover(row["command"], self.values(row["command"], json.loads(row["arguments"])), json.loads(row["mark"]))
            except Refused as refused:  # the device has other commands by now
                found = {"status": "unknown_outcome", "message": str(refused), "progress": 0, "outputs": {}}
            if found["status"] == "unknown_outcome":
                unknown = f"{row['command']} ({row['id']}): {found['message']}"
            if found["status"] == "did_not_happen" and row["phase"] == "started":
                self.queue.append(row["id"])
            elif found["status"] == "did_not_happen":  # whoever waited has gone on without it
                self.end(row["id"], "failed", "link_lost", "the device says that nothing had happened")
            else:
                self.end(row["id"], found["status"], "success" if found["status"] == "succeeded" else "link_lost", found["message"],
                         found["progress"], found["outputs"], found["status"] != "unknown_outcome", row["started"])
        if stop := self.trip or self.journal.stopped() or (self.aborted and self.aborted[1]):
            self.abort("emergency_stop", stop)
        elif unknown:
            self.abort("link_lost", unknown)
        else:
            self.state("idle")

    def work(self):
        while True:
            with self.turn:
                self.turn.wait_for(lambda: self.queue and self.unit == "idle" and not (self.unrecorded or self.closed))
                self.start(self.queue.pop(0))

    def start(self, action):
        row, now = self.journal.find(action), time.time()
        try:
            values = self.values(row["command"], json.loads(row["arguments"]))
            if now > row["deadline"]:
                raise Refused("unachievable", "the deadline passed before the action could start", status="expired")
            if locked := self.locked(row["token"]):  # who held the instrument when it was accepted may not hold it any more
                raise Refused("locked", f"it has not started: {locked}")
            self.journal.write("UPDATE actions SET phase = 'started', started = ?, mark = ? WHERE id = ?", now, json.dumps(self.device.mark(row["command"])), action)
        except Refused as refused:
            return self.end(action, refused.status, refused.cause, str(refused))
        except sqlite3.Error as error:
            return self.end(action, "failed", "hardware_fault", f"the journal cannot be written: {error}")
        self.running, told = action, 0
        self.cancel.clear()
        self.state("starting", "execute")
        self.bulletin.status(action, "running", 0, "started")

        def pause(seconds):
            cancelled = self.turn.wait_for(self.cancel.is_set, seconds)
            self.turn.wait_for(lambda: not self.left)  # for ever: the device is another program's
            return cancelled

        def progress(share, eta):
            nonlocal told
            if told + 0.05 <= share < 1:  # smaller steps are not worth a message
                told = share
                self.bulletin.status(action, "running", share, row["command"], eta)

        share, outputs = self.device.carry_out(row["command"], values, pause, progress)
        aborted = self.aborted if self.unit == "aborting" else None
        if share >= 1:
            self.end(action, "succeeded", "success", "done", 1, outputs, started=now)
        else:
            cause, why = aborted or ("success", "by its caller")
            self.end(action, "cancelled", cause, f"cancelled: {why}", share, outputs, not aborted, now)
        self.look()
        if not aborted:
            self.state("completing", "complete", "resetting")
        self.running = None
        self.state("aborted" if aborted else "idle")

    def end(self, action, status, cause, message, progress=0, outputs=None, recoverable=True, started=None):
        now = time.time()
        result = {"action": action, "status": status, "cause": cause, "message": message, "recoverable": recoverable, "outputs": outputs or {}, "data": [],
                  "startedAt": stamp(started or now), "endedAt": stamp(now), "epoch": self.journal.epoch}
        self.unrecorded.add(action)
        self.record("unknown" if status == "unknown_outcome" else "ended", json.dumps(result), progress, action)

    def record(self, *values):
        """Nobody hears of an end that is not on the disk, and until it is there nothing else starts. A stop does not wait for that."""
        with self.turn:
            try:
                self.journal.write("UPDATE actions SET phase = ?, result = ?, progress = ? WHERE id = ?", *values)
            except sqlite3.Error as error:
                print(f"the result of {values[-1]} is held back: {error}", file=sys.stderr, flush=True)
                self.later(1, lambda: self.record(*values))
                return
            self.unrecorded.discard(values[-1])
            self.bulletin.result(self.journal.find(values[-1]))
            self.turn.notify_all()

    def stop(self):
        """A clean stop: a running action may end for 5 s and is cancelled then; the device is made safe whether it ends or not. Of what the disk has not taken 5 s later the next start asks the device."""
        hangs = self.later(6 + max((command["cancelWithin"] for command in self.device.commands), default=0), self.give_up)
        with self.turn:
            self.closed = True
            if not self.turn.wait_for(lambda: not self.running, 5):
                self.cancel.set()
                self.turn.wait_for(lambda: not self.running)
            hangs.cancel()
            self.let_go()
            self.turn.wait_for(lambda: not self.unrecorded, 5)
            if self.aborted and self.aborted[0] == "emergency_stop":
                self.keep(self.aborted, True)
            if self.begun:
                self.mode = "shutdown"
                self.state(*(["stopping", "stopped"] if self.unit == "idle" else []))
                last = self.bulletin.tell("liveness", self.liveness(False))
        if self.begun and self.client.is_connected():
            last.wait_for_publish(5)
        self.client.disconnect()
        self.client.loop_stop()

    def let_go(self):
        if self.begun or not self.asked:  # else the device may be another program's
            self.device.make_safe()

    def give_up(self):
        self.let_go()
        print(f"{self.instrument}: what the device was doing did not end within its time after it was cancelled; it was made safe all the same, and the next start asks it", file=sys.stderr, flush=True)
        os._exit(1)


def main(make):
    arguments = argparse.ArgumentParser()
    for name in ("broker", "site", "instrument", "folder", "--user", "--password-file", "--ca", "--certificate", "--key"):
        arguments.add_argument(name)

    def defect(failure):
        """The broker then says offline, and the next start asks the device what became of it all."""
        if isinstance(failure.exc_value, OSError) and all(frame.f_code.co_filename != __file__ for frame, _ in traceback.walk_tb(failure.exc_traceback)):
            driver.later(0, driver.relink)  # nothing here had a part in it: it is the network's thread
            return
        print(f"{failure.exc_type.__name__}: {failure.exc_value}", file=sys.stderr, flush=True)
        os._exit(1)

    threading.excepthook = defect
    driver = Driver(make, arguments.parse_args())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: driver.ends.set())
    threading.Thread(target=driver.work, daemon=True).start()
    driver.client.loop_start()
    while not driver.ends.wait(1):
        pass
    if driver.left:
        print(f"{driver.instrument}: {driver.left}", file=sys.stderr, flush=True)
        driver.client.disconnect()  # it takes leave of the broker, which so tells no death in the other's place
        driver.client.loop_stop()
        os._exit(1)
    driver.stop()

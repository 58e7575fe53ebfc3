"""A dosing pump with a valve, simulated, as a driver of the lab. lab_wire.py keeps the contract; this file is about the pump.

usage: python3 python_driver.py HOST:PORT SITE INSTRUMENT FOLDER [--user NAME] [--password-file FILE] [--ca FILE [--certificate FILE --key FILE]]
"""
import os
import lab_wire

STROKE = 0.05  # seconds from one stroke of the pump to the next
VOLUMES = {"mL": 1, "L": 1e3, "uL": 1e-3, "µL": 1e-3}


def parameter(name, summary, unit, low, high, default=None):
    return {"name": name, "summary": summary, "unit": unit, "low": low, "high": high, "default": default}


class Pump:
    """Its only memory is a file to which it adds a line for each stroke and each turn of the valve, so that a kill leaves no doubt."""
    family, simulated, safe_within = "python-pump", True, 0.1
    identity = {"manufacturer": "none", "model": "dosing pump in Python", "serial": "1", "firmware": "1"}
    commands = [
        {"name": "dose", "summary": "Pumps a volume at a rate.", "effect": "consume",
         "parameters": [parameter("volume", "What to dose.", "mL", 0.001, 10), parameter("rate", "How fast.", "mL/min", 0.1, 60, 30)],
         "outputs": [{"name": "dosed", "summary": "What the pump's counter says.", "unit": "mL", "series": False}], "cancelWithin": 0.2},
        {"name": "set-valve", "summary": "Turns the valve to a port.", "effect": "set",
         "parameters": [parameter("port", "1 to 4, as marked on the valve.", "1", 1, 4)], "outputs": [], "cancelWithin": 0.2}]
    properties = [{"name": "volume", "summary": "Dosed in all its life.", "unit": "mL"}, {"name": "valve", "summary": "The open port.", "unit": "1"}]
    units = {"mL": VOLUMES, "mL/min": {f"{v}/{t}": f * s for v, f in VOLUMES.items() for t, s in {"min": 1, "s": 60, "h": 1 / 60}.items()}}

    def __init__(self, folder):
        self.file = os.open(os.path.join(folder, "pump.ledger"), os.O_RDWR | os.O_CREAT | os.O_APPEND)

    def did(self, what, amount):
        os.write(self.file, f"{what} {amount:.9g}\n".encode())

    def read(self):
        """The properties as the device has them now."""
        lines = [line.split() for line in os.pread(self.file, os.fstat(self.file).st_size, 0).decode().splitlines()]
        return {"volume": sum(float(n) for what, n in lines if what == "dose"), "valve": ([1.0] + [float(n) for what, n in lines if what == "valve"])[-1]}

    def mark(self, command):
        """What has to be known before the first stroke, so that recover can tell afterwards what became of it."""
        return self.read()["volume"]

    def carry_out(self, command, values, pause, progress):
        """Returns the share that was done, 1 for all of it, and the outputs. `pause` waits and says whether it was cancelled meanwhile."""
        if command == "set-valve":
            self.did("valve", round(values["port"]))
            return 1, {}
        volume, dosed = values["volume"], 0
        while dosed < volume - 1e-9:
            if pause(STROKE):
                return dosed / volume, self.outputs(dosed)
            part = min(values["rate"] / 60 * STROKE, volume - dosed)
            self.did("dose", part)
            dosed += part
            progress(dosed / volume, (volume - dosed) / values["rate"] * 60)
        return 1, self.outputs(dosed)

    def recover(self, command, values, mark):
        """What became of an action that was started and of which no end is known. Only what did not happen is carried out then."""
        if command == "set-valve":  # to turn the valve to where it stands already does nothing
            return {"status": "did_not_happen"}
        dosed = self.read()["volume"] - mark
        if dosed < -1e-6:
            return {"status": "unknown_outcome", "message": "the counter is lower than it was, so nobody knows what was dosed", "progress": 0, "outputs": {}}
        if dosed < 1e-6:
            return {"status": "did_not_happen"}
        share = min(1, dosed / values["volume"])
        whole = dosed > values["volume"] - 1e-6
        return {"status": "succeeded" if whole else "failed", "message": f"the driver was restarted; the pump had dosed {dosed:g} mL",
                "progress": 1 if whole else share, "outputs": self.outputs(dosed)}

    def make_safe(self):
        """Nothing moves between two strokes."""

    def outputs(self, dosed):
        return {"dosed": {"value": round(dosed, 9), "unit": "mL"}}


if __name__ == "__main__":
    lab_wire.main(Pump)

"""Finds the minimum of a noisy function through `lab ask-tell`, two trials at a time, and stops and goes on in between.

usage: python3 ask_tell.py COMMAND...     such as: python3 ask_tell.py lab ask-tell
"""
import json, math, random, subprocess, sys


class Lab(subprocess.Popen):
    def __init__(self):
        super().__init__(sys.argv[1:] or ["lab", "ask-tell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, message):
        """Sends one message and returns its answer."""
        self.stdin.write(json.dumps(message) + "\n")
        self.stdin.flush()
        answer = json.loads(self.stdout.readline())
        return answer if "error" not in answer else sys.exit(answer["error"])


def measure(temperature, time, noise=random.Random(1)):
    """Stands for an experiment: 2 at 70 degrees and 20 minutes, more everywhere else, and never twice the same."""
    return 2 + ((temperature - 70) / 25) ** 2 + math.log(time / 20) ** 2 + noise.gauss(0, 0.1)


temperature = {"name": "temperature", "kind": "real", "low": 20, "high": 100}
time = {"name": "time", "kind": "real", "low": 1, "high": 240, "scale": "log"}
begin = {"open": {"parameters": [temperature, time], "objectives": [{"name": "impurity", "goal": "minimise"}], "seed": 1}}
for sitting in range(2):
    lab = Lab()
    lab.say(begin)
    for batch in range(5):
        for trial in lab.say({"ask": 2})["asked"]:
            lab.say({"tell": [{"trial": trial["trial"], "y": {"impurity": measure(**trial["x"])}}]})
    best = lab.say({"best": True})["best"]
    begin = {"resume": lab.say({"state": True})["state"]}  # as JSON in a file, it could wait for a year
    lab.communicate()
print("temperature {temperature:.0f}, time {time:.0f}:".format(**best["x"]), end=" ")
print("impurity {:.2f} +- {:.2f}".format(best["mean"]["impurity"], best["sd"]["impurity"]))
sys.exit(lab.returncode)

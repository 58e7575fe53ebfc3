"""Finds the minimum of a noisy function through `lab ask-tell`.

usage: python3 ask_tell.py COMMAND...     such as: python3 ask_tell.py lab ask-tell
"""
import json, math, random, subprocess, sys

lab = subprocess.Popen(sys.argv[1:] or ["lab", "ask-tell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(message):
    """Sends one message and returns its answer."""
    lab.stdin.write(json.dumps(message) + "\n")
    lab.stdin.flush()
    answer = json.loads(lab.stdout.readline())
    if "error" in answer:
        raise SystemExit(answer["error"])
    return answer


def measure(temperature, time, noise=random.Random(1)):
    """Stands for an experiment: 2 at 70 degrees and 20 minutes, more everywhere else, and never twice the same."""
    return 2 + ((temperature - 70) / 25) ** 2 + math.log(time / 20) ** 2 + noise.gauss(0, 0.1)


say({"open": {
    "parameters": [
        {"name": "temperature", "kind": "real", "low": 20, "high": 100},
        {"name": "time", "kind": "real", "low": 1, "high": 240, "scale": "log"},
    ],
    "objectives": [{"name": "impurity", "goal": "minimise"}],
    "noise": "unknown",
    "seed": 1,
}})
for batch in range(10):
    for trial in say({"ask": 2})["asked"]:
        impurity = measure(**trial["x"])
        say({"tell": [{"trial": trial["trial"], "y": {"impurity": impurity}}]})

best = say({"best": True})["best"]
print("temperature {temperature:.0f}, time {time:.0f}:".format(**best["x"]), end=" ")
print("impurity {:.2f} +- {:.2f}".format(best["mean"]["impurity"], best["sd"]["impurity"]))
lab.stdin.close()
sys.exit(lab.wait())

#!/usr/bin/env python3
"""Makes models/artifacts/reactor-emulator and reactor-policy: what a microreactor does next, and how its drums follow a set-point.

Both are trained on cores that reactor_core.py simulates with the constants of the Holos-Quad microreactor (Choi 2020); reactor_emulator.py and reactor_policy.py say how.
Nothing is read but these files. Needs torch and onnx (Debian: python3-torch, python3-onnx); about eight minutes of one core. On one machine the same seed gives the same bytes.
"""

import argparse
import hashlib
import pathlib
import sys

from packages import need, np, onnx

torch = need("torch")
from onnx import TensorProto, helper, numpy_helper

import reactor_core as core
import reactor_emulator as emulator
import reactor_policy as policy

ARTIFACTS = pathlib.Path(__file__).parent.parent / "artifacts"
SEED = 20260101
OPSET = 13


class Graph:
    """Nodes in order, each result under a name of its own."""

    def __init__(self):
        self.nodes, self.tensors = [], []

    def constant(self, array, kind=np.float32):
        name = f"constant{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.array(array, dtype=kind, order="C"), name))
        return name

    def add(self, operator, *inputs, to=None, **attributes):
        to = to or f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [to], **attributes))
        return to

    def dense(self, value, layer, to=None):
        return self.add("Gemm", value, self.constant(layer.weight.detach().numpy()), self.constant(layer.bias.detach().numpy()), to=to, transB=1)

    def patches(self, value, layer):
        """A strided convolution whose stride is its width: a product with every piece."""
        product = self.add("MatMul", value, self.constant(layer.weight.detach().numpy().T))
        return self.add("Relu", self.add("Add", product, self.constant(layer.bias.detach().numpy())))

    def shaped(self, value, *shape):
        return self.add("Reshape", value, self.constant(shape, np.int64))

    def content(self, name, inputs, outputs):
        info = lambda tensor, shape: helper.make_tensor_value_info(tensor, TensorProto.FLOAT, ["batch", *shape])
        graph = helper.make_graph(self.nodes, name, [info(*one) for one in inputs], [info(*one) for one in outputs], self.tensors)
        model = helper.make_model(graph, producer_name="reactor", opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 7
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString()


def policy_graph(network):
    graph = Graph()
    joined = graph.add("Concat", "power", "setpoint", "rate", "fuel", "outlet", "angle", axis=1)
    mixed = graph.add("Gemm", joined, graph.constant(network.mix.numpy()), graph.constant(network.offset.numpy()))
    hidden = graph.add("Tanh", graph.dense(mixed, network.body[0]))
    hidden = graph.add("Tanh", graph.dense(hidden, network.body[2]))
    straight = graph.add("MatMul", mixed, graph.constant(network.straight.weight.detach().numpy().T))
    answer = graph.add("Add", graph.dense(hidden, network.head), straight)
    graph.add("Clip", answer, graph.constant(-core.FASTEST), graph.constant(0.98 * core.FASTEST_OUT), to="turn")
    return graph.content("reactor-policy", [(name, [length]) for name, length, *_ in POLICY_INPUTS], [("turn", [1])])


def emulator_graph(network):
    graph, names = Graph(), [channel[0] for channel in emulator.CHANNELS]
    deviation = graph.add("Mul", graph.add("Sub", "setpoint", "power"), graph.constant(10))
    stacked = graph.shaped(graph.add("Concat", *names, deviation, axis=1), -1, 8, 8, 4)
    value = graph.shaped(graph.add("Transpose", stacked, perm=[0, 2, 1, 3]), -1, 8, 32)
    value = graph.shaped(graph.patches(value, network.first), -1, 4, 2 * emulator.FIRST)
    value = graph.shaped(graph.patches(value, network.second), -1, 4 * emulator.SECOND)
    channels = graph.shaped(stacked, -1, 8, 32)
    last = graph.add("Gather", channels, graph.constant(31, np.int64), axis=2)
    near = graph.add("Concat", last, "planned", axis=1)
    value = graph.add("Relu", graph.dense(graph.add("Concat", value, near, axis=1), network.dense1))
    value = graph.dense(graph.add("Relu", graph.dense(value, network.dense2)), network.head)
    straight = graph.add("MatMul", near, graph.constant(network.straight.weight.detach().numpy().T))
    rows = graph.shaped(value, -1, 9, emulator.FUTURE)
    cut = lambda start: graph.add("Slice", rows, *[graph.constant([number], np.int64) for number in (start, start + 3, 1)])
    middle = graph.add("Add", cut(0), graph.shaped(straight, -1, 3, emulator.FUTURE))
    down, up = [graph.add("Mul", graph.add("Abs", cut(start)), graph.constant(emulator.WIDEST)) for start in (3, 6)]
    quantiles = [graph.add("Sub", middle, down), middle, graph.add("Add", middle, up)]
    triple = graph.add("Concat", *[graph.shaped(one, -1, 3, 1, emulator.FUTURE) for one in quantiles], axis=2)
    for k, (name, of) in enumerate((("power_ahead", 0), ("fuel_ahead", 2), ("reactivity_ahead", None))):
        part = graph.add("Mul", graph.add("Gather", triple, graph.constant(k, np.int64), axis=1), graph.constant(emulator.SCALES[k]))
        if of is None:
            graph.add("Identity", part, to=name)
            continue
        present = graph.add("Gather", last, graph.constant([of], np.int64), axis=1)
        present = graph.add("Add", graph.add("Mul", present, graph.constant(emulator.CHANNELS[of][2])), graph.constant(emulator.CHANNELS[of][1]))
        graph.add("Add", part, graph.shaped(present, -1, 1, 1), to=name)
    inputs = [(name, [emulator.PAST]) for name in names] + [("planned", [emulator.FUTURE])]
    return graph.content("reactor-emulator", inputs, [(name, [3, emulator.FUTURE]) for name, *_ in EMULATOR_OUTPUTS])


# Name, length, unit, range.
POLICY_INPUTS = [
    ("power", 8, '"1"', (0, 2)), ("setpoint", 8, '"1"', (0.5, 1.05)), ("rate", 8, "deg/s", (-1, 0.5)),
    ("fuel", 1, "K", (800, 1200)), ("outlet", 1, "K", (800, 1200)), ("angle", 1, "deg", (0, 180)),
]
EMULATOR_INPUTS = [
    ("power", '"1"', (0.3, 1.1)), ("growth", "s-1", (-0.3, 0.15)), ("fuel", "K", (930, 1130)), ("outlet", "K", (930, 1130)),
    ("angle", "deg", (20, 100)), ("setpoint", '"1"', (0.5, 1.05)), ("xenon", '"1"', (0.5, 1.2)),
]
EMULATOR_OUTPUTS = [("power_ahead", '"1"', (0, 2)), ("fuel_ahead", "K", (800, 1300)), ("reactivity_ahead", '"1"', (-5, 1))]


def numbers(values):
    return "[" + ", ".join(f"{value:.7g}" for value in np.asarray(values).ravel()) + "]"


def head(name, content, described, data):
    return [
        f"name: {name}", 'version: "1.0"', "licence: as the repository", "description: >-", *[f"  {line}" for line in described], "sensitivity: Public",
        "provenance:", "  source: models/training/reactor.py", f"  data: {data}", f"  seed: {SEED}",
        f"opset: {OPSET}", f"sha256: {hashlib.sha256(content).hexdigest()}", "dimensions:", "  batch: { min: 1, opt: 1, max: 1024 }", "batch: batch",
    ]


def tensor(name, shape, unit, within, *more):
    return [f"  - name: {name}", f"    shape: [{', '.join(str(length) for length in shape)}]", f"    unit: {unit}", f"    range: [{within[0]}, {within[1]}]", *[f"    {line}" for line in more]]


def golden(name, rows, tolerances, inputs, outputs):
    own = ", ".join(f"{key}: {tolerance:f}" for key, tolerance in tolerances.items())
    lines = [f"  - name: {name}", f"    tolerances: {{ {own} }}", f"    lengths: {{ batch: {rows} }}", "    inputs:"]
    lines += [f"      {key}: {numbers(value)}" for key, value in inputs.items()]
    return lines + ["    outputs:"] + [f"      {key}: {numbers(value)}" for key, value in outputs.items()]


def policy_card(content, network, random):
    lines = head("reactor-policy", content, [
        "The rate at which all drums of a Holos-Quad microreactor turn for the next second so that its power follows set-points of 55 to 100 %.",
        "From measured power now and 1, 2, 3, 5, 8, 13 and 21 s ago, set-points now and in 1 to 6 and 8 s, both in multiples of the rated power, the rates of the last",
        "eight seconds, the latest first, fuel and outlet temperature and the mean angle of the drums. It keeps no limit by itself: it is to be used behind a safety filter.",
    ], "episodes of simulated cores, labelled by a predictive controller that knows their state")
    lines.append("inputs:")
    for name, length, unit, within in POLICY_INPUTS:
        lines += tensor(name, ["batch", length], unit, within, "outside: flag")
    lines += ["outputs:"] + tensor("turn", ["batch", 1], "deg/s", (-1, 0.5)) + ["golden:"]
    features, *_ = policy.play(random, 4, 60, network, 1.0)
    for name, rows in (("one core", features[[100]]), ("three cores", features[[40, 130, 230]])):
        rows, at, inputs = np.round(rows, 5), 0, {}
        for key, length, *_ in POLICY_INPUTS:
            inputs[key] = rows[:, at : at + length]
            at += length
        answer = network.double()(torch.tensor(rows)).detach().numpy()
        network.float()
        lines += golden(name, len(rows), {"turn": 0.0005}, inputs, {"turn": np.clip(answer, -core.FASTEST, 0.98 * core.FASTEST_OUT)})
    return "\n".join(lines) + "\n"


def emulator_card(content, network, random):
    lines = head("reactor-emulator", content, [
        "What a Holos-Quad microreactor does in the next 16 s, second by second: power in multiples of the rated one, fuel temperature, and reactivity in $,",
        "each as the 10 %, 50 % and 90 % quantile. From the last 32 s, the latest last, without noise: power, the logarithm of its growth in a second, fuel and outlet temperature, mean angle of the",
        "drums, set-point and xenon in multiples of that at rated power; and from the rates planned for the drums. Trained on power of 45 to 105 %.",
    ], "episodes of simulated cores; the equation of the neutrons and the heat balance of the fuel are part of the loss")
    lines.append("inputs:")
    for (name, unit, within), (_, mean, sd) in zip(EMULATOR_INPUTS, emulator.CHANNELS):
        lines += tensor(name, ["batch", emulator.PAST], unit, within, "outside: flag", f"normalisation: {{ mean: [{mean}], sd: [{sd}] }}")
    lines += tensor("planned", ["batch", emulator.FUTURE], "deg/s", (-1, 0.5), "outside: flag", f"normalisation: {{ mean: [0], sd: [{emulator.RATE_SD}] }}")
    lines.append("outputs:")
    for name, unit, within in EMULATOR_OUTPUTS:
        lines += tensor(name, ["batch", 3, emulator.FUTURE], unit, within, "outside: flag")
    lines.append("golden:")
    past, planned, _, _ = emulator.windows(random, *emulator.drive(random, 4, 60))
    for name, rows in (("one core", [5]), ("two cores", [0, 11])):
        history, rate = np.round(past[rows], 5), np.round(planned[rows], 5)
        forecast = [part.detach().numpy() for part in torch.unbind(network.double()(*[torch.tensor(part) for part in emulator.normalised(history, rate)]), 1)]
        network.float()
        inputs = {channel[0]: history[:, k] for k, channel in enumerate(emulator.CHANNELS)} | {"planned": rate}
        lines += golden(name, len(rows), {"power_ahead": 0.00002, "fuel_ahead": 0.002, "reactivity_ahead": 0.00005}, inputs, {output[0]: part for output, part in zip(EMULATOR_OUTPUTS, forecast)})
    return "\n".join(lines) + "\n"


def write(folder, content, card):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.yaml").write_text(card)
    print(f"{folder.name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()[:12]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ARTIFACTS, help="folder of model folders")
    parser.add_argument("--only", choices=["emulator", "policy"], help="one of the two; both unless given")
    parser.add_argument("--quick", action="store_true", help="a few steps, to try the script")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    say = lambda text: print(text, file=sys.stderr, flush=True)
    if options.only != "policy":
        torch.manual_seed(SEED)
        network = emulator.train(np.random.default_rng(SEED), **({"cores": 32, "seconds": 160, "epochs": 2} if options.quick else {}), say=say)
        content = emulator_graph(network)
        write(options.out / "reactor-emulator", content, emulator_card(content, network, np.random.default_rng(SEED + 1)))
    if options.only != "emulator":
        torch.manual_seed(SEED)
        network = policy.train(np.random.default_rng(SEED), **({"cores": 32, "seconds": 120, "rounds": 1} if options.quick else {}), say=say)
        content = policy_graph(network)
        write(options.out / "reactor-policy", content, policy_card(content, network, np.random.default_rng(SEED + 1)))


if __name__ == "__main__":
    main()

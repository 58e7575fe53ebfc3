#!/usr/bin/env python3
"""Makes models/artifacts/yardstick: a network of 16, 64, 64 and 4 units with random weights, by which the model host is measured.

It means nothing; its size and its open batch dimension are the point. The golden outputs are computed here in double precision.
Needs numpy and onnx (Debian: python3-onnx). The same input gives the same bytes.
"""

import argparse
import hashlib
import pathlib

from packages import np, onnx
from onnx import TensorProto, helper, numpy_helper

ARTIFACT = pathlib.Path(__file__).parent.parent / "artifacts" / "yardstick"
SEED = 20260101
SIZES = [16, 64, 64, 4]
MEAN, SD = 0.5, 0.25
TOLERANCE = 1e-4


def weights_of(random):
    return [(random.normal(0, 1 / np.sqrt(a), (a, b)).astype(np.float32), random.normal(0, 0.1, b).astype(np.float32)) for a, b in zip(SIZES, SIZES[1:])]


def build(weights):
    nodes, tensors, value = [], [], "features"
    for k, (weight, bias) in enumerate(weights):
        tensors += [numpy_helper.from_array(weight, f"weight{k}"), numpy_helper.from_array(bias, f"bias{k}")]
        last = k == len(weights) - 1
        result = "scores" if last else f"sum{k}"
        nodes.append(helper.make_node("Gemm", [value, f"weight{k}", f"bias{k}"], [result]))
        value = result
        if not last:
            nodes.append(helper.make_node("Tanh", [value], [f"hidden{k}"]))
            value = f"hidden{k}"
    graph = helper.make_graph(
        nodes,
        "yardstick",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", SIZES[0]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", SIZES[-1]])],
        tensors,
    )
    model = helper.make_model(graph, producer_name="yardstick", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def scores_of(weights, features):
    value = (features - MEAN) / SD
    for k, (weight, bias) in enumerate(weights):
        value = value @ weight.astype(np.float64) + bias.astype(np.float64)
        if k < len(weights) - 1:
            value = np.tanh(value)
    return value


def numbers(values):
    return "[" + ", ".join(f"{value:.7g}" for value in values.ravel()) + "]"


def card(content, weights, random):
    lines = [
        "name: yardstick",
        'version: "1.0"',
        "licence: as the repository",
        "description: >-",
        "  A small network with random weights, by which the model host is measured. It means nothing.",
        "sensitivity: Public",
        "provenance:",
        "  source: models/training/yardstick.py",
        "  data: none; the weights are random",
        f"  seed: {SEED}",
        "opset: 13",
        f"sha256: {hashlib.sha256(content).hexdigest()}",
        "dimensions:",
        "  batch: { min: 1, opt: 1, max: 4096 }",
        "batch: batch",
        "inputs:",
        "  - name: features",
        f"    shape: [batch, {SIZES[0]}]",
        '    unit: "1"',
        "    range: [0, 1]",
        f"    normalisation: {{ mean: [{MEAN}], sd: [{SD}] }}",
        "outputs:",
        "  - name: scores",
        f"    shape: [batch, {SIZES[-1]}]",
        '    unit: "1"',
        "    range: [-100, 100]",
        "    outside: flag",
        "golden:",
    ]
    for name, rows in [("one row", 1), ("three rows", 3)]:
        features = np.round(random.uniform(0, 1, (rows, SIZES[0])), 4)
        lines += [
            f"  - name: {name}",
            f"    tolerance: {TOLERANCE}",
            f"    lengths: {{ batch: {rows} }}",
            "    inputs:",
            f"      features: {numbers(features)}",
            "    outputs:",
            f"      scores: {numbers(scores_of(weights, features))}",
        ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ARTIFACT, help="the model's folder")
    folder = parser.parse_args().out
    random = np.random.RandomState(SEED)
    weights = weights_of(random)
    content = build(weights)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.yaml").write_text(card(content, weights, random))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes models/artifacts/spectrum-to-xyz: absorbance at 380, 385 ... 730 nm to CIE XYZ under D65 for the 2 degree observer.

Nothing is learnt: the weights are the published tables in cie-1931-d65.csv, so that the result can be checked against theory.
Needs numpy and onnx (Debian: python3-onnx). The same input gives the same bytes.
"""

import argparse
import csv
import hashlib
import math
import pathlib

from packages import np, onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
ARTIFACT = HERE.parent / "artifacts" / "spectrum-to-xyz"
TOLERANCE = 1e-4


def read_tables():
    with open(HERE / "cie-1931-d65.csv", newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    wavelengths = np.array([row["wavelength_nm"] for row in rows])
    observer = np.array([[row["x_bar"], row["y_bar"], row["z_bar"]] for row in rows])
    illuminant = np.array([row["d65"] for row in rows])
    return wavelengths, observer, illuminant


def weights_of(observer, illuminant):
    """Columns X, Y, Z (CIE 15:2004, section 7): a clear sample, transmittance 1 everywhere, has Y = 100."""
    weights = observer * illuminant[:, np.newaxis]
    return 100 / weights[:, 1].sum() * weights


def build(weights):
    channels = weights.shape[0]
    nodes = [
        helper.make_node("Mul", ["absorbance", "minus_ln10"], ["exponent"]),
        helper.make_node("Exp", ["exponent"], ["transmittance"]),
        helper.make_node("MatMul", ["transmittance", "weights"], ["xyz"]),
    ]
    graph = helper.make_graph(
        nodes,
        "spectrum-to-xyz",
        [helper.make_tensor_value_info("absorbance", TensorProto.FLOAT, [1, channels])],
        [helper.make_tensor_value_info("xyz", TensorProto.FLOAT, [1, 3])],
        [
            numpy_helper.from_array(np.array(-math.log(10), dtype=np.float32), "minus_ln10"),
            numpy_helper.from_array(weights.astype(np.float32), "weights"),
        ],
    )
    model = helper.make_model(graph, producer_name="spectrum_to_xyz", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def numbers(values):
    return "[" + ", ".join(f"{value:.9g}" for value in values) + "]"


def card(content, wavelengths, weights):
    golden = {
        "clear": np.zeros_like(wavelengths),
        "neutral grey, absorbance 1": np.ones_like(wavelengths),
        "dye with one band at 520 nm": 1.2 * np.exp(-0.5 * ((wavelengths - 520) / 30) ** 2),
    }
    lines = [
        "name: spectrum-to-xyz",
        'version: "1.0"',
        "licence: as the repository",
        "description: >-",
        "  CIE XYZ tristimulus values of light that passed a sample, from its absorbance every 5 nm from 380 to 730 nm;",
        "  illuminant D65, CIE 1931 2 degree observer, Y = 100 for a clear sample.",
        "sensitivity: Public",
        "provenance:",
        "  source: models/training/spectrum_to_xyz.py",
        "  data: none; the weights are the tables of CIE 15:2004",
        "opset: 13",
        f"sha256: {hashlib.sha256(content).hexdigest()}",
        "inputs:",
        "  - name: absorbance",
        f"    shape: [1, {len(wavelengths)}]",
        "    unit: AU",
        "    range: [-0.3, 6]",
        "    along: { column: wavelength, unit: nm, from: 380, step: 5, needs: [400, 700], gap: 20 }",
        "outputs:",
        "  - name: xyz",
        "    shape: [1, 3]",
        '    unit: "1"',
        "    range: [0, 250]",
        "golden:",
    ]
    for name, absorbance in golden.items():
        absorbance = np.round(absorbance, 6)
        lines += [
            f"  - name: {name}",
            f"    tolerance: {TOLERANCE}",
            "    inputs:",
            f"      absorbance: {numbers(absorbance)}",
            "    outputs:",
            f"      xyz: {numbers(10**-absorbance @ weights)}",
        ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ARTIFACT, help="the model's folder")
    folder = parser.parse_args().out
    wavelengths, observer, illuminant = read_tables()
    weights = weights_of(observer, illuminant)
    content = build(weights)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "card.yaml").write_text(card(content, wavelengths, weights))


if __name__ == "__main__":
    main()

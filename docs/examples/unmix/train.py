"""How much of each dye is in the cuvette, from its spectrum: a linear model of a campaign's own trials, as an ONNX file.

    lab export --format json --out trials.json
    python3 train.py trials.json model.onnx
"""
import json
import sys

import numpy
import torch

DYES = ["cyan", "magenta", "yellow"]


def trials(file):
    """Spectra [trials, wavelengths] in AU, and doses [trials, dyes] in mL as the pumps reported them."""
    spectra, doses = [], []
    for entry in json.load(open(file, encoding="utf-8"))["trials"]:
        given = {action["instrument"]: action["outputs"]["volume"]["value"] for action in entry["actions"] if action["command"] == "dispense"}
        for action in entry["actions"]:
            for data in action["data"]:
                if data["name"] == "spectrum":
                    columns = {column["name"]: column["values"] for column in data["columns"]}
                    spectra.append(columns["absorbance"])
                    doses.append([given.get(f"pump-{dye}", 0.0) for dye in DYES])
    return numpy.array(spectra), numpy.array(doses)


def fit(spectra, doses, ridge=0.01):
    """Weights, offsets, and one standard deviation of what each left-out trial shows."""
    inputs = numpy.hstack([spectra, numpy.ones((len(spectra), 1))])
    penalty = ridge * numpy.eye(inputs.shape[1])
    penalty[-1, -1] = 0
    inverse = numpy.linalg.inv(inputs.T @ inputs + penalty)
    solution = inverse @ inputs.T @ doses
    leverage = numpy.einsum("ij,jk,ik->i", inputs, inverse, inputs)
    left_out = (doses - inputs @ solution) / (1 - leverage)[:, None]
    return solution[:-1], solution[-1], left_out.std(axis=0)


class Unmixing(torch.nn.Module):
    def __init__(self, weights, offsets, deviations):
        super().__init__()
        self.weights, self.offsets, self.deviations = (torch.tensor(part, dtype=torch.float32) for part in (weights, offsets, deviations))

    def forward(self, absorbance):
        dose = absorbance @ self.weights + self.offsets
        return dose, torch.zeros_like(dose) + self.deviations


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} trials.json model.onnx")
    source, target = sys.argv[1:]
    spectra, doses = trials(source)
    weights, offsets, deviations = fit(spectra, doses)
    print(f"{len(spectra)} trials; one standard deviation in mL: " + ", ".join(f"{dye} {sd:.4f}" for dye, sd in zip(DYES, deviations)))
    torch.onnx.export(Unmixing(weights, offsets, deviations), torch.zeros(1, spectra.shape[1]), target, opset_version=13,
                      input_names=["absorbance"], output_names=["dose", "dose_sd"], dynamic_axes={name: {0: "n"} for name in ("absorbance", "dose", "dose_sd")})

#!/usr/bin/env python3
"""Makes models/artifacts/bragg-peaks-teacher and bragg-peaks: which pixels around a candidate on a detector frame belong to a Bragg peak.

A U-Net is trained on simulated patches (Poisson background, Gaussian peaks, hot pixels, gaps), each cut around what stands out most, as the candidates of a frame are; a network of a tenth
of its size learns from it (focal loss: Lin et al. 2017; U-Net: Ronneberger et al. 2015; distillation: Hinton et al. 2015). The input is what a pixel has above the background at its radius,
in standard deviations of that background; the output is each pixel's share in a peak. Needs torch and onnx (Debian: python3-torch, python3-onnx).

With --patches FOLDER the small network of --base is trained further on labelled patches that the lab has written (patches.json there says what lies in the files beside it), half of each batch
being simulated so that nothing is forgotten, and becomes --version. The same seed on the same machine gives the same bytes.

What is usual of the scores stands in the card as well (provenance.usual): the lowest and the highest of blocks of 32 peaks of the classical rule. With --patches they are those of the labelled
patches; otherwise nobody knows yet what the detector shows, and what a card of the same network in --out says is kept: 'lab peaks FRAMES --usual' measures it.
"""

import argparse
import hashlib
import json
import math
import pathlib
import sys

from packages import need, np, onnx

torch = need("torch")
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
SEED = 1
SIDE = 16
AROUND = 36
LOWEST, HIGHEST = -5.0, 60.0
FAINTEST = 9.0
WIDTHS = 0.8, 1.7
BATCH = 128
LARGEST = 64
TOLERANCE = 2e-4
BLOCK, RULE, SHARE = 32, 6.0, 0.92


class UNet(nn.Module):
    """Three levels of 8, 16 and 32 channels."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.middle = self.pair(1, 8), self.pair(8, 16), self.pair(16, 32)
        self.up2, self.merge2 = nn.ConvTranspose2d(32, 16, 2, stride=2), self.pair(32, 16)
        self.up1, self.merge1 = nn.ConvTranspose2d(16, 8, 2, stride=2), self.pair(16, 8)
        self.head = nn.Conv2d(8, 1, 1)

    @staticmethod
    def pair(inside, outside):
        return nn.Sequential(
            nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU(),
            nn.Conv2d(outside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU())

    def forward(self, x):
        first = self.down1(compress(x))
        second = self.down2(F.max_pool2d(first, 2))
        deep = self.middle(F.max_pool2d(second, 2))
        second = self.merge2(torch.cat([self.up2(deep), second], 1))
        return self.head(self.merge1(torch.cat([self.up1(second), first], 1))).squeeze(1)


class Edge(nn.Module):
    """Five dilated convolutions of eight channels."""

    def __init__(self):
        super().__init__()
        layers = []
        for number, dilation in enumerate((1, 2, 4, 2, 1)):
            layers += [nn.Conv2d(1 if number == 0 else 8, 8, 3, padding=dilation, dilation=dilation), nn.BatchNorm2d(8), nn.ReLU()]
        self.body, self.head = nn.Sequential(*layers), nn.Conv2d(8, 1, 1)

    def forward(self, x):
        return self.head(self.body(compress(x))).squeeze(1)


class Shares(nn.Module):
    """What is exported."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return torch.sigmoid(self.network(x))


def compress(x):
    """A strong peak must not be a thousand times as loud as a weak one."""
    return torch.log(x + (1 - LOWEST)).unsqueeze(1)


def fold(module):
    """The same network with its normalisations in the weights of the convolutions."""
    for name, child in module.named_children():
        if isinstance(child, nn.Sequential):
            layers = list(child)
            folded = [nn.utils.fusion.fuse_conv_bn_eval(layer, layers[k + 1]) if isinstance(layer, nn.Conv2d) else layer
                      for k, layer in enumerate(layers) if not isinstance(layer, nn.BatchNorm2d)]
            setattr(module, name, nn.Sequential(*folded))
    return module


def pieces(random, number, widths=WIDTHS):
    """Patches [n,SIDE,SIDE] in standard deviations, and whether a pixel belongs to a peak."""
    shape = (number, AROUND, AROUND)
    gain, read, pedestal = 10.0, 3.0, 20.0
    light = np.exp(random.uniform(math.log(0.15), math.log(8), (number, 1, 1)))
    slope = random.uniform(-0.02, 0.02, (number, 2, 1, 1))
    y, x = np.mgrid[0:AROUND, 0:AROUND]
    mean = light * np.clip(1 + slope[:, 0] * (x - AROUND / 2) + slope[:, 1] * (y - AROUND / 2), 0.3, 2)
    photons, truth = mean.copy(), np.zeros(shape, bool)
    width = random.uniform(*widths, (number, 1, 1))
    for place in range(3):
        present = random.random((number, 1, 1)) < (0.55, 0.25, 0.25)[place]
        middle = random.uniform(6, AROUND - 7, (number, 2, 1, 1))
        strength = np.exp(random.uniform(math.log(5), math.log(3000 if place else 200), (number, 1, 1))) * present
        distance = (x - middle[:, 0]) ** 2 + (y - middle[:, 1]) ** 2
        photons += strength * np.exp(-distance / (2 * width**2)) / (2 * math.pi * width**2)
        visible = strength > np.maximum(FAINTEST, 1.2 * np.sqrt(light * 2 * math.pi * width**2 * 2))
        truth |= (distance <= (2 * width) ** 2) & visible
    counts = pedestal + gain * random.poisson(photons) + read * random.standard_normal(shape)
    sigma = np.sqrt(gain**2 * light + read**2) * random.normal(1, 0.03, (number, 1, 1))
    score = (np.rint(counts) - pedestal - gain * light * random.normal(1, 0.03, (number, 1, 1))) / sigma
    hot = random.random(shape) < 0.0005
    score[hot] = random.uniform(5, HIGHEST, hot.sum())
    gap = (random.random((number, 1, 1)) < 0.1) & (x >= random.integers(0, AROUND, (number, 1, 1)))
    score[gap], truth[gap] = 0, False
    return cut(random, np.clip(score, LOWEST, HIGHEST).astype(np.float32), truth)


def cut(random, score, truth):
    """Around one of the places that stand out together with a neighbour, since that is what a candidate is; weak ones as often as the strongest."""
    together = np.maximum(np.minimum(score[:, :, :-1], score[:, :, 1:])[:, :-1], np.minimum(score[:, :-1], score[:, 1:])[:, :, :-1])
    edge = SIDE // 2 + 1
    inside = np.minimum(together[:, edge:AROUND - edge, edge:AROUND - edge], 8)
    inside = inside + random.uniform(0, 2, inside.shape)
    best = inside.reshape(len(score), -1).argmax(1)
    top, left = (edge + place - SIDE // 2 for place in np.unravel_index(best, inside.shape[1:]))
    rows, columns = top[:, None, None] + np.arange(SIDE)[:, None], left[:, None, None] + np.arange(SIDE)
    which = np.arange(len(score))[:, None, None]
    return torch.tensor(score[which, rows, columns]), torch.tensor(truth[which, rows, columns])


def focal(logits, truth, said=None):
    """Lin et al. 2017, with alpha [0.25, 0.75] and gamma 2."""
    log = F.logsigmoid(torch.where(truth, logits, -logits))
    loss = -torch.where(truth, torch.tensor(0.75), torch.tensor(0.25)) * (1 - log.exp()) ** 2 * log
    return loss.mean() if said is None else (loss * said).sum() / said.sum()


def train(network, batches, steps, rate, teacher=None):
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    network.train()
    for step in range(steps):
        inputs, truth, *said = batches()
        logits = network(inputs)
        loss = focal(logits, truth, *said)
        if teacher is not None:
            with torch.no_grad():
                hint = torch.sigmoid(teacher(inputs))
            loss = 0.3 * loss + 0.7 * F.binary_cross_entropy_with_logits(logits, hint)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.5f}", file=sys.stderr, flush=True)
    return network.eval()


def judge(network, random):
    """Of the patches with a peak in the middle the share in which it is seen, where it is seen in one of a thousand without."""
    inputs, truth = pieces(random, 20000)
    with torch.no_grad():
        seen = torch.sigmoid(network(inputs))
    middle = slice(SIDE // 2 - 2, SIDE // 2 + 3)
    score = seen[:, middle, middle].amax((1, 2)).numpy()
    there, empty = truth[:, middle, middle].any(2).any(1).numpy(), ~truth.any(2).any(1).numpy()
    at = np.quantile(score[empty], 0.999)
    return (score[there] > at).mean(), at


def export(network, folder):
    folder.mkdir(parents=True, exist_ok=True)
    axes = {"deviations": {0: "batch"}, "share": {0: "batch"}}
    torch.onnx.export(Shares(network), torch.zeros(2, SIDE, SIDE), str(folder / "model.onnx"), input_names=["deviations"], output_names=["share"], dynamic_axes=axes, opset_version=13)


def usual(network, values):
    """Over blocks of so many peaks of the classical rule (two touching pixels that stand out, one of them in the middle) the network's doubt of them, and its peaks for each of them."""
    scores = []
    for some in np.array_split(values, max(1, len(values) // 512)):
        with torch.no_grad():
            scores.append(torch.sigmoid(network(torch.tensor(some))).numpy())
    middle = slice(SIDE // 2 - 1, SIDE // 2 + 2)
    share = np.concatenate(scores)[:, middle, middle].max((1, 2))
    reach = range(SIDE // 2 - 1, SIDE // 2 + 2)
    touching = [np.minimum(values[:, y, x], values[:, y + dy, x + dx]) for y in reach for x in reach for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy]
    rule = np.maximum.reduce(touching) > RULE
    doubts, times, first, peaks = [], [], 0, np.flatnonzero(rule)
    for k in range(BLOCK, len(peaks) + 1, BLOCK):
        block = slice(first, peaks[k - 1] + 1)
        first = block.stop
        sure = share[block][rule[block]]
        doubts.append(float((4 * sure * (1 - sure)).mean()))
        times.append(float((share[block] >= SHARE).sum() / BLOCK))
    return None if not doubts else f"  usual: {{ doubt: [{min(doubts):.3f}, {max(doubts):.3f}], times: [{min(times):.2f}, {max(times):.2f}] }}"


def kept(folder, sha):
    """What the card says is usual that lies there, where it is that of the same network."""
    file = folder / "card.yaml"
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line for line in lines if line.startswith("  usual: ")), None) if f"sha256: {sha}" in lines else None


def card(network, folder, name, version, description, data, said=None):
    inputs, _ = pieces(np.random.default_rng(7), 3)
    peak = torch.zeros(SIDE, SIDE)
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    peak = 12 * torch.exp(-((x - 8.3) ** 2 + (y - 7.8) ** 2) / (2 * 1.1**2))
    golden = [("nothing", torch.zeros(1, SIDE, SIDE)), ("a peak without noise", peak[None]), ("three simulated patches", inputs)]
    sha = hashlib.sha256((folder / 'model.onnx').read_bytes()).hexdigest()
    said = said or kept(folder, sha)
    lines = [
        f"name: {name}", f'version: "{version}"', "licence: as the repository", "description: >-",
        *(f"  {line}" for line in description),
        "sensitivity: Public", "provenance:", "  source: models/training/bragg_peaks.py", f"  data: {data}", f"  seed: {SEED}", *([said] if said else []),
        "opset: 13", f"sha256: {sha}",
        "dimensions:", f"  batch: {{ min: 1, opt: 32, max: {LARGEST} }}", "batch: batch",
        "inputs:", "  - name: deviations", f"    shape: [batch, {SIDE}, {SIDE}]", '    unit: "1"', f"    range: [{LOWEST:g}, {HIGHEST:g}]",
        "outputs:", "  - name: share", f"    shape: [batch, {SIDE}, {SIDE}]", '    unit: "1"', "    range: [0, 1]", "golden:",
    ]
    for title, values in golden:
        values = torch.round(values, decimals=3)
        with torch.no_grad():
            shares = torch.sigmoid(network(values))
        lines += [
            f"  - name: {title}", f"    tolerance: {TOLERANCE}", f"    lengths: {{ batch: {len(values)} }}",
            "    inputs:", f"      deviations: {numbers(values)}", "    outputs:", f"      share: {numbers(shares)}",
        ]
    (folder / "card.yaml").write_text("\n".join(lines) + "\n")


def numbers(values):
    return "[" + ", ".join(f"{value:.6g}" for value in values.flatten().tolist()) + "]"


def finish(network, folder, name, version, description, data, seen=None):
    found, at = judge(network, np.random.default_rng(2))
    print(f"{name} {version}: {sum(p.numel() for p in network.parameters())} parameters, finds {found:.3f} where one in a thousand is false (share {at:.2f})")
    export(network, folder)
    card(network, folder, name, version, description, data, None if seen is None else usual(network, seen))


INPUT = [
    "Input is a patch of 16 x 16 pixels around a candidate: counts above the background at a pixel's radius in standard deviations",
    "of that background, 0 where a pixel does not count. Output is each pixel's share in a Bragg peak.",
]


def first(options):
    random = np.random.default_rng(SEED)
    teacher = fold(train(UNet(), lambda: pieces(random, BATCH), options.steps, 3e-3))
    finish(teacher, options.out / "bragg-peaks-teacher", "bragg-peaks-teacher", options.version, ["U-Net of three levels, the teacher of bragg-peaks.", *INPUT],
           "simulated patches, made by the script")
    student = fold(train(Edge(), lambda: pieces(random, BATCH), options.student_steps, 3e-3, teacher))
    finish(student, options.out / "bragg-peaks", "bragg-peaks", options.version, ["Five dilated convolutions, distilled from bragg-peaks-teacher for the stream of a detector.", *INPUT],
           "simulated patches, made by the script, and what bragg-peaks-teacher says of them")


def labelled(folder):
    """Values, labels, and what patches.json says of them; they are read before anything is trained."""
    try:
        what = json.loads((folder / "patches.json").read_text())
        if what["side"] != SIDE:
            raise SystemExit(f"{folder}: patches of {what['side']} pixels; this network takes {SIDE}")
        if what["count"] < 1:
            raise SystemExit(f"{folder}: there are no patches to train with")
        shape = (what["count"], SIDE, SIDE)
        return np.fromfile(folder / what["values"], "<f4").reshape(shape), np.fromfile(folder / what["labels"], np.uint8).reshape(shape), what
    except FileNotFoundError as missing:
        raise SystemExit(f"{missing.filename} is not there: --patches wants a folder that 'lab peaks --patches' has written")
    except (KeyError, TypeError, ValueError) as wrong:
        raise SystemExit(f"{folder}: what is there does not agree with patches.json, or that is none ({wrong}); 'lab peaks --patches' writes it anew")


def known(folder):
    """The small network with the weights of a model folder."""
    network = fold(Edge().eval())
    try:
        network.load_state_dict({tensor.name.removeprefix("network."): torch.tensor(numpy_helper.to_array(tensor)) for tensor in onnx.load(str(folder / "model.onnx")).graph.initializer})
    except FileNotFoundError as missing:
        raise SystemExit(f"{missing.filename} is not there: --base wants the folder of a version of bragg-peaks")
    except RuntimeError:
        raise SystemExit(f"{folder}: this is another network than bragg-peaks, whose weights --base wants")
    return network


def further(options):
    values, labels, what = labelled(options.patches)
    network = known(options.base)
    truth, said = labels == 1, labels != what["unsaid"]
    random = np.random.default_rng(SEED)
    wide = width(values, labels)
    print(f"labelled peaks are {wide:.2f} pixels wide", file=sys.stderr)

    def batches():
        chosen = random.integers(0, len(values), BATCH // 2)
        simulated, there = pieces(random, BATCH // 2, (min(WIDTHS[0], 0.7 * wide), max(WIDTHS[1], 1.3 * wide)))
        return (torch.cat([torch.tensor(values[chosen]), simulated]), torch.cat([torch.tensor(truth[chosen]), there]),
                torch.cat([torch.tensor(said[chosen]), torch.ones_like(there)]))

    train(network, batches, options.steps, 3e-4)
    finish(network, options.out, "bragg-peaks", options.version, ["Five dilated convolutions, trained further on labelled patches of a detector.", *INPUT],
           f"{len(values)} labelled patches, {what['labelled']}, and simulated ones made by the script", values)


def width(values, labels):
    """Standard deviation in pixels of labelled peaks, by their second moment in a window, less what the noise has of it; the median of the strong ones."""
    reach = SIDE // 2
    strong = values[(labels[:, reach, reach] == 1) & (values[:, reach - 1:reach + 2, reach - 1:reach + 2].sum((1, 2)) > 60)]
    if len(strong) < 20:
        return sum(WIDTHS) / 2
    y, x = np.mgrid[0:SIDE, 0:SIDE] - reach
    inside = (x**2 + y**2 <= 36) * strong
    total = inside.sum((1, 2))
    left, up = (inside * x).sum((1, 2)) / total, (inside * y).sum((1, 2)) / total
    square = (inside * ((x - left[:, None, None]) ** 2 + (y - up[:, None, None]) ** 2)).sum((1, 2)) / total / 2
    return float(np.sqrt(np.median(square[square > 0])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1200, help="of the teacher, or of training further")
    parser.add_argument("--student-steps", type=int, default=2000)
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--patches", type=pathlib.Path, help="folder of labelled patches")
    parser.add_argument("--base", type=pathlib.Path, default=HERE.parent / "artifacts" / "bragg-peaks", help="model folder to train further")
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "artifacts", help="folder of model folders; with --patches the model's own folder")
    options = parser.parse_args()
    if min(options.steps, options.student_steps) < 1:
        parser.error("--steps and --student-steps are 1 or more")
    if options.patches and options.version == "1.0":
        parser.error("--patches makes a further version: give it as --version, higher than that of --base, such as 1.1")
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    further(options) if options.patches else first(options)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes models/artifacts/bragg-peaks and bragg-peaks-edge: which pixels of a detector frame belong to a Bragg peak.

A U-Net is trained on simulated pieces of frames (Poisson background, Gaussian peaks, hot pixels, gaps), and a network of a tenth of its size learns from it
(focal loss: Lin et al. 2017; U-Net: Ronneberger et al. 2015; distillation: Hinton et al. 2015). The input is what a pixel has above the background at its radius, in
standard deviations of that background; the output are two logits per pixel, background and peak. Needs torch and onnx (Debian: python3-torch, python3-onnx).
"""

import argparse
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
SIZE = 24
LOWEST, HIGHEST = -5.0, 60.0
FAINTEST = 14.0


class UNet(nn.Module):
    """Three levels of 8, 16 and 32 channels."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.middle = self.pair(1, 8), self.pair(8, 16), self.pair(16, 32)
        self.up2, self.merge2 = nn.ConvTranspose2d(32, 16, 2, stride=2), self.pair(32, 16)
        self.up1, self.merge1 = nn.ConvTranspose2d(16, 8, 2, stride=2), self.pair(16, 8)
        self.head = nn.Conv2d(8, 2, 1)

    @staticmethod
    def pair(inside, outside):
        return nn.Sequential(
            nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU(),
            nn.Conv2d(outside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU())

    def forward(self, x):
        x = compress(x)
        first = self.down1(x)
        second = self.down2(F.max_pool2d(first, 2))
        deep = self.middle(F.max_pool2d(second, 2))
        second = self.merge2(torch.cat([self.up2(deep), second], 1))
        return self.head(self.merge1(torch.cat([self.up1(second), first], 1)))


class Edge(nn.Module):
    """Five dilated convolutions of eight channels."""

    def __init__(self):
        super().__init__()
        layers = []
        for number, dilation in enumerate((1, 2, 4, 2, 1)):
            layers += [nn.Conv2d(1 if number == 0 else 8, 8, 3, padding=dilation, dilation=dilation), nn.BatchNorm2d(8), nn.ReLU()]
        self.body, self.head = nn.Sequential(*layers), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return self.head(self.body(compress(x)))


def compress(x):
    """A strong peak must not be a thousand times as loud as a weak one."""
    return torch.sign(x) * torch.log1p(torch.abs(x))


def pieces(random, number):
    """Inputs [n,1,SIZE,SIZE] in standard deviations, and whether a pixel belongs to a peak [n,SIZE,SIZE]."""
    shape = (number, SIZE, SIZE)
    gain, read, pedestal = 10.0, 3.0, 20.0
    light = np.exp(random.uniform(math.log(0.15), math.log(8), (number, 1, 1)))
    slope = random.uniform(-0.02, 0.02, (number, 2, 1, 1))
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    mean = light * np.clip(1 + slope[:, 0] * (x - SIZE / 2) + slope[:, 1] * (y - SIZE / 2), 0.3, 2)
    photons, truth = mean.copy(), np.zeros(shape, bool)
    width = random.uniform(0.8, 1.7, (number, 1, 1))
    for place in range(3):
        present = random.random((number, 1, 1)) < (0.55, 0.2, 0.1)[place]
        middle = random.uniform(-1, SIZE, (number, 2, 1, 1))
        if place == 0:
            middle = SIZE / 2 + random.uniform(-2.5, 2.5, (number, 2, 1, 1))
        strength = np.exp(random.uniform(math.log(8), math.log(3000), (number, 1, 1))) * present
        distance = (x - middle[:, 0]) ** 2 + (y - middle[:, 1]) ** 2
        photons += strength * np.exp(-distance / (2 * width**2)) / (2 * math.pi * width**2)
        visible = strength > np.maximum(FAINTEST, 2.5 * np.sqrt(light * 2 * math.pi * width**2 * 2))
        truth |= (distance <= (2 * width) ** 2) & visible
    counts = pedestal + gain * random.poisson(photons) + read * random.standard_normal(shape)
    sigma = np.sqrt(gain**2 * light + read**2) * random.normal(1, 0.03, (number, 1, 1))
    score = (np.rint(counts) - pedestal - gain * light * random.normal(1, 0.03, (number, 1, 1))) / sigma
    hot = random.random(shape) < 0.0015
    score[hot] = random.uniform(5, HIGHEST, hot.sum())
    gap = (random.random((number, 1, 1)) < 0.1) & (x >= random.integers(0, SIZE, (number, 1, 1)))
    score[gap], truth[gap] = 0, False
    return torch.tensor(np.clip(score, LOWEST, HIGHEST), dtype=torch.float32)[:, None], torch.tensor(truth)


def focal(logits, truth):
    log = F.log_softmax(logits, 1)
    chosen = torch.where(truth, log[:, 1], log[:, 0])
    weight = torch.where(truth, torch.tensor(0.75), torch.tensor(0.25))
    return (-weight * (1 - chosen.exp()) ** 2 * chosen).mean()


def train(network, random, steps, teacher=None):
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    network.train()
    for step in range(steps):
        inputs, truth = pieces(random, 128)
        logits = network(inputs)
        loss = focal(logits, truth)
        if teacher is not None:
            with torch.no_grad():
                hint = F.softmax(teacher(inputs), 1)
            loss = 0.3 * loss + 0.7 * F.kl_div(F.log_softmax(logits, 1), hint, reduction="none").sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.5f}", file=sys.stderr, flush=True)
    return network.eval()


def judge(network, random):
    """Share of peaks found, and of empty pieces in which one is seen, by the middle of the piece."""
    inputs, truth = pieces(random, 4000)
    with torch.no_grad():
        seen = F.softmax(network(inputs), 1)[:, 1]
    middle = slice(SIZE // 2 - 4, SIZE // 2 + 5)
    score = seen[:, middle, middle].amax((1, 2))
    there, empty = truth[:, middle, middle].any(2).any(1), ~truth.any(2).any(1)
    return (score[there] > 0.5).float().mean().item(), (score[empty] > 0.5).float().mean().item()


def export(network, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = {"deviations": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch", 2: "height", 3: "width"}}
    torch.onnx.export(network, torch.zeros(2, 1, 16, 16), str(path), input_names=["deviations"], output_names=["logits"], dynamic_axes=axes, opset_version=13)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "artifacts")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    random = np.random.default_rng(1)
    teacher = train(UNet(), random, options.steps)
    student = train(Edge(), random, options.steps, teacher)
    for network, name in ((teacher, "bragg-peaks"), (student, "bragg-peaks-edge")):
        found, false = judge(network, np.random.default_rng(2))
        print(f"{name}: {sum(p.numel() for p in network.parameters())} parameters, finds {found:.3f}, sees {false:.4f} in empty pieces")
        export(network, options.out / name / "model.onnx")


if __name__ == "__main__":
    main()

"""The policy: which rate of the drums follows a set-point, learnt from a predictive controller that knows the state of the core.

The teacher linearises the core about what it did last, and chooses the rate, held for four seconds, that brings power nearest to the set-points of those seconds without
growing faster than a period of 16 s. The student sees measurements only. It is taught on what it leads to by itself (DAgger: Ross, Gordon and Bagnell 2011).
"""

import numpy as np
import torch
from torch import nn

import reactor_core as core

BACK = (0, 1, 2, 3, 5, 8, 13, 21)
AHEAD = (0, 1, 2, 3, 4, 5, 6, 8)
RATES = 8
HIDDEN = 64
SHARPNESS = 20.0
HORIZON = 4
FASTEST_GROWTH, MOST_REACTIVITY = 1 / 16, 0.36 * core.DELAYED
POWER_NOISE, TEMPERATURE_NOISE = 0.002, 0.5


def teach(state, targets, guess):
    """Rates [cores] for the next second; targets [HORIZON, cores] are the set-points at its end and after."""
    best = guess
    weights = np.array([0.5, 1.0, 1.0, 0.7])[:, None]
    for nudge in (0.1, 0.02):
        first, first_growth, first_rho = look_ahead(state, best)
        second, second_growth, second_rho = look_ahead(state, best + nudge)
        slope = (second - first) / nudge
        gap = targets - first
        best_free = best + (weights * slope * gap).sum(0) / ((weights * slope**2).sum(0) + 1e-7)
        room = np.minimum(
            ((FASTEST_GROWTH - first_growth) / np.maximum((second_growth - first_growth) / nudge, 1e-6)).min(0),
            ((MOST_REACTIVITY - first_rho) / np.maximum((second_rho - first_rho) / nudge, 1e-8)).min(0))
        best = np.clip(np.minimum(best_free, best + room), -core.FASTEST, core.FASTEST_OUT * 0.98)
    return best


def look_ahead(state, rate):
    power, growth, rho = [], [], []
    for _ in range(HORIZON):
        state = core.advance(state, rate)
        power.append(state[core.N])
        growth.append(core.growth(state))
        rho.append(core.reactivity(state))
    return np.array(power), np.array(growth), np.array(rho)


class Observer:
    """What a policy is shown, for many cores: the same features as the driver of the reactor makes."""

    def __init__(self, cores):
        self.power, self.rate = None, np.zeros((RATES, cores))

    def look(self, random, state, targets, second):
        """Features [cores, 27]: powers, set-points, rates, fuel, outlet, angle."""
        n = state[core.N]
        measured = np.median(n * (1 + POWER_NOISE * random.standard_normal((3,) + n.shape)), axis=0)
        self.power = np.repeat(measured[None], max(BACK) + 1, 0) if self.power is None else np.concatenate([measured[None], self.power[:-1]])
        noise = np.median(TEMPERATURE_NOISE * random.standard_normal((2, 3) + n.shape), axis=1)
        setpoints = targets[np.minimum(second + np.array(AHEAD), len(targets) - 1)]
        rest = np.stack([state[core.FUEL] + noise[0], 2 * state[core.COOLANT] - core.INLET + noise[1], state[core.ANGLE]])
        return np.concatenate([self.power[list(BACK)], setpoints, self.rate, rest]).T

    def turned(self, rate):
        self.rate = np.concatenate([rate[None], self.rate[:-1]])


class Policy(nn.Module):
    """Differences to the present power are what matters, and small ones do."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Parameter(torch.zeros(FEATURES, FEATURES), requires_grad=False)
        self.offset = nn.Parameter(torch.zeros(FEATURES), requires_grad=False)
        self.mix.data, self.offset.data = preparation()
        self.body = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, HIDDEN), nn.Tanh())
        self.head, self.straight = nn.Linear(HIDDEN, 1), nn.Linear(FEATURES, 1, bias=False)
        nn.init.zeros_(self.straight.weight)

    def forward(self, features):
        x = features @ self.mix + self.offset
        return (self.head(self.body(x)) + self.straight(x))[:, 0]


FEATURES = len(BACK) + len(AHEAD) + RATES + 3


def preparation():
    """A matrix and an offset: powers and set-points less the present power and magnified, the rest about its usual value."""
    mix, offset, row = torch.zeros(FEATURES, FEATURES), torch.zeros(FEATURES), 0
    mix[0, 0], offset[0] = 4, -3
    for row in range(1, len(BACK) + len(AHEAD)):
        mix[row, row], mix[0, row] = SHARPNESS, -SHARPNESS
    for row in range(len(BACK) + len(AHEAD), FEATURES - 3):
        mix[row, row] = 2
    for row, (middle, width) in zip(range(FEATURES - 3, FEATURES), ((1050, 50), (1070, 40), (77, 8))):
        mix[row, row], offset[row] = 1 / width, -middle / width
    return mix, offset


def play(random, cores, seconds, student=None, share=0.0):
    """Episodes led by the teacher, or by the student in a share of the cores; features, the teacher's rates, and the mean deviation."""
    targets = core.profiles(random, cores, seconds + max(AHEAD))
    state = core.at_rest(targets[0])
    observer, guess, led = Observer(cores), np.zeros(cores), random.random(cores) < share
    features, labels, deviation = [], [], []
    offset, offset_left = np.zeros(cores), np.zeros(cores)
    for second in range(seconds):
        seen = observer.look(random, state, targets, second)
        guess = teach(state, targets[second + 1 : second + 1 + HORIZON], guess)
        features.append(seen)
        labels.append(guess)
        # Now and then the teacher is pushed aside for some seconds, so that it shows how to come back.
        start = (random.random(cores) < 0.03) & (offset_left <= 0)
        offset = np.where(start, random.uniform(-0.6, 0.6, cores), offset)
        offset_left = np.where(start, random.integers(1, 8, cores), offset_left - 1)
        rate = guess + np.where(offset_left > 0, offset, 0)
        if student is not None:
            with torch.no_grad():
                own = student(torch.tensor(seen, dtype=torch.float32)).numpy().astype(float)
            rate = np.where(led, own, rate)
        rate = np.clip(rate, -core.FASTEST, core.FASTEST_OUT)
        # A core on the way out of what the filter allows teaches nothing.
        rate = np.where((state[core.N] > 1.04) | (core.growth(state) > 1 / 11), -0.5, rate)
        observer.turned(rate)
        state = core.advance(state, rate)
        deviation.append(np.abs(state[core.N] / targets[second + 1] - 1))
    deviation = np.array(deviation)
    return np.concatenate(features), np.concatenate(labels), (deviation[:, led].mean() if led.any() else 0, deviation[:, ~led].mean() if (~led).any() else 0)


def fit(random, student, features, labels, epochs, rate):
    x, y = torch.tensor(features, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
    optimiser = torch.optim.Adam(student.parameters(), lr=rate)
    batch = 2048
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * (len(x) // batch))
    for _ in range(epochs):
        order = torch.tensor(random.permutation(len(x)))
        for start in range(0, len(x) - batch + 1, batch):
            rows = order[start : start + batch]
            answer = student(x[rows])
            # What the drums cannot do beyond their limits is not asked for.
            answer = torch.clip(answer, -core.FASTEST - 0.2, core.FASTEST_OUT + 0.1) + 0.05 * answer - 0.05 * answer.detach()
            loss = nn.functional.smooth_l1_loss(answer, y[rows], beta=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return loss.item()


def train(random, cores=192, seconds=240, rounds=4, say=print):
    student = Policy()
    features, labels, (_, deviation) = play(random, cores, seconds)
    say(f"policy: the teacher deviates by {deviation:.4f}")
    for number in range(rounds + 1):
        last = number == rounds
        loss = fit(random, student, features, labels, 25 if last else 10, 2e-3)
        if last:
            break
        more, taught, (own, _) = play(random, cores, seconds, student, share=0.8)
        say(f"policy: round {number}, loss {loss:.5f}, the student deviates by {own:.4f}")
        features, labels = np.concatenate([features, more]), np.concatenate([labels, taught])
    _, _, (own, teacher) = play(random, cores, seconds, student, share=0.9)
    say(f"policy: loss {loss:.5f}; the student deviates by {own:.4f} on profiles it has not seen, pushed-aside teacher {teacher:.4f}")
    return student

"""The emulator: 16 s of power, fuel temperature and reactivity from the last 32 s and the drum rates that are planned.

Strided convolutions over time and two dense layers, about 43,000 parameters. It is trained on what the cores did and on two laws that its own trajectories have to keep: the
equation of the neutrons, with precursors integrated from its power, and the heat balance of the fuel, with a moderator integrated from its power and fuel.
"""

import numpy as np
import torch
from torch import nn

import reactor_core as core

PAST, FUTURE, QUANTILES = 32, 16, (0.1, 0.5, 0.9)
# As the card says: name, mean, sd. The eighth channel, set-point less power, is made in the network.
CHANNELS = (("power", 0.8, 0.15), ("growth", 0, 0.02), ("fuel", 1060, 35), ("outlet", 1060, 40), ("angle", 77, 8), ("setpoint", 0.8, 0.15), ("xenon", 0.95, 0.08))
RATE_SD = 0.5
SCALES = (0.1, 8.0, 0.2)
WIDEST = 0.05
FIRST, SECOND, HIDDEN = 24, 32, 96
KINETICS_WEIGHT, HEAT_WEIGHT = 0.1, 0.1


class Emulator(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8 * 4, FIRST), nn.Linear(2 * FIRST, SECOND)
        width = 4 * SECOND + 8 + FUTURE
        self.dense1, self.dense2 = nn.Linear(width, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.head, self.straight = nn.Linear(HIDDEN, 9 * FUTURE), nn.Linear(8 + FUTURE, 3 * FUTURE, bias=False)
        nn.init.zeros_(self.straight.weight)
        nn.init.normal_(self.head.weight, std=0.01)

    def forward(self, past, planned):
        """past [batch, 8, 32] and planned [batch, 16], normalised; [batch, quantity, quantile, 16] in the units of the card."""
        patches = past.reshape(-1, 8, 8, 4).transpose(1, 2).reshape(-1, 8, 32)
        x = torch.relu(self.first(patches)).reshape(-1, 4, 2 * FIRST)
        x = torch.relu(self.second(x)).reshape(-1, 4 * SECOND)
        near = torch.cat([past[:, :, -1], planned], 1)
        x = torch.relu(self.dense1(torch.cat([x, near], 1)))
        x = self.head(torch.relu(self.dense2(x))).reshape(-1, 9, FUTURE)
        middle, spread = x[:, :3] + self.straight(near).reshape(-1, 3, FUTURE), WIDEST * x[:, 3:].abs()
        last = torch.stack([CHANNELS[0][1] + CHANNELS[0][2] * past[:, 0, -1], CHANNELS[2][1] + CHANNELS[2][2] * past[:, 2, -1], 0 * past[:, 0, -1]], 1)
        triple = torch.stack([middle - spread[:, :3], middle, middle + spread[:, 3:]], 2)
        return last[:, :, None, None] + torch.tensor(SCALES)[:, None, None] * triple


def drive(random, cores, seconds):
    """Cores under a proportional and integral controller that is disturbed, or under rates drawn at random; everything by the second."""
    targets = core.profiles(random, cores, seconds + 1)
    state = core.at_rest(targets[0])
    total, wander, left = np.zeros(cores), np.zeros(cores), np.zeros(cores)
    wild = random.random(cores) < 0.35
    states, rates = [state], []
    for second in range(seconds):
        deviation = targets[second] - state[core.N]
        total = np.clip(total + deviation, -1, 1)
        rate = 12 * (targets[second + 1] - targets[second]) + 4 * deviation + 0.3 * total
        renew = left <= 0
        wander = np.where(renew, random.normal(0, 1, cores) * np.where(wild, 0.35, 0.15) * (random.random(cores) < 0.6), wander)
        left = np.where(renew, random.integers(1, 20, cores), left - 1)
        rate = np.where(wild, 0.3 * deviation, rate) + wander
        growth = core.growth(state)
        rate = np.where((state[core.N] > 1.03) | (growth > 0.07), np.minimum(rate, -0.2), rate)
        rate = np.where(state[core.N] < 0.45, 0.25, rate)
        rate = np.clip(rate, -core.FASTEST, core.FASTEST_OUT)
        state = core.advance(state, rate)
        states.append(state)
        rates.append(rate)
    return np.array(states), np.array(rates), targets


def windows(random, states, rates, targets, every=3):
    """Inputs, answers and the state of precursors and heat at the start of the forecasts."""
    seconds = len(rates)
    growth = np.log(states[1:, core.N] / states[:-1, core.N])
    channels = np.stack([
        states[:, core.N], np.concatenate([0 * growth[:1], growth]), states[:, core.FUEL], 2 * states[:, core.COOLANT] - core.INLET,
        states[:, core.ANGLE], targets[: seconds + 1], states[:, core.XENON]], 1)
    dollars = np.array([core.reactivity(state) for state in states]) / core.DELAYED
    past, planned, answers, starts = [], [], [], []
    for second in range(PAST - 1, seconds - FUTURE + 1, every):
        past.append(channels[second - PAST + 1 : second + 1].transpose(2, 1, 0))
        planned.append(rates[second : second + FUTURE].T)
        after = slice(second + 1, second + 1 + FUTURE)
        answers.append(np.stack([states[after, core.N], states[after, core.FUEL], dollars[after]], 0).transpose(2, 0, 1))
        starts.append(states[second].T)
    return [np.concatenate(parts) for parts in (past, planned, answers, starts)]


def normalised(past, planned):
    """What the host makes of the inputs, and the eighth channel."""
    means, sds = np.array([channel[1] for channel in CHANNELS]), np.array([channel[2] for channel in CHANNELS])
    scaled = (past - means[:, None]) / sds[:, None]
    return np.concatenate([scaled, 10 * (scaled[:, 5:6] - scaled[:, 0:1])], 1), planned / RATE_SD


def followed():
    """What the power and fuel of 17 seconds do to the rest is linear: a matrix from power, fuel, precursors, moderator, coolant and 1 to delayed neutrons and moderator."""
    values = np.eye(2 * (FUTURE + 1) + 9)
    power, fuel = values[:, : FUTURE + 1], values[:, FUTURE + 1 : 2 * FUTURE + 2]
    c, moderator, coolant, one = values[:, 2 * FUTURE + 2 : -3], values[:, -3], values[:, -2], values[:, -1]
    kept, delayed, moderators = np.exp(-core.DECAYS), [], [moderator]

    def flow(k, m, w):
        heat = (1 - core.FUEL_SHARE) * core.POWER * power[:, k] + core.FUEL_TO_MODERATOR * (fuel[:, k] - m) - core.MODERATOR_TO_COOLANT * (m - w)
        return heat / core.MODERATOR_HEAT, (core.MODERATOR_TO_COOLANT * (m - w) - 2 * core.FLOW * (w - core.INLET * one)) / core.COOLANT_HEAT

    for k in range(FUTURE):
        here, there = power[:, k, None], power[:, k + 1, None]
        c = kept * c + (1 - kept) * here + (there - here) * (1 - (1 - kept) / core.DECAYS)
        delayed.append(c @ core.FRACTIONS)
        first = flow(k, moderator, coolant)
        second = flow(k + 1, moderator + first[0], coolant + first[1])
        moderator, coolant = moderator + (first[0] + second[0]) / 2, coolant + (first[1] + second[1]) / 2
        moderators.append(moderator)
    return torch.tensor(np.stack(delayed + moderators, 1))


FOLLOWED = followed()


def laws(answers, starts):
    """By how much trajectories [batch, 3, 16] break the equation of the neutrons, in $, and the heat balance of the fuel, in K."""
    power = torch.cat([starts[:, 0:1], answers[:, 0]], 1)
    fuel = torch.cat([starts[:, 7:8], answers[:, 1]], 1)
    rest = torch.cat([power, fuel, starts[:, 1:7], starts[:, 8:10], torch.ones_like(power[:, :1])], 1) @ FOLLOWED.to(answers.dtype)
    delayed, moderator = rest[:, :FUTURE], rest[:, FUTURE:]
    slope = torch.cat([(power[:, 2:] - power[:, :-2]) / 2, power[:, -1:] - power[:, -2:-1]], 1)
    neutrons = (core.GENERATION * slope - (answers[:, 2] - 1) * core.DELAYED * power[:, 1:] - delayed) / core.DELAYED

    # The fuel relaxes to its moderator within two seconds: exact for sources that change evenly within a second.
    b = core.FUEL_TO_MODERATOR / core.FUEL_HEAT
    decay, source = float(np.exp(-b)), core.FUEL_SHARE * core.POWER / core.FUEL_HEAT * power + b * moderator
    relaxed = fuel[:, :-1] * decay + (1 - decay) / b * source[:, :-1] + (source[:, 1:] - source[:, :-1]) / b * (1 - (1 - decay) / b)
    return neutrons, fuel[:, 1:] - relaxed


def loss_of(network, past, planned, answers, starts):
    forecast = network(past, planned)
    scales = torch.tensor(SCALES)[:, None]
    pinball = 0
    for q, quantile in enumerate(QUANTILES):
        miss = (answers - forecast[:, :, q]) / scales
        pinball = pinball + torch.maximum(quantile * miss, (quantile - 1) * miss).mean()
    off = ((answers - forecast[:, :, 1]) / scales).abs().mean()
    neutrons, heat = laws(forecast[:, :, 1], starts)
    return pinball + off + KINETICS_WEIGHT * (neutrons / 0.02).pow(2).clamp(max=25).mean() + HEAT_WEIGHT * heat.pow(2).clamp(max=25).mean()


def train(random, cores=320, seconds=360, epochs=45, say=print):
    network = Emulator()
    past, planned, answers, starts = windows(random, *drive(random, cores, seconds))
    past, planned = normalised(past, planned)
    past, planned, answers, starts = [torch.tensor(part, dtype=torch.float32) for part in (past, planned, answers, starts)]
    size = sum(p.numel() for p in network.parameters())
    neutrons, heat = laws(answers.double(), starts.double())
    say(f"emulator: {size} parameters, {len(past)} windows; what happened keeps the laws to {neutrons.abs().mean():.5f} $ and {heat.abs().mean():.4f} K")
    batch = 512
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=epochs * (len(past) // batch))
    for epoch in range(epochs):
        order = torch.tensor(random.permutation(len(past)))
        for start in range(0, len(past) - batch + 1, batch):
            rows = order[start : start + batch]
            loss = loss_of(network, past[rows], planned[rows], answers[rows], starts[rows])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        if epoch % 10 == 9:
            say(f"emulator: epoch {epoch + 1}, loss {loss.item():.4f}")
    judge(random, network.eval(), say)
    return network


def judge(random, network, say):
    past, planned, answers, starts = windows(random, *drive(random, 96, 300))
    inputs = [torch.tensor(part, dtype=torch.float32) for part in normalised(past, planned)]
    with torch.no_grad():
        forecast = network(*inputs).double()
    truth = torch.tensor(answers)
    off = (forecast[:, :, 1] - truth).abs()
    last = torch.tensor(np.stack([starts[:, 0], starts[:, 7]], 1))
    stay = (last[:, :, None] - truth[:, :2]).abs().mean((0, 2))
    inside = ((truth >= forecast[:, :, 0]) & (truth <= forecast[:, :, 2])).double().mean((0, 2))
    neutrons, heat = laws(forecast[:, :, 1], torch.tensor(starts))
    mean, end = off.mean((0, 2)), off[..., -1].mean(0)
    say(f"emulator: mean error of power {mean[0]:.5f} (after 16 s {end[0]:.5f}, if nothing changed {stay[0]:.5f}), fuel {mean[1]:.3f} K ({stay[1]:.3f}), reactivity {mean[2]:.5f} $")
    say(f"emulator: {inside[0]:.2f}, {inside[1]:.2f} and {inside[2]:.2f} of truths within the 80 % band; breaks the laws by {neutrons.abs().mean():.5f} $ and {heat.abs().mean():.4f} K")

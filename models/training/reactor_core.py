"""Many simulated cores side by side: point kinetics with six delayed groups, fuel, moderator and coolant, iodine, xenon, and drums that turn together.

The constants are those of the Holos-Quad microreactor (Choi 2020, and the open model of aims-umich), with heat flowing from fuel to moderator to coolant.
Written for training alone, so that a slip here shows as a network that fails on the plant of the simulators.
"""

import numpy as np

GENERATION = 1.68e-3
FRACTIONS = np.array([1.42481e-4, 9.24281e-4, 7.79956e-4, 20.6583e-4, 6.71175e-4, 2.17806e-4])
DECAYS = np.array([0.01272, 0.03174, 0.116, 0.311, 1.40, 3.87])
DELAYED = FRACTIONS.sum()
POWER, FUEL_SHARE = 22e6, 0.96
FUEL_HEAT, MODERATOR_HEAT, COOLANT_HEAT = 2002 * 977.0, 11573 * 1697.0, 500 * 5188.6
FUEL_TO_MODERATOR, MODERATOR_TO_COOLANT, FLOW = 1.17e6, 2.16e5, 17.5 * 5188.6
INLET = 1106 - POWER / FLOW
FUEL_COEFFICIENT, MODERATOR_COEFFICIENT = -2.875e-5, -3.696e-5
DRUMS, DRUM_WORTH, RATED_ANGLE = 8, 510e-5, 77.8
IODINE_YIELD, XENON_YIELD, IODINE_DECAY, XENON_DECAY = 0.061, 0.002, 2.87e-5, 2.09e-5
BURNUP = 2.65e-22 * 2190 * 2.25e13
XENON_WORTH = BURNUP * (IODINE_YIELD + XENON_YIELD) / (XENON_DECAY + BURNUP)
FASTEST, FASTEST_OUT = 1.0, 0.5
STEP = 0.25

N, C, FUEL, MODERATOR, COOLANT, IODINE, XENON, ANGLE = 0, slice(1, 7), 7, 8, 9, 10, 11, 12


def temperatures(power):
    coolant = INLET + power * POWER / (2 * FLOW)
    moderator = coolant + power * POWER / MODERATOR_TO_COOLANT
    return moderator + FUEL_SHARE * power * POWER / FUEL_TO_MODERATOR, moderator, coolant


RATED = temperatures(1.0)


def feedback(fuel, moderator, xenon):
    return FUEL_COEFFICIENT * (fuel - RATED[0]) + MODERATOR_COEFFICIENT * (moderator - RATED[1]) - XENON_WORTH * (xenon - 1)


def drums(angle):
    """Reactivity of all drums, 0 at the rated angle."""
    return DRUMS * DRUM_WORTH / 2 * (np.cos(np.radians(RATED_ANGLE)) - np.cos(np.radians(angle)))


def reactivity(state):
    return drums(state[ANGLE]) + feedback(state[FUEL], state[MODERATOR], state[XENON])


def at_rest(power):
    """States [13, cores] in balance at these powers, in multiples of the rated one."""
    power = np.asarray(power, dtype=float)
    state = np.empty((13, len(power)))
    state[:7] = power
    state[FUEL], state[MODERATOR], state[COOLANT] = temperatures(power)
    state[IODINE] = power
    state[XENON] = power * (XENON_DECAY + BURNUP) / (XENON_DECAY + BURNUP * power)
    cosine = np.cos(np.radians(RATED_ANGLE)) + 2 * feedback(state[FUEL], state[MODERATOR], state[XENON]) / (DRUMS * DRUM_WORTH)
    state[ANGLE] = np.degrees(np.arccos(cosine))
    return state


def rates(state, rate):
    n, fuel, moderator, coolant, iodine, xenon = state[N], state[FUEL], state[MODERATOR], state[COOLANT], state[IODINE], state[XENON]
    change = np.empty_like(state)
    change[N] = ((reactivity(state) - DELAYED) * n + FRACTIONS @ state[C]) / GENERATION
    change[C] = DECAYS[:, None] * (n - state[C])
    change[FUEL] = (FUEL_SHARE * POWER * n - FUEL_TO_MODERATOR * (fuel - moderator)) / FUEL_HEAT
    change[MODERATOR] = ((1 - FUEL_SHARE) * POWER * n + FUEL_TO_MODERATOR * (fuel - moderator) - MODERATOR_TO_COOLANT * (moderator - coolant)) / MODERATOR_HEAT
    change[COOLANT] = (MODERATOR_TO_COOLANT * (moderator - coolant) - 2 * FLOW * (coolant - INLET)) / COOLANT_HEAT
    change[IODINE] = IODINE_DECAY * (n - iodine)
    made = (XENON_DECAY + BURNUP) / (XENON_YIELD + IODINE_YIELD) * (XENON_YIELD * n + IODINE_YIELD * iodine)
    change[XENON] = made - (XENON_DECAY + BURNUP * n) * xenon
    change[ANGLE] = rate
    return change


def advance(state, rate, seconds=1.0, h=STEP):
    """Classical Runge-Kutta steps; the drums of each core turn at its rate, degrees per second."""
    for _ in range(round(seconds / h)):
        a = rates(state, rate)
        b = rates(state + h / 2 * a, rate)
        c = rates(state + h / 2 * b, rate)
        d = rates(state + h * c, rate)
        state = state + h / 6 * (a + 2 * b + 2 * c + d)
        state[ANGLE] = np.clip(state[ANGLE], 0, 180)
    return state


def growth(state):
    """Relative change of power, 1/s."""
    return ((reactivity(state) - DELAYED) + FRACTIONS @ state[C] / state[N]) / GENERATION


def profiles(random, cores, seconds):
    """Set-points [seconds, cores]: levels of 55 to 100 % with steps of up to a fifth and ramps of 3 to 60 % a minute between them, drawn at random."""
    targets = np.empty((seconds, cores))
    for core in range(cores):
        level, at = random.uniform(0.58, 1.0), 0
        targets[:, core] = level
        at = int(random.uniform(5, 40))
        while at < seconds:
            kind = random.integers(0, 4)
            step = random.choice([-1, 1]) * random.uniform(0.01, 0.55 if kind else 0.5)
            new = float(np.clip(level + step, 0.55, 1.0))
            length = 0 if kind == 0 else max(2, int(abs(new - level) / random.choice([0.03, 0.07, 0.13, 0.23, 0.6]) * 60))
            end = min(seconds, at + length)
            if length:
                targets[at:end, core] = level + (new - level) * np.arange(end - at) / length
            targets[end:, core] = new
            level, at = new, end + int(random.uniform(5, 90))
    return targets

"""Keyed chance: every draw is a function of who meets which decision for the how-many-eth time.

A counter-based generator (SplitMix64 of Steele, Lea and Flood 2014, run over a counter instead of a
state): `draw = mix(key(seed, replication, decision) + golden * counter(patient, occasion))`.
Drawing B therefore never changes A, the order of events does not matter, and the same patient meets
the same luck at the same decision in every scenario.
"""

import hashlib
from functools import lru_cache

import numpy as np

# Arrays of no dimension: numpy makes one of a number at each call, which for small batches costs as much as the sum.
_GOLDEN, _MIX_1, _MIX_2 = (np.array(n, np.uint64) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_S30, _S27, _S31, _S11, _OCCASION_BITS = (np.array(n, np.uint64) for n in (30, 27, 31, 11, 16))
_UNIT = np.array(2.0**-53)
with np.errstate(over="ignore"):
    _OCCASIONS = np.arange(2**16, dtype=np.uint64) * _GOLDEN  # looked up: most occasions are small


@lru_cache(maxsize=4096)
def stream_key(seed: int, replication: int, decision: str) -> np.ndarray:
    """64-bit key () of one decision in one replication (SHA-256: the same on every machine, never `hash()`)."""
    digest = hashlib.sha256(f"mskflow|{seed}|{replication}|{decision}".encode()).digest()
    key = np.array(int.from_bytes(digest[:8], "little"), np.uint64)
    key.flags.writeable = False  # the cache hands out one object
    return key


def uniforms(key: np.ndarray, patients: np.ndarray, occasion: int | np.ndarray = 0) -> np.ndarray:
    """Uniform draws in [0, 1), one a patient.

    `patients`: integer patient ids (n,); `occasion`: how often each has met this decision before,
    a scalar or (n,), below 65,536.
    """
    return drawn(key, counters(patients), occasion)


def counters(patients: np.ndarray) -> np.ndarray:
    """The patient's part of the counter times the golden gamma (n,) uint64: worked out once for a run."""
    x = patients.astype(np.uint64)
    x <<= _OCCASION_BITS
    x *= _GOLDEN
    return x


def key_at(key: np.ndarray, occasion: int) -> int:
    """The key of one occasion of everybody's, as a number."""
    return (int(key) + int(occasion) * int(_GOLDEN)) & (2**64 - 1)


def drawn(key: np.ndarray, x: np.ndarray, occasion: int | np.ndarray = 0) -> np.ndarray:
    """Draws from `counters` x (n,), which is used up."""
    if isinstance(occasion, np.ndarray):
        key = _OCCASIONS.take(occasion) + key
    elif occasion:
        key = np.array(key_at(key, occasion), np.uint64)
    x += key
    x ^= x >> _S30
    x *= _MIX_1
    x ^= x >> _S27
    x *= _MIX_2
    x ^= x >> _S31
    x >>= _S11
    found: np.ndarray = x * _UNIT
    return found


class Chance:
    """The draws of one replication. Holds no state but the key: two objects with one key agree."""

    def __init__(self, seed: int, replication: int):
        self.seed, self.replication = seed, replication

    def key(self, decision: str) -> np.ndarray:
        """The stream key of a decision, to hoist out of a loop."""
        return stream_key(self.seed, self.replication, decision)

    def uniforms(self, decision: str, patients: np.ndarray, occasion: int | np.ndarray = 0) -> np.ndarray:
        """Draws in [0, 1) for `patients` (n,) at `decision`."""
        return uniforms(self.key(decision), patients, occasion)

    def generator(self, decision: str) -> np.random.Generator:
        """A numpy generator for what is drawn once before the clock starts (arrival counts)."""
        return np.random.Generator(np.random.Philox(key=int(self.key(decision))))

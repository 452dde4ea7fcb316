"""What was last, of somebody, before something else."""

import numpy as np


def last_before(keys: np.ndarray, index: np.ndarray, of_keys: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    """For each (of_keys, at): the largest `index` below `at` among rows with the same key, -1 if there is none.

    `keys`, `index` (m,) and `of_keys`, `at` (n,): integers; `size`: above every index.
    """
    if (
        len(keys) and max(int(keys.max()), int(of_keys.max(initial=0))) * size > 2**62
    ):  # a nation's log: ranks in place of keys
        ranks = np.unique(np.concatenate([keys, of_keys]), return_inverse=True)[1]
        keys, of_keys = ranks[: len(keys)], ranks[len(keys) :]
    known = np.sort(keys.astype(np.int64) * size + index)
    asked = of_keys.astype(np.int64) * size + at
    position = np.searchsorted(known, asked) - 1
    found = known[np.maximum(position, 0)] if len(known) else np.full(len(asked), -1)
    same = (position >= 0) & (found // size == of_keys)
    return np.where(same, found % size, -1)

"""The repository's root on the path, and hypothesis that finds the same examples on every machine."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

usual = dict(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
# Failing examples are shown as found; `pytest --hypothesis-profile=shrinking` looks for the smallest.
settings.register_profile("deterministic", phases=[Phase.explicit, Phase.generate], **usual)
settings.register_profile("shrinking", **usual)
settings.load_profile("deterministic")

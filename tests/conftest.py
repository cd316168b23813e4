"""What every test shares: pictures without a screen, sampled tests that are the same on every run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For a longer look with fresh samples: pytest --hypothesis-profile=fresh
settings.register_profile("fresh", parent=settings.get_profile("same"), derandomize=False, max_examples=2000)
settings.load_profile("same")

"""Which keys Kubernetes' objects have, and of which JSON type: what an API server checks before anything else.

``fields.json`` is made by ``tools/kubernetes_fields.py``.
"""

from __future__ import annotations

from solver.scenario.kubernetes_fields.check import Verdict, check

__all__ = ["Verdict", "check"]

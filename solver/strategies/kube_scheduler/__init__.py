"""kube-scheduler v1.34, decision for decision: the baseline that every other strategy is compared with."""

from __future__ import annotations

from solver.strategies.kube_scheduler.strategy import KubeScheduler

__all__ = ["KubeScheduler"]

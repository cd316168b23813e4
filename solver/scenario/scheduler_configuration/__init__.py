"""KubeSchedulerConfiguration: from the file that configures kube-scheduler to the profile that is run here.

Source: https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/
"""

from __future__ import annotations

from solver.scenario.scheduler_configuration.configuration import read_configuration
from solver.scenario.scheduler_configuration.load import LoadedProfile, load_profile

__all__ = ["LoadedProfile", "load_profile", "read_configuration"]

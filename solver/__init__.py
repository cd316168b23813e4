"""Where should the pods go? Proven placements of Kubernetes pods on nodes, compared with kube-scheduler's.

    scenario = solver.load_scenario("cluster.yaml", "app.yaml")
    result = solver.run(scenario, "cpsat", time_limit_s=30)
    comparison = solver.compare(scenario)
    print(comparison.headline)

`run` and `compare` are functions here, though modules of the same names stand beside them: both are imported with the
package, and so stay what this file says they are. Everything else is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from solver.compare import compare
from solver.run import run

if TYPE_CHECKING:
    from solver.compare.comparison import Comparison
    from solver.errors import InputError, OptionError, PodsolverError, VerificationError
    from solver.placement import Placement
    from solver.result import Result
    from solver.scenario import Scenario, load_scenario

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "InputError",
    "OptionError",
    "Placement",
    "PodsolverError",
    "Result",
    "Scenario",
    "VerificationError",
    "__version__",
    "compare",
    "load_scenario",
    "run",
]

_HOME = {
    "Comparison": "solver.compare.comparison",
    "InputError": "solver.errors",
    "OptionError": "solver.errors",
    "Placement": "solver.placement",
    "PodsolverError": "solver.errors",
    "Result": "solver.result",
    "Scenario": "solver.scenario",
    "VerificationError": "solver.errors",
    "load_scenario": "solver.scenario",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

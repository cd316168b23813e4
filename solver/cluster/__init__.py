"""What exists: nodes, pods and everything a pod says, as frozen values.

The types of this package know Kubernetes' matching semantics (``taint.tolerated_by``, ``selector.matches``,
``port.conflicts_with``) and no solver. Units: milli-CPU, bytes, plain counts; prices are exact decimals per hour.
"""

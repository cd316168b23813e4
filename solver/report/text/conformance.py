"""How far decisions agree with recordings, for the terminal."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from solver.report.text.console import columns
from solver.report.wording import counted

if TYPE_CHECKING:
    from solver.strategies.kube_scheduler.conformance import Agreement, Difference


def conformance_text(agreement: Agreement, recordings: int, most: int) -> str:
    """A row per field with what was compared and what differs; the first ``most`` differences in full."""
    found = agreement.differences
    differing = Counter(difference.field for difference in found)
    rows = [
        [name, f"{number:,}", f"{differing[name]:,}" if differing[name] else "-", _share(differing[name], number)]
        for name, number in sorted(agreement.compared.items())
    ]
    total = agreement.compared.total()
    rows.append(["all", f"{total:,}", f"{len(found):,}" if found else "-", _share(len(found), total)])
    parts = [columns(["FIELD", "COMPARED", "DIFFER", "AGREE"], rows)]
    if found:
        parts.append("\n\n".join(_in_full(difference) for difference in found[:most]))
        rest = len(found) - most
        parts += [f"and {counted(rest, 'difference')} more"] if rest > 0 else []
    verdict = f"{len(found):,} of {total:,} values differ" if found else f"no difference in {total:,} values"
    return "\n\n".join([*parts, f"{counted(recordings, 'recording')}: {verdict}."])


def _share(differing: int, compared: int) -> str:
    """Never 100 % where anything differs."""
    return "100 %" if not differing else f"{min((compared - differing) / compared * 100, 99.999):.3f} %"


def _in_full(difference: Difference) -> str:
    return (
        f"{difference.where}: {difference.field}\n"
        f"  recorded  {_shown(difference.recorded)}\n"
        f"  own       {_shown(difference.own)}"
    )


def _shown(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)

"""The comparison in one sentence: what the best strategy gains over the baseline, and whether that is proven."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from solver.compare.nodes import HOURS_PER_MONTH, cost_per_hour
from solver.compare.pods import placed, priorities, wanted
from solver.compare.standing import level_of, proven, rank
from solver.compare.titles import short_title
from solver.objectives.question import Level, ObjectiveName
from solver.run.registry import BASELINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.cluster.cluster import Cluster
    from solver.result import LevelResult, Result

CHALLENGER = "cpsat"


def headline(cluster: Cluster, results: Sequence[Result]) -> str:
    """One sentence without a full stop, such as "cpsat places 3 more pods and needs 2 nodes fewer (-12 %), proven"."""
    if not results:
        return "No strategy has answered"
    if not cluster.bound and not cluster.pending:
        return "There are no pods to place"
    if not any(result.placement.cluster.nodes for result in results):
        return f"There are no nodes: {_staying(len(cluster.pending))}"
    ours, theirs = contenders(results)
    if theirs is None:
        return f"{ours.strategy} places {_outcome(cluster, ours)}, {certainty(ours)}"
    differences = _differences(cluster, ours, theirs)
    if not differences:
        return f"{ours.strategy} and {theirs.strategy} answer alike: {_shared(cluster, ours)}, {certainty(ours)}"
    return f"{ours.strategy} {_listed(differences)}, {certainty(ours)}"


def contenders(results: Sequence[Result]) -> tuple[Result, Result | None]:
    """Who is compared: cpsat (else the best of the others) with kube-scheduler (else the first of the others)."""
    others = [result for result in results if result.strategy != BASELINE] or list(results)
    ours = next((result for result in others if result.strategy == CHALLENGER), None) or min(others, key=rank)
    rest = [result for result in results if result is not ours]
    return ours, next((result for result in rest if result.strategy == BASELINE), rest[0] if rest else None)


def certainty(result: Result) -> str:
    """Proven, or what may still be gained: on the first level that is not proven."""
    if proven(result):
        return "proven"
    unproven = next(level for level in result.levels if not level.proven)
    if unproven.gap is None:
        return "not proven"
    title = short_title(unproven.level, (level.level for level in result.levels))
    return f"not proven: {title} may be up to {_percent(unproven.gap)} lower"


def _differences(cluster: Cluster, ours: Result, theirs: Result) -> list[str]:
    """What sets the two apart, as verb phrases in the order of importance."""
    phrases = (
        _placing(cluster, ours, theirs),
        _leaving("evicts", len(ours.placement.evicted), len(theirs.placement.evicted)),
        _leaving("moves", len(ours.placement.moved), len(theirs.placement.moved)),
        _nodes(len(ours.placement.used), len(theirs.placement.used)),
        _cost(cost_per_hour(ours.placement), cost_per_hour(theirs.placement)),
    )
    said = [phrase for phrase in phrases if phrase]
    return said or _by_level(ours, theirs)


def _placing(cluster: Cluster, ours: Result, theirs: Result) -> str:
    """Pods placed in all; where a higher tier pays for that, or gains by it, the tier comes first."""
    gains = [(tier, placed(cluster, ours, tier) - placed(cluster, theirs, tier)) for tier in priorities(cluster)]
    overall = sum(gain for _, gain in gains)
    tier, first = next(((tier, gain) for tier, gain in gains if gain), (0, 0))
    if not first:
        return ""
    if (first > 0) == (overall > 0) and overall:
        return f"places {_more(overall, 'pod')}"
    return (
        f"places {_more(first, 'pod')} of priority {tier:,} ({_more(overall, 'pod') if overall else 'as many'} in all)"
    )


def _leaving(verb: str, ours: int, theirs: int) -> str:
    return f"{verb} {_more(ours - theirs, 'pod')}" if ours != theirs else ""


def _nodes(ours: int, theirs: int) -> str:
    return f"needs {_more(ours - theirs, 'node')}{_change(ours, theirs)}" if ours != theirs else ""


def _cost(ours: Decimal | None, theirs: Decimal | None) -> str:
    if ours is None or theirs is None or ours == theirs:
        return ""
    monthly = abs(ours - theirs) * HOURS_PER_MONTH
    return f"costs {_money(monthly)} a month {'less' if ours < theirs else 'more'}{_change(ours, theirs)}"


def _money(amount: Decimal) -> str:
    """Two decimals, or two digits where these would be nothing."""
    return f"{amount:,.2f}" if amount >= Decimal("0.01") else f"{amount:.2g}"


def _by_level(ours: Result, theirs: Result) -> list[str]:
    """The first level that differs, where nothing that can be counted does."""
    known = {level.level for level in theirs.levels}
    pairs = ((level, level_of(theirs, level.level)) for level in ours.levels if level.level in known)
    return [_on_level(one, other) for one, other in pairs if one.value != other.value][:1]


def _on_level(ours: LevelResult, theirs: LevelResult) -> str:
    return f"has {_noun(ours.level)} of {_number(ours.value)} instead of {_number(theirs.value)}"


def _noun(level: Level) -> str:
    return "unmet preferences" if level.objective is ObjectiveName.PREFERENCES else f"a value for {level}"


def _outcome(cluster: Cluster, result: Result) -> str:
    done = sum(placed(cluster, result, tier) for tier in priorities(cluster))
    everyone = sum(len(wanted(cluster, tier)) for tier in priorities(cluster))
    if not done:
        return "no pod" if everyone == 1 else f"none of {_pods(everyone)}"
    share = _pods(done, "all ") if done == everyone else f"{done:,} of {_pods(everyone)}"
    lost = len(result.placement.evicted)
    return f"{share} on {_counted(len(result.placement.used), 'node')}" + (f", {lost:,} evicted" if lost else "")


def _shared(cluster: Cluster, result: Result) -> str:
    """What two answers have in common."""
    nothing = not any(placed(cluster, result, tier) for tier in priorities(cluster))
    return "nothing is placed" if nothing else _outcome(cluster, result)


def _staying(number: int) -> str:
    """``all 3 pods stay pending``, ``the only pod stays pending``."""
    return f"{_pods(number, 'all ')} {'stays' if number == 1 else 'stay'} pending"


def _pods(number: int, all_of_them: str = "") -> str:
    """``all 3 pods``, but ``the only pod``."""
    return "the only pod" if all_of_them and number == 1 else f"{all_of_them}{_counted(number, 'pod')}"


def _more(number: int, noun: str) -> str:
    """``3 more pods``, ``1 pod fewer``."""
    if number > 0:
        return f"{number:,} more {noun}{'' if number == 1 else 's'}"
    return f"{_counted(-number, noun)} fewer"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _change(ours: Decimal | int, theirs: Decimal | int) -> str:
    """`` (-33 %)``, `` (-0.4 %)``; nothing where that is next to nothing."""
    percent = float(ours - theirs) / float(theirs) * 100 if theirs else 0.0
    if abs(percent) >= 1:
        return f" ({percent:+.0f} %)"
    return f" ({percent:+.1f} %)" if abs(percent) >= 0.05 else ""


def _percent(share: Fraction) -> str:
    """Two digits that say something: ``12 %``, ``0.35 %``."""
    return f"{float(share) * 100:.2g} %" if share < 1 else "100 %"


def _number(value: Fraction) -> str:
    return f"{float(value):,.6g}"


def _listed(phrases: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, last = phrases
    return f"{', '.join(first)} and {last}" if first else last

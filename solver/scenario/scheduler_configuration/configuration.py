"""A whole configuration: its version, the profile that is meant, and what of it plays no part here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.pod import DEFAULT_SCHEDULER
from solver.rules import RULES
from solver.rules.profile import PreemptionLimits, Profile, Scorer
from solver.scenario.field import INT32, Field
from solver.scenario.scheduler_configuration.arguments import RULES_WITH_ARGUMENTS, read_preemption
from solver.scenario.scheduler_configuration.ignored import VERSION, Ignored
from solver.scenario.scheduler_configuration.keys import GROUP, check_keys
from solver.scenario.scheduler_configuration.plugins import default_plugins, read_plugins
from solver.scenario.scheduler_configuration.points import POINTS, REMOVED, Point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.rules.rule import Rule

KIND = "KubeSchedulerConfiguration"
_WITHOUT_EFFECT = (
    "clientConnection",
    "delayCacheUntilActive",
    "enableContentionProfiling",
    "enableProfiling",
    "leaderElection",
    "parallelism",
    "podInitialBackoffSeconds",
    "podMaxBackoffSeconds",
)
"""What bears on how kube-scheduler runs, not on what it decides."""

_OWN = tuple(rule for rule in RULES if rule.name not in POINTS)
"""Filters that are not kube-scheduler's: no configuration speaks of them, and they run beside all profiles."""

_SILENT_ARGUMENTS = {"VolumeBinding": ("bindTimeoutSeconds",), "DynamicResources": ("filterTimeout",)}
"""Arguments that decide nothing."""


def read_configuration(root: Field) -> Profile:
    """The profile of a configuration that places the pods of the default scheduler."""
    ignored = Ignored()
    _check_type(root, ignored)
    check_keys(root, "profiles", "extenders", "percentageOfNodesToScore", *_WITHOUT_EFFECT)
    ignored.extenders(len(list(root.at("extenders"))))
    percentage = root.at("percentageOfNodesToScore").integer(0, 100) or 0
    profile = _read_profile(_chosen(root.at("profiles"), ignored), percentage, ignored)
    ignored.waived(profile.waived)
    ignored.note_in(root)
    return profile


def _check_type(root: Field, ignored: Ignored) -> None:
    group, _, version = root.at("apiVersion").required_text(f"write {GROUP}/{VERSION}").partition("/")
    if root.at("kind").required_text(f"write {KIND}") != KIND:
        root.at("kind").wrong("no scheduler configuration", f"give one of kind {KIND}")
    elif group != GROUP:
        root.at("apiVersion").wrong("no scheduler configuration", f"write {GROUP}/{VERSION}")
    elif version != VERSION:
        ignored.version(version)


def _chosen(profiles: Field, ignored: Ignored) -> Field:
    """The default scheduler's profile, or the first; pods that ask for another are not placed here."""
    found = list(profiles)
    names = [profile.at("schedulerName").text(DEFAULT_SCHEDULER if len(found) == 1 else "") for profile in found]
    for profile, name, position in zip(found, names, range(len(found)), strict=True):
        if not name:
            profile.missing("schedulerName", "several profiles need a name each")
        elif name in names[:position]:
            profile.at("schedulerName").wrong("a second profile of this name", "rename one of them")
    if not found:
        return Field(profiles.document, profiles.findings, None, profiles.path)
    chosen = names.index(DEFAULT_SCHEDULER) if DEFAULT_SCHEDULER in names else 0
    ignored.profiles(names[chosen], [name for name in names if name != names[chosen]])
    return found[chosen]


def _read_profile(place: Field, percentage: int, ignored: Ignored) -> Profile:
    check_keys(place, "schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig")
    plugins = read_plugins(place.at("plugins")) if place.at("plugins").present else default_plugins()
    arguments = _arguments(place.at("pluginConfig"))
    ignored.foreign((*plugins.foreign, *(name for name in arguments if name not in POINTS)))
    ignored.absent(plugins.absent)
    ignored.halves(plugins)
    own = place.at("percentageOfNodesToScore").integer(0, 100)
    rules = _rules(arguments)
    limits = read_preemption(arguments["DefaultPreemption"]) if "DefaultPreemption" in arguments else PreemptionLimits()
    after = plugins.at(Point.POST_FILTER)
    return Profile(
        prefilters=_named(plugins.at(Point.PRE_FILTER), rules),
        filters=(*_named(plugins.at(Point.FILTER), rules), *_OWN),
        scorers=tuple(
            Scorer(rules[name], plugins.weight(name)) for name in plugins.at(Point.SCORE) if name != "VolumeBinding"
        ),
        preemption=limits if "DefaultPreemption" in after else None,
        deallocates="DynamicResources" in after,
        percentage_to_score=percentage if own is None else own,
    )


def _arguments(place: Field) -> dict[str, Field]:
    """``args`` by the plugin's name."""
    found: dict[str, Field] = {}
    for item in place:
        check_keys(item, "name", "args")
        name = item.at("name").required_text("name the plugin")
        args = item.at("args")
        if name in found:
            item.at("name").wrong("configured twice", "keep one")
        elif name in REMOVED:
            item.at("name").wrong("kube-scheduler has no such plugin any more", "remove it")
        elif name in POINTS and args.at("kind").text(f"{name}Args") != f"{name}Args":
            args.at("kind").wrong("not the arguments of this plugin", f"write {name}Args")
        if name in _SILENT_ARGUMENTS:
            check_keys(args, *_SILENT_ARGUMENTS[name])
            args.at("bindTimeoutSeconds").integer(0, INT32)
        found[name] = args
    return found


def _rules(arguments: dict[str, Field]) -> dict[str, Rule]:
    """Every rule by its name, those with arguments made by them."""
    rules = {rule.name: rule for rule in RULES}
    for name, make in RULES_WITH_ARGUMENTS.items():
        if name in arguments:
            rules[name] = make(arguments[name])
    return rules


def _named(names: Iterable[str], rules: dict[str, Rule]) -> tuple[Rule, ...]:
    return tuple(rules[name] for name in names if name in rules)

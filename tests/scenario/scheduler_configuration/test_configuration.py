"""KubeSchedulerConfiguration: which plugins run where, what they are told, and what is said of the rest.

Source: https://kubernetes.io/docs/reference/scheduling/config/
"""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from solver.errors import InputError
from solver.rules.node_resources_fit.score import LeastAllocated, MostAllocated, RequestedToCapacityRatio
from solver.rules.profile import PreemptionLimits, Profile
from solver.scenario import load_scenario
from solver.scenario.scheduler_configuration import load_profile
from solver.strategies.kube_scheduler.profiles import shipped
from tests.scenario.loading import NODE, all_of, pod, problems_of, scenario_of

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
PLUGINS = "profiles[0].plugins"


@pytest.fixture
def read(tmp_path):
    def from_text(text, head=HEAD):
        path = tmp_path / "scheduler.yaml"
        path.write_text(head + dedent(text))
        return load_profile(path)

    return from_text


@pytest.fixture
def profile_of(read):
    """The profile whose ``plugins`` and ``pluginConfig`` are these."""

    def from_parts(plugins="{}", args="[]", more=""):
        return read(f"profiles:\n- plugins: {plugins}\n  pluginConfig: {args}\n{indent(dedent(more), '  ')}").profile

    return from_parts


@pytest.fixture
def problems(read):
    def of(text):
        with pytest.raises(InputError) as caught:
            read(text)
        return {problem.path: problem.message for problem in all_of(caught.value)}

    return of


def weights(profile):
    return {scorer.rule.name: scorer.weight for scorer in profile.scorers}


def names(rules):
    return [rule.name for rule in rules]


def test_a_configuration_that_says_nothing_is_the_default_profile_with_adaptive_sampling(read):
    profile, default = read("").profile, Profile()
    assert weights(profile) == weights(default)
    only_scoring = {"NodeResourcesBalancedAllocation", "ImageLocality"}
    assert names(profile.filters) == [name for name in names(default.filters) if name not in only_scoring]
    assert profile.percentage_to_score == 0
    assert profile.preemption == default.preemption
    assert profile.waived == frozenset()


def test_a_plugin_leaves_one_step_and_stays_at_the_others(profile_of):
    profile = profile_of("{score: {disabled: [{name: TaintToleration}]}}")
    assert "TaintToleration" not in weights(profile)
    assert "TaintToleration" in names(profile.filters)


def test_multi_point_takes_a_plugin_from_every_step(profile_of):
    profile = profile_of("{multiPoint: {disabled: [{name: PodTopologySpread}]}}")
    assert "PodTopologySpread" not in names(profile.rules)
    assert profile.waived == {"PodTopologySpread"}


def test_a_weight_at_one_step_wins_over_multi_point_and_none_means_one(profile_of):
    profile = profile_of(
        "{multiPoint: {enabled: [{name: NodeAffinity, weight: 9}, {name: InterPodAffinity, weight: 7}]},"
        " score: {enabled: [{name: NodeAffinity, weight: 4}, {name: TaintToleration}]}}"
    )
    found = weights(profile)
    assert (found["NodeAffinity"], found["InterPodAffinity"], found["TaintToleration"]) == (4, 7, 1)


def test_redefined_plugins_come_first_then_those_of_multi_point_in_their_order(profile_of):
    profile = profile_of("{filter: {enabled: [{name: InterPodAffinity}, {name: NodePorts}]}}")
    assert names(profile.filters)[:4] == ["InterPodAffinity", "NodePorts", "NodeUnschedulable", "NodeName"]


def test_a_plugin_disabled_and_enabled_at_a_step_comes_last(profile_of):
    profile = profile_of("{filter: {disabled: [{name: NodeName}], enabled: [{name: NodeName}]}}")
    assert names(profile.filters)[-2:] == ["NodeName", "GpuSharing"]


def test_a_star_leaves_only_what_is_enabled(profile_of):
    profile = profile_of("{score: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit, weight: 5}]}}")
    assert weights(profile) == {"NodeResourcesFit": 5}
    everywhere = profile_of(
        "{multiPoint: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit}, {name: PrioritySort},"
        " {name: DefaultBinder}]}}"
    )
    assert names(everywhere.rules) == ["NodeResourcesFit", "GpuSharing"]
    assert everywhere.preemption is None


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("{type: MostAllocated}", MostAllocated()),
        (
            "{type: LeastAllocated, resources: [{name: cpu, weight: 3}, {name: nvidia.com/gpu}]}",
            LeastAllocated((("cpu", 3), ("nvidia.com/gpu", 1))),
        ),
        (
            "{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 0, score: 10},"
            " {utilization: 70, score: 3}]}}",
            RequestedToCapacityRatio(((0, 100), (70, 30))),
        ),
    ],
)
def test_scoring_strategies(profile_of, strategy, expected):
    profile = profile_of(args=f"[{{name: NodeResourcesFit, args: {{scoringStrategy: {strategy}}}}}]")
    (fit,) = [scorer.rule for scorer in profile.scorers if scorer.rule.name == "NodeResourcesFit"]
    assert fit.strategy == expected
    assert fit in profile.filters


def test_arguments_reach_their_plugins(profile_of):
    profile = profile_of(
        args="""[
          {name: NodeResourcesFit, args: {ignoredResources: [example.com/a], ignoredResourceGroups: [foo.com]}},
          {name: NodeResourcesBalancedAllocation, args: {resources: [{name: cpu}, {name: nvidia.com/gpu}]}},
          {name: InterPodAffinity, args: {hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true}},
          {name: DefaultPreemption, args: {minCandidateNodesPercentage: 20, minCandidateNodesAbsolute: 5}},
          {name: PodTopologySpread, args: {defaultingType: List, defaultConstraints: [
            {maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]}},
          {name: NodeAffinity, args: {kind: NodeAffinityArgs, addedAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
              {matchExpressions: [{key: a, operator: Exists}]}]}}}},
          {name: VolumeBinding, args: {bindTimeoutSeconds: 5}}]"""
    )
    rules = {rule.name: rule for rule in profile.rules}
    assert rules["NodeResourcesFit"].ignores == {"example.com/a", "foo.com"}
    assert profile.waived == {"example.com/a", "foo.com"}
    assert rules["NodeResourcesBalancedAllocation"].resources == ("cpu", "nvidia.com/gpu")
    assert (rules["InterPodAffinity"].hard_weight, rules["InterPodAffinity"].heeds_others) == (0, False)
    assert profile.preemption == PreemptionLimits(20, 5)
    assert [(each.topology_key, each.max_skew, each.hard) for each in rules["PodTopologySpread"].defaults] == [
        ("rack", 2, True)
    ]
    assert len(rules["NodeAffinity"].added.required) == 1


def test_the_percentage_of_a_profile_wins_over_that_of_all(read, profile_of):
    assert read("percentageOfNodesToScore: 30").profile.percentage_to_score == 30
    found = read("percentageOfNodesToScore: 30\nprofiles: [{percentageOfNodesToScore: 70}]").profile
    assert found.percentage_to_score == 70


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("percentageOfNodesToScore: 101", "percentageOfNodesToScore"),
        ("nodes: 1", "nodes"),
        ("profiles: [{plugin: {}}]", "profiles[0].plugin"),
        ("profiles: [{plugins: {fliter: {}}}]", f"{PLUGINS}.fliter"),
        ("profiles: [{plugins: {filter: {enabled: [{name: ImageLocality}]}}}]", f"{PLUGINS}.filter.enabled[0].name"),
        ("profiles: [{plugins: {score: {enabled: [{name: NodeName}]}}}]", f"{PLUGINS}.score.enabled[0].name"),
        ("profiles: [{plugins: {filter: {enabled: [{name: EBSLimits}]}}}]", f"{PLUGINS}.filter.enabled[0].name"),
        ("profiles: [{plugins: {queueSort: {disabled: [{name: PrioritySort}]}}}]", f"{PLUGINS}.queueSort"),
        ("profiles: [{}, {}]", "profiles[0].schedulerName"),
        ("profiles: [{schedulerName: a}, {schedulerName: a}]", "profiles[1].schedulerName"),
    ],
)
def test_what_kube_scheduler_refuses_is_a_problem(problems, text, path):
    assert path in problems(text)


@pytest.mark.parametrize(
    ("name", "args", "path"),
    [
        ("NodeResourcesFit", "{scoringStrategy: {type: Most}}", "scoringStrategy.type"),
        ("NodeResourcesFit", "{scoringStrategy: {resources: []}}", "scoringStrategy.type"),
        (
            "NodeResourcesFit",
            "{scoringStrategy: {type: RequestedToCapacityRatio}}",
            "scoringStrategy.requestedToCapacityRatio.shape",
        ),
        (
            "NodeResourcesFit",
            "{scoringStrategy: {type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: "
            "[{utilization: 50, score: 1}, {utilization: 50, score: 2}]}}}",
            "scoringStrategy.requestedToCapacityRatio.shape[1].utilization",
        ),
        ("NodeResourcesFit", "{ignoredResourceGroups: [a/b]}", "ignoredResourceGroups[0]"),
        ("NodeResourcesFit", "{strategy: {}}", "strategy"),
        ("NodeResourcesFit", "{kind: NodeAffinityArgs}", "kind"),
        ("NodeResourcesBalancedAllocation", "{resources: [{name: cpu}, {name: cpu}]}", "resources[1].name"),
        ("NodeResourcesBalancedAllocation", "{resources: [{name: cpu, weight: 2}]}", "resources[0].weight"),
        ("InterPodAffinity", "{hardPodAffinityWeight: 101}", "hardPodAffinityWeight"),
        ("DefaultPreemption", "{minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0}", ""),
        (
            "PodTopologySpread",
            "{defaultConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}]}",
            "defaultConstraints",
        ),
        (
            "PodTopologySpread",
            "{defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: a, "
            "whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}]}",
            "defaultConstraints[0].labelSelector",
        ),
        ("VolumeBinding", "{shape: []}", "shape"),
    ],
)
def test_arguments_that_kube_scheduler_refuses_are_problems(problems, name, args, path):
    found = problems(f"profiles: [{{pluginConfig: [{{name: {name}, args: {args}}}]}}]")
    assert f"profiles[0].pluginConfig[0].args{'.' if path else ''}{path}" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extenders: [{urlPrefix: 'http://x'}]", "1 extenders are not asked"),
        ("profiles: [{schedulerName: mine}]", "the profile mine places the pods of default-scheduler"),
        ("profiles: [{schedulerName: a}, {schedulerName: default-scheduler}]", "the profiles a are not used"),
        ("profiles: [{plugins: {multiPoint: {enabled: [{name: Coscheduling}]}}}]", "left out: Coscheduling"),
        ("profiles: [{pluginConfig: [{name: Coscheduling, args: {x: 1}}]}]", "left out: Coscheduling"),
        (
            "profiles: [{plugins: {score: {disabled: [{name: TaintTolerance}]}}}]",
            "does not have are disabled: TaintTolerance",
        ),
        ("profiles: [{plugins: {preFilter: {disabled: [{name: NodePorts}]}}}]", "NodePorts without their preFilter"),
        ("profiles: [{plugins: {filter: {disabled: [{name: NodePorts}]}}}]", "placements may break it: NodePorts"),
    ],
)
def test_what_plays_no_part_is_named_in_one_notice(read, text, said):
    (notice,) = read(text).notices
    assert said in str(notice)


def test_another_version_is_read_as_v1_and_named(read):
    found = read("", HEAD.replace("/v1", "/v1beta3"))
    assert weights(found.profile) == weights(Profile())
    (notice,) = found.notices
    assert "v1beta3" in str(notice)


@pytest.mark.parametrize("head", ["apiVersion: v1\nkind: Pod\n", HEAD.replace("kubescheduler.config.k8s.io", "apps")])
def test_something_else_is_no_configuration(read, head):
    with pytest.raises(InputError):
        read("", head)


def test_a_file_has_one_configuration(read):
    with pytest.raises(InputError, match="2 documents"):
        read(f"---\n{HEAD}")
    with pytest.raises(InputError, match="empty"):
        read("", "")


@pytest.mark.parametrize("name", shipped())
def test_shipped_profiles_are_without_problem_and_score_every_node(name):
    loaded = load_profile(shipped()[name])
    assert loaded.notices == ()
    assert loaded.profile.enough(5000) == 5000


def test_a_scenario_gives_the_profile_inline():
    scenario = scenario_of(
        NODE,
        pod(),
        """
        apiVersion: podsolver/v1alpha1
        kind: Scenario
        spec:
          schedulerProfile:
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            percentageOfNodesToScore: 40
        """,
    )
    assert scenario.profile
    assert scenario.profile.percentage_to_score == 40


def test_problems_of_an_inline_profile_are_found_in_their_place():
    found = problems_of(
        NODE,
        """
        apiVersion: podsolver/v1alpha1
        kind: Scenario
        spec:
          schedulerProfile: {apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration, percent: 1}
        """,
    )
    assert list(found) == ["spec.schedulerProfile.percent"]


def test_a_scenario_names_the_file_of_its_profile(tmp_path):
    (tmp_path / "scheduler.cfg").write_text(HEAD + "percentageOfNodesToScore: 20\n")
    own = "apiVersion: podsolver/v1alpha1\nkind: Scenario\nspec: {schedulerProfile: NAME}\n"
    path = tmp_path / "scenario.yaml"
    path.write_text(NODE + "---\n" + own.replace("NAME", "scheduler.cfg"))
    profile = load_scenario(path).profile
    assert profile
    assert profile.percentage_to_score == 20
    path.write_text(NODE + "---\n" + own.replace("NAME", "elsewhere.yaml"))
    with pytest.raises(InputError, match="no such file"):
        load_scenario(path)

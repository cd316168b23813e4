"""The contest's containers become pods that keep apart as it says, and a small data set of our own is solved."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.container_instances import generated, part, read
from benchmarks.containers import Outcome, draw, solved, table
from solver import load_scenario

SOLVED = Outcome(30, 60, 225, 20.0, 23, 20, 20, 0, 8.0, 4.0, 0.1, 160)


def written(folder):
    """A data set of two machines and three applications."""
    (folder / "machines.csv").write_text(
        "machine,cpu,mem_gb,disk_gb,p,m,pm\nmachine_1,32,64,600,7,3,7\nmachine_2,92,288,1024,7,7,9\n"
    )
    (folder / "apps.csv").write_text(
        "app,instances,cpu_max,cpu_mean,mem_max_gb,mem_mean_gb,disk_gb,p\n"
        "app_1,2,1.2,0.5068,7,6.5129,60,0\napp_2,1,1,0.5,5,4.2,100,0\napp_3,1,1,0.5,5,4.2,40,0\n"
    )
    (folder / "app_interference.csv").write_text("app_a,app_b,max_count\napp_1,app_2,0\napp_1,app_3,1\napp_3,app_3,0\n")
    return folder


def kept_apart(pod, app):
    """Whether a term of the pod's own keeps it away from the application."""
    selectors = [term.selector for term in pod.spec.anti_affinity.required]
    return any(selector is not None and selector.matches({"app": app}) for selector in selectors)


def test_means_disk_and_limits_of_zero_are_kept(tmp_path):
    scenario = load_scenario(read(written(tmp_path)).write(tmp_path / "containers.json"))
    first, _, second, third = scenario.cluster.pending
    assert first.spec.requests == {"cpu": 507, "memory": 6_513_000_000, "ephemeral-storage": 60_000_000_000}
    assert [kept_apart(pod, "app-2") for pod in (first, second, third)] == [True, False, False]
    assert [kept_apart(pod, "app-3") for pod in (first, second, third)] == [False, False, True]
    assert [node.allocatable["ephemeral-storage"] for node in scenario.cluster.nodes] == [600 * 10**9, 1024 * 10**9]


def test_a_part_speaks_of_its_own_applications_only(tmp_path):
    half = part(read(written(tmp_path)), 2)
    assert [app.name for app in half.apps] == ["app-1", "app-3"]
    assert [app.apart for app in half.apps] == [(), ("app-3",)]
    assert len(half.machines) == 1


def test_the_smallest_run_places_all_containers(tmp_path):
    outcome = solved(generated(machines=12, seed=1), 20, tmp_path)
    assert outcome.sound
    assert outcome.used <= outcome.first
    assert "| 12 |" in table([outcome])
    draw([outcome], tmp_path / "containers.png")
    assert (tmp_path / "containers.png").stat().st_size > 5_000


def test_pending_containers_and_bounds_above_the_value_are_not_sound():
    assert SOLVED.sound
    assert not replace(SOLVED, pending=1).sound
    assert not replace(SOLVED, bound=21).sound
    assert not replace(SOLVED, seconds=22.0).sound

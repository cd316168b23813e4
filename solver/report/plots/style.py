"""How every picture looks: fonts, lines, and colours that colour-blind readers can tell apart.

Strategy colours are fixed, so that a strategy looks the same in every picture. Source of the strategy palette: Okabe
and Ito, https://jfly.uni-koeln.de/color/; of the workload palette: Paul Tol's "muted", https://personal.sron.nl/~pault/
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

INK = "#1f2933"
QUIET = "#66737f"
GRID = "#e3e8ed"
EMPTY = "#f3f5f7"
OUTLINE = "#aab4be"
PAPER = "#ffffff"

STRATEGY_COLOURS: Mapping[str, str] = {
    "kube-scheduler": "#E69F00",
    "first-fit-decreasing": "#009E73",
    "best-fit": "#56B4E9",
    "random": "#CC79A7",
    "cpsat": "#0072B2",
}
OTHER_STRATEGY = "#D55E00"

WORKLOAD_COLOURS = (
    "#332288",
    "#88CCEE",
    "#44AA99",
    "#117733",
    "#999933",
    "#DDCC77",
    "#CC6677",
    "#882255",
    "#AA4499",
)
REMAINING_COLOUR = "#9aa5b1"
NODE_BOUND_PODS = "#52606d"

_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": OUTLINE,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.facecolor": PAPER,
    "figure.titlesize": 12,
    "savefig.facecolor": PAPER,
    # The same picture gives the same file, whenever and wherever it is drawn.
    "svg.hashsalt": "podsolver",
    "svg.fonttype": "path",
    "path.simplify": True,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save within this; what anyone else has set of matplotlib comes back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def strategy_colour(strategy: str) -> str:
    """The strategy's colour, in all pictures the same."""
    return STRATEGY_COLOURS.get(strategy, OTHER_STRATEGY)


def grid_along(axes: Axes, axis: str) -> None:
    """Light lines across one axis only, and no tick marks."""
    axes.grid(axis="x" if axis == "x" else "y")
    axes.tick_params(length=0)


def whole_numbers(axis: Axis) -> None:
    """Tick whole numbers only, with separators."""
    axis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda number, _: f"{number:,.0f}")


def few_ticks(axis: Axis, *, whole: bool = False) -> None:
    """At most five ticks, without trailing zeros: the labels of neighbouring axes stay apart. ``whole``: of a count."""
    axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=whole))
    axis.set_major_formatter(lambda amount, _: f"{amount:,.6g}")


def short_names(names: Sequence[str], longest: int = 24) -> list[str]:
    """Names without the domain that all of them share; those that are still long are cut in their middle."""
    endings = {name.partition(".")[2] for name in names}
    shared = endings.pop() if len(endings) == 1 and len(names) > 1 else ""
    return [shortened(name.removesuffix(f".{shared}") if shared else name, longest) for name in names]


def shortened(text: str, longest: int) -> str:
    """The text cut in its middle, where names of one kind are most alike."""
    if len(text) <= longest:
        return text
    head = (longest - 1) * 3 // 5
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"

"""The rows of the table as data: what is trained, and in which order.

The order is the one in which a reader misses them: first the six networks named beforehand, about
which the chapters claim something; then those that are run with and without batch normalisation;
then the others, the cheapest first, so that a table that is stopped early has as many rows as it can.
"""

from dataclasses import dataclass, field
from typing import Any

from seglearn import inputs
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.building import PLAIN_STACK
from seglearn.experiment.protocol import Protocol

NAMED = ("fcn-8s", "segnet", "unet-same", "dilated", "deeplab-v3", "pspnet")
FIVE_SEEDS = (
    *NAMED,
    "fcn-8s-bn",  # so that the six can be compared with normalisation in all of them
    "fcn-16s",  # and these, since skips are compared one by one
    "fcn-32s",
)
WITHOUT_CHANCE = ("majority-class", "colour-table")  # baselines whose seed changes nothing

# Where the rows of a task lie, below ``experiment``.
FOLDERS = {
    "final": "streets/rows",
    "half": "streets/half",
    "ablations": "streets/ablations",
    "pretraining": "streets/pretraining",
    "pretrained": "streets/pretrained",
    "camvid": "camvid/rows",
    "overfit": "streets/overfit",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    label : str
    network : str
        A name of the zoo, of `BASELINES`, or ``"plain-stack"``.
    options : dict
        For the network.
    """

    label: str
    network: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def trained(self) -> bool:
        """Whether it is a network, with a learning rate, and no baseline."""
        return self.network not in BASELINES

    def seeds(self, protocol: Protocol) -> tuple[int, ...]:
        """Return the seeds of its final runs."""
        if self.label in FIVE_SEEDS:
            return protocol.named_seeds
        return protocol.seeds[:1] if self.label in WITHOUT_CHANCE else protocol.seeds


def _plain(*names: str) -> tuple[Row, ...]:
    return tuple(Row(label=name, network=name) for name in names)


def _twin(network: str, *, batch_norm: bool) -> Row:
    suffix = "bn" if batch_norm else "no-bn"
    return Row(label=f"{network}-{suffix}", network=network, options={"batch_norm": batch_norm})


GROUPS: dict[str, tuple[Row, ...]] = {
    "named": _plain(*NAMED),
    "baselines": _plain(*BASELINES, PLAIN_STACK),
    "twins": (
        _twin("fcn-8s", batch_norm=True),
        _twin("dilated", batch_norm=False),
        *_plain("deeplab-v1"),
        _twin("deeplab-v1", batch_norm=False),
        *_plain("unet"),
        _twin("unet", batch_norm=False),
    ),
    "rest": _plain(
        "linknet",
        "fcn-16s",
        "fcn-32s",
        "dilated-front-end",
        "deeplab-v2",
        "deconvnet",
        "gcn",
        "deeplab-v3-plus",
        "bisenet",
        "refinenet",
        "segnet-basic",
        "enet",
        "fc-densenet-56",
        "fc-densenet-67",
        "crf-rnn",
        "fc-densenet-103",
    ),
}
ROWS: dict[str, Row] = {row.label: row for rows in GROUPS.values() for row in rows}


def choose(names: list[str] | None) -> list[Row]:
    """Return the rows that some names of rows or groups mean, in the order of the table.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    if names is None:
        return list(ROWS.values())
    chosen: set[str] = set()
    for name in names:
        if name in GROUPS:
            chosen |= {row.label for row in GROUPS[name]}
        else:
            chosen.add(inputs.choice(name, "row or group", [*GROUPS, *ROWS]))
    return [row for row in ROWS.values() if row.label in chosen]

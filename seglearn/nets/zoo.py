"""The networks by name: what there is, where it comes from, and how to build it.

How to use it:

>>> from seglearn.nets import zoo
>>> net = zoo.create("fcn-8s", n_classes=12, preset="mini")
>>> zoo.card("fcn-8s").year
2015

What every network keeps to:

- ``net(images)`` takes (N, 3, H, W) of any H, W ≥ 64 and returns logits (N, n_classes, H, W), in
  training and in evaluation alike.
- ``net.forward_with_aux(images)`` returns ``(logits, {name: logits})``: with the logits of
  auxiliary heads, also at the size of the images, for the loss in training. Networks without such
  heads return ``{}``. ``net.aux_weight`` is the factor of each head's loss.
- ``net.loss_stride`` is 1, or says at which pixels the loss compares ``net.coarse(images)``.
- Presets: ``paper`` (published widths and backbone) and ``mini`` (same structure, at most half a
  million parameters at 12 classes).

How a network enters: its module, any file of `seglearn.nets`, calls `register` once a name, at its
end. The zoo imports all modules of the package when it is first asked.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch

from seglearn import inputs, nets
from seglearn.nets.blocks import SegmentationNet
from seglearn.words import say

__all__ = ["PRESETS", "TAGS", "Card", "Reference", "Result", "card", "create", "list", "register"]

PRESETS = ("paper", "mini")

TAGS = {
    "vgg": "stands on VGG16",
    "resnet": "stands on a ResNet",
    "own-encoder": "has an encoder of its own",
    "encoder-decoder": "comes back to full resolution in learned steps",
    "skip-sum": "adds features of the encoder to the decoder",
    "skip-concat": "concatenates features of the encoder with the decoder's",
    "unpooling": "puts maxima back where they were found",
    "transposed-convolution": "learns its up-sampling",
    "dilation": "widens the view by dilated convolutions",
    "context": "has a part whose purpose is context",
    "pyramid": "looks at several scales side by side",
    "large-kernel": "convolves with large kernels",
    "crf": "refines with a conditional random field",
    "dense-blocks": "concatenates all earlier features of a block",
    "auxiliary-loss": "has heads that only training uses",
    "real-time": "made to be fast",
    "two-paths": "separates detail and context into two paths",
    "valid-convolution": "does not pad: the output is smaller than what was seen",
}
"""Taxonomy: tag and what it says."""


@dataclass(frozen=True)
class Result:
    """A published result: data set with split, metric, value, and where it is printed."""

    data: str
    metric: str
    value: float
    source: str


@dataclass(frozen=True)
class Reference:
    """Parameters of the `paper` preset at `n_classes` classes, frozen ones included."""

    n_classes: int
    parameters: int


@dataclass(frozen=True)
class Card:
    """What to know about a network.

    Attributes
    ----------
    name : str
        Lower case with hyphens, for `create`.
    title : str
        As the paper spells it.
    year : int
        Of the publication that `paper` cites.
    paper : str
        Authors, title, venue.
    arxiv : str
        Number at arxiv.org; its first version dates the idea and orders `list`.
    idea : str
        One sentence.
    changed : str
        What it changed, relative to whom.
    tags : tuple of str
        Keys of `TAGS`.
    after : tuple of str
        Names of the networks of the zoo that it answers to.
    results : tuple of Result
        Published, not ours.
    parameters : Reference or None
        Exact size of the `paper` preset.
    """

    name: str
    title: str
    year: int
    paper: str
    arxiv: str
    idea: str
    changed: str
    tags: tuple[str, ...]
    after: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    parameters: Reference | None = None

    @property
    def link(self) -> str:
        """Address of the paper."""
        return f"https://arxiv.org/abs/{self.arxiv}"


Builder: TypeAlias = Callable[..., SegmentationNet]
Names: TypeAlias = list[str]  # named here, before the function `list` hides the type

_cards: dict[str, Card] = {}
_builders: dict[str, dict[str, Builder]] = {}
_loaded = False


def register(card: Card, *, paper: Builder, mini: Builder) -> None:
    """Enter a network into the zoo.

    Parameters
    ----------
    card : Card
        What to know about it.
    paper, mini : callable
        ``builder(n_classes, **options)`` returns a new network.

    Raises
    ------
    ValueError
        If the name is taken or malformed, or a tag or predecessor is unknown.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.name):
        raise ValueError(
            say("name={name!r}: use lower case, digits and single hyphens", name=card.name)
        )
    if card.name in _cards:
        raise ValueError(say("name={name!r} is already in the zoo; choose another", name=card.name))
    if unknown := [tag for tag in card.tags if tag not in TAGS]:
        raise ValueError(
            say(
                "unknown tags {unknown} of {name!r}; use those of zoo.TAGS",
                unknown=unknown,
                name=card.name,
            )
        )
    _cards[card.name] = card
    _builders[card.name] = {"paper": paper, "mini": mini}


def _load() -> None:
    global _loaded
    if not _loaded:
        for module in pkgutil.iter_modules(nets.__path__):
            importlib.import_module(f"{nets.__name__}.{module.name}")
        _loaded = True


def _first_seen(name: str) -> tuple[float, int]:
    place = [*_cards].index(name)  # variants of one paper stay in the order of their module
    return float(_cards[name].arxiv), place


def list(tag: str | None = None) -> Names:
    """Return the names of all networks, or of those with a tag, in order of their first version."""
    _load()
    if tag is not None:
        inputs.choice(tag, "tag", TAGS)
    names = [name for name, card in _cards.items() if tag is None or tag in card.tags]
    return sorted(names, key=_first_seen)


def card(name: str) -> Card:
    """Return the card of the network `name`."""
    _load()
    return _cards[inputs.choice(name, say("network"), list())]


def create(
    name: str, n_classes: int, preset: str = "mini", *, seed: int = 0, **options: object
) -> SegmentationNet:
    """Build a network with fresh weights.

    Parameters
    ----------
    name : str
        One of `list`.
    n_classes : int
        Number of classes.
    preset : {"mini", "paper"}, default "mini"
        Size.
    seed : int, default 0
        Of the weights; PyTorch's own generator is left as it was.
    **options
        Passed on to the preset, e.g. ``in_channels=1``.

    Returns
    -------
    SegmentationNet
        In training mode.

    Raises
    ------
    ValueError
        If the name or the preset is unknown.
    """
    card(name)
    inputs.choice(preset, "preset", PRESETS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _builders[name][preset](n_classes, **options)
    net.built_as = {"network": name, "preset": preset, "n_classes": n_classes, "options": options}
    return net

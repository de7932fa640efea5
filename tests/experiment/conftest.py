"""The experiment is tested on the small images and the small network that training is tested on."""

from ..training.conftest import SmallNet, make_set, one_thread

__all__ = ["SmallNet", "make_set", "one_thread"]

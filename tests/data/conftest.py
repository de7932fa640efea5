"""What the tests of the data sets share."""

from ..data_scripts.conftest import server  # it also puts the scripts on the path

__all__ = ["server"]

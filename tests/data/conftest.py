"""What the tests of the data sets share."""

from ..data_scripts.conftest import server  # noqa: F401  (it also puts the scripts on the path)

"""What the tests of the data sets share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def seglearn_data() -> Path:
    """Return the folder of real samples that may not be redistributed."""
    folder = os.environ.get("SEGLEARN_DATA")
    if not folder:
        pytest.skip("SEGLEARN_DATA does not name a folder with real samples")
    return Path(folder)

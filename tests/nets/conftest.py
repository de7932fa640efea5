"""Weights that a test does not seed itself are the same in every run."""

import pytest
import torch


@pytest.fixture(autouse=True)
def seeded():
    """Start each test from the same state of torch's random numbers."""
    torch.manual_seed(0)

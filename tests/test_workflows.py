"""What runs on a schedule runs, and asks what it should."""

import re
import shlex

import pytest
import yaml

from .conftest import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"


def load(name):
    workflow = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    return workflow[True], workflow["jobs"]  # YAML reads the key "on" as a truth value


def commands(job):
    return [shlex.split(step["run"]) for step in job["steps"] if "run" in step]


def test_every_workflow_ends_and_starts_from_the_sources():
    for path in sorted(WORKFLOWS.iterdir()):
        _, jobs = load(path.name)
        for name, job in jobs.items():
            assert 0 < job["timeout-minutes"] <= 60, (path.name, name)
            assert job["steps"][0]["uses"].startswith("actions/checkout@"), (path.name, name)


def test_once_a_week():
    when, _ = load("weekly.yml")
    (schedule,) = when["schedule"]
    minute, hour, day, month, weekday = schedule["cron"].split()
    assert (day, month) == ("*", "*")
    assert all(part.isdigit() for part in (minute, hour, weekday))
    assert "workflow_dispatch" in when


def test_the_newest_and_the_lowest_allowed_versions_are_tested():
    _, jobs = load("weekly.yml")
    job = jobs["versions"]
    matrix = job["strategy"]["matrix"]["include"]
    assert {each["resolution"] for each in matrix} == {"highest", "lowest-direct"}
    assert job["strategy"]["fail-fast"] is False
    install, test = commands(job)
    assert install[:3] == ["uv", "pip", "install"]
    assert "--resolution=${{" in install
    assert install[-2:] == ["-e", ".[test]"]
    assert any(word.startswith("pip>=") for word in install)  # the wheel's tests run it
    assert "--torch-backend=cpu" in install  # or half of the week's traffic is CUDA
    assert not any("constraints" in word for word in install)
    assert test[:3] == ["python", "-m", "pytest"]
    left_out = [word.partition("=")[2] for word in test[3:]]
    assert all((ROOT / each.partition("::")[0]).exists() for each in left_out)


def test_links_of_pages_and_notebooks_are_followed():
    _, jobs = load("weekly.yml")
    job = jobs["links"]
    (convert,) = commands(job)
    assert convert[-3:] == ["--to", "markdown", "notebooks/*.ipynb"]
    check = job["steps"][-1]
    assert check["uses"].startswith("lycheeverse/lychee-action@")
    assert check["with"]["fail"] is True
    pages = [word for word in check["with"]["args"].split() if word.endswith(".md")]
    assert pages == ["README.md", "CONTRIBUTING.md", "notebooks/*.md"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_pages_show_and_link_to_what_is_there(page):
    found = re.findall(r"\]\(([^):]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert found
    assert [path for path in found if not (ROOT / path).exists()] == []

import dataclasses
import subprocess
import sys

import pytest

from seglearn.nets import zoo

HERE = {
    "fcn-32s",
    "fcn-16s",
    "fcn-8s",
    "deconvnet",
    "unet",
    "unet-same",
    "segnet",
    "segnet-basic",
    "dilated-front-end",
    "dilated",
}


def test_list_is_chronological_and_complete():
    names = zoo.list()
    assert set(names) >= HERE
    assert len(names) == len(set(names))
    dates = [float(zoo.card(name).arxiv) for name in names]
    assert dates == sorted(dates)
    assert names[:3] == ["fcn-32s", "fcn-16s", "fcn-8s"]


def test_list_by_tag():
    assert {"deconvnet", "segnet", "segnet-basic"} <= set(zoo.list("unpooling"))
    assert "unet" not in zoo.list("unpooling")
    used = {tag for name in zoo.list() for tag in zoo.card(name).tags}
    assert used <= set(zoo.TAGS)


def test_unknown_names_are_answered_with_what_there_is():
    with pytest.raises(ValueError, match=r"unknown network 'fcn8'; .*'fcn-8s'"):
        zoo.create("fcn8", 21)
    with pytest.raises(ValueError, match="unknown preset 'large'; expected one of 'paper', 'mini'"):
        zoo.create("fcn-8s", 21, "large")
    with pytest.raises(ValueError, match="unpooling"):
        zoo.list("transformer")


@pytest.mark.parametrize(("n_classes", "error"), [(1, ValueError), (2.0, TypeError)])
def test_number_of_classes_is_checked(n_classes, error):
    with pytest.raises(error, match="n_classes"):
        zoo.create("unet-same", n_classes)


def test_options_reach_the_network():
    assert zoo.create("unet-same", 2, in_channels=1).in_channels == 1
    with pytest.raises(TypeError):
        zoo.create("unet-same", 2, no_such_option=1)


def test_register_checks_what_it_is_given():
    good = zoo.card("fcn-8s")
    builders = {"paper": lambda n: None, "mini": lambda n: None}
    with pytest.raises(ValueError, match="already"):
        zoo.register(good, **builders)
    with pytest.raises(ValueError, match="hyphens"):
        zoo.register(dataclasses.replace(good, name="FCN 8s"), **builders)
    with pytest.raises(ValueError, match="no-such-tag"):
        zoo.register(dataclasses.replace(good, name="x", tags=("no-such-tag",)), **builders)


def test_published_results_are_there_and_each_names_what_sets_it_apart():
    without = {name for name in zoo.list() if not zoo.card(name).results}
    assert without == {"unet-same"}  # ours, not the paper's
    for name in zoo.list():
        results = zoo.card(name).results
        assert len({(each.data, each.metric, each.source) for each in results}) == len(results)


def test_the_package_loads_no_torch_until_a_network_is_asked_for():
    code = "import sys, seglearn.nets; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The recorded scores of the classical methods are whole, and a file that is not is refused."""

import json

import numpy as np
import pytest

from seglearn.classical import recorded
from seglearn.data.assets import asset

FILE = asset("classical/experiment.json")


@pytest.fixture
def content():
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_every_method_has_one_number_for_each_photograph():
    for column in recorded.COLUMNS[2:]:
        found = recorded.by_method(column)
        assert list(found) == list(recorded.methods())
        assert {values.shape for values in found.values()} == {(len(recorded.objects()),)}


def test_numbers_are_those_of_the_rows(content):
    found = {column: recorded.by_method(column) for column in recorded.COLUMNS[2:]}
    order = list(content["objects"])
    for picture, method, *numbers in content["rows"]:
        for column, number in zip(recorded.COLUMNS[2:], numbers, strict=True):
            assert found[column][method][order.index(picture)] == number


def test_chapters_share_the_methods_out():
    parts = [recorded.methods(chapter) for chapter in recorded.CHAPTERS]
    assert {**parts[0], **parts[1]} == recorded.methods()
    assert not set(parts[0]) & set(parts[1])
    for chapter, own in zip(recorded.CHAPTERS, parts, strict=True):
        assert {about["chapter"] for about in own.values()} == {chapter}
        assert list(recorded.by_method("iou", chapter)) == list(own)


def test_names_help_more_the_more_regions_there_are():
    labels, squares = recorded.by_method("labels"), recorded.by_method("squares")
    order = sorted(labels, key=lambda name: np.median(labels[name]))
    assert np.mean(squares[order[-1]]) > np.mean(squares[order[0]]) + 0.3


def test_what_is_returned_belongs_to_the_caller():
    recorded.methods()["Otsu"]["needs"] = "spoilt"
    recorded.by_method("iou")["Otsu"][:] = 7
    recorded.objects().clear()
    recorded.notes().clear()
    assert recorded.methods()["Otsu"]["needs"] == "names"
    assert recorded.by_method("iou")["Otsu"].max() <= 1
    assert recorded.objects()
    assert recorded.notes()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: recorded.by_method("recall"), "unknown column 'recall'; expected one of 'iou'"),
        (lambda: recorded.by_method("picture"), "unknown column 'picture'"),
        (
            lambda: recorded.by_method("iou", "08"),
            "unknown chapter '08'; expected one of '06', '07'",
        ),
        (lambda: recorded.methods("6"), "unknown chapter '6'"),
    ],
)
def test_bad_names_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def _another_column(content):
    content["columns"][2] = "dice"


def _no_methods(content):
    del content["methods"]


def _rows_of_text(content):
    content["rows"][3][4] = "much"


def _short_row(content):
    content["rows"][3] = content["rows"][3][:4]


def _empty_row(content):
    content["rows"][3] = []


def _a_row_twice(content):
    content["rows"][3] = content["rows"][4]


def _a_row_less(content):
    content["rows"].pop()


def _no_rows(content):
    content["rows"] = []


def _notes_of_text(content):
    content["notes"] = "none"


def _iou_above_1(content):
    content["rows"][3][2] = 1.5


def _nan(content):
    content["rows"][3][2] = float("nan")


def _no_region(content):
    content["rows"][3][3] = 0


def _negative_time(content):
    content["rows"][3][5] = -0.1


def _a_list(content):
    return [content]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_another_column, "the columns are not"),
        (_no_methods, "KeyError"),
        (_rows_of_text, "ValueError"),
        (_short_row, "ValueError"),
        (_empty_row, "IndexError"),
        (_a_row_twice, "not one row for each pair"),
        (_a_row_less, "not one row for each pair"),
        (_no_rows, "the columns are not"),
        (_notes_of_text, "the columns are not"),
        (_iou_above_1, "these numbers cannot be"),
        (_nan, "these numbers cannot be"),
        (_no_region, "these numbers cannot be"),
        (_negative_time, "these numbers cannot be"),
        (_a_list, "TypeError"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_bad_file_is_refused(content, tmp_path, spoil, why):
    path = tmp_path / "scores.json"
    path.write_text(json.dumps(spoil(content) or content), encoding="utf-8")
    with pytest.raises(ValueError, match=why) as refused:
        recorded.read(path)
    assert "scores.json" in str(refused.value)
    assert "run_classical_experiment.py" in str(refused.value)


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(OSError, match="scores"):
        recorded.read(tmp_path / "scores.json")
    path = tmp_path / "scores.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="holds no whole set"):
        recorded.read(path)
    assert recorded.read(FILE)["objects"]

"""Hands each sheet of a chapter's test class to its tests."""


def pytest_generate_tests(metafunc):
    if "sheet" in metafunc.fixturenames:
        sheets = metafunc.cls.sheets
        metafunc.parametrize("sheet", sheets, ids=[sheet.exercise.id for sheet in sheets])

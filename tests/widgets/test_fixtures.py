"""What the browser is tested against is still what Python says."""

from tests.widgets import make_fixtures


def test_fixtures_are_up_to_date():
    assert make_fixtures.PATH.read_text(encoding="utf-8") == make_fixtures.text(), (
        "run python tests/widgets/make_fixtures.py"
    )

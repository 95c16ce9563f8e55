import pytest

from courtside.boxscore import BoxScore


def test_points_add_up() -> None:
    score = BoxScore()
    for kind in ("two", "three", "free_throw", "foul"):
        score.add("7", kind)
    assert score.points() == {"7": 6}


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(KeyError):
        BoxScore().add("7", "four")

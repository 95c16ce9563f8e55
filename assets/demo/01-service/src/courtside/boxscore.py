"""A box score: what each player did in one game."""

from collections import defaultdict

POINTS = {"free_throw": 1, "two": 2, "three": 3, "foul": 0, "rebound": 0}


class BoxScore:
    """Counts events by player."""

    def __init__(self) -> None:
        self._events: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, player: str, kind: str) -> None:
        """Adds one event; raises KeyError for a kind that the rules do not know."""
        if kind not in POINTS:
            raise KeyError(kind)
        self._events[player][kind] += 1

    def points(self) -> dict[str, int]:
        """Points by player."""
        return {
            player: sum(POINTS[kind] * count for kind, count in events.items())
            for player, events in self._events.items()
        }

"""The application: one route a question that people at the court ask."""

from fastapi import FastAPI, HTTPException

from courtside.boxscore import BoxScore

app = FastAPI(title="courtside")
games: dict[int, BoxScore] = {}


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/games/{game}/events")
async def add_event(game: int, player: str, kind: str) -> dict[str, int]:
    score = games.setdefault(game, BoxScore())
    try:
        score.add(player, kind)
    except KeyError as error:
        raise HTTPException(status_code=422, detail=f"no such event: {kind}") from error
    return score.points()


@app.get("/games/{game}")
async def game_score(game: int) -> dict[str, int]:
    if game not in games:
        raise HTTPException(status_code=404, detail="no such game")
    return games[game].points()

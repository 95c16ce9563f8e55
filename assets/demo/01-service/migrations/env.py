"""Creates the tables, each statement once."""

STATEMENTS = (
    "create table if not exists games (id serial primary key, started timestamptz not null)",
    "create table if not exists events (game int references games, player text, kind text, at timestamptz)",
)

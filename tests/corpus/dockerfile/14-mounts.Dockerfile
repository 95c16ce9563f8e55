# syntax=docker/dockerfile:1.7
FROM python:3.12.4-slim AS build
RUN --mount=type=cache,target=/root/.cache \
    --mount=type=bind,source=poetry.lock,target=poetry.lock \
    --network=none \
    pip install poetry
RUN --mount=type=secret,id=npmrc,required=true cat /run/secrets/npmrc

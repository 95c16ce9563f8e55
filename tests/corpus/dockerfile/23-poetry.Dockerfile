FROM python:3.12.4-slim AS builder
# 1.8.3
RUN pip install --no-cache-dir poetry==1.8.3
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry config virtualenvs.create false \
 && poetry install --only main --no-root --no-interaction
COPY src ./src

FROM python:3.12.4-slim
RUN groupadd --gid 1000 appuser \
 && useradd --uid 1000 --gid appuser --create-home appuser
COPY --from=builder --chown=appuser:appuser /app /app
USER appuser
STOPSIGNAL SIGINT
CMD ["python", "-m", "app"]

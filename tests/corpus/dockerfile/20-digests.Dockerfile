FROM python:3.12.4@sha256:d3ebdcf3a9d4a4c0a1f9c5c3c2b2d1e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6 AS a
FROM localhost:5000/team/image:2024-05-01 AS b
FROM registry.example.com/team/image
COPY --from=a /x /x
COPY --from=0 /y /y

# syntax=docker/dockerfile:1
FROM python:3.12.4-slim
RUN <<EOF
set -eu
apt-get update
apt-get install -y curl
# a shell comment
rm -rf /var/lib/apt/lists/*
EOF
USER nobody

FROM debian:12.5
RUN apt-get update \
    # the probe needs curl
    && apt-get install -y \
        curl \
        # git is for the build only
        git \
    && rm -rf /var/lib/apt/lists/*
ENV A=1 \
    B=2 \
    C="three four"
LABEL org.example.title="a title" \
      org.example.note='single quoted'

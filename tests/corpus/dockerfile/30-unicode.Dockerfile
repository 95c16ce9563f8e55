FROM alpine:3.20
LABEL name="Über Größe – 日本語"
RUN echo "žluťoučký kůň" \
    && echo naïve
COPY données/été.txt /données/

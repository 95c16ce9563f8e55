FROM golang:1.22.4 AS build
COPY --link . /src
FROM scratch
COPY --from=build --chown=65532:65532 --chmod=0555 /out/app /app
COPY --from=alpine:3.20 /etc/ssl/certs /etc/ssl/certs
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tgz /a.tgz
ENTRYPOINT ["/app"]

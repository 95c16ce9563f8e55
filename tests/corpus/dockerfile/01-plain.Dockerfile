FROM debian:12.5
RUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates
COPY app /srv/app
WORKDIR /srv/app
USER 1000:1000
EXPOSE 8080 9090/udp
CMD ["./serve", "--port", "8080"]

FROM alpine:3.20
MAINTAINER Somebody <somebody@example.com>
STOPSIGNAL SIGQUIT
USER root
WORKDIR /var/lib/some dir

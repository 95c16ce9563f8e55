FROM alpine:3.20
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
COPY ["a file", "another file", "/dest dir/"]
VOLUME ["/data", "/logs"]
RUN ["/bin/sh", "-c", "echo \"quoted\" \u00e9"]
CMD [ "a" , "b" ]

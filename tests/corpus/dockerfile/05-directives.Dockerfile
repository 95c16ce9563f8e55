# syntax=docker/dockerfile:1.7
# check=skip=JSONArgsRecommended
# escape=\

# a comment
FROM alpine:3.20
RUN echo hello

FROM alpine:3.20
RUN echo the end \
  && true
FROM alpine:3.20
RUN echo one \
  && echo two
# comment
ENV A=1

FROM alpine:3.20
COPY <<one.txt <<two.txt /data/
first
one.txt
second
two.txt

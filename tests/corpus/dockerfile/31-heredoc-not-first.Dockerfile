FROM alpine:3.20
RUN cat <<A > /a && cat <<B > /b
in a
A
in b
B
RUN cat << SPACED > /c
spaced
SPACED

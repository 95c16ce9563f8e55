FROM alpine:3.20
ENV OLD some value with blanks
ENV A=1 B="two words" C='single $A' D=esc\ aped
ENV PATH=/opt/bin:$PATH
LABEL "quoted.key"="quoted value" plain=value
LABEL multi="line \
continued"

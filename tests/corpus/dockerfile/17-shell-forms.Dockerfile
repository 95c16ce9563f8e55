FROM alpine:3.20
VOLUME /data /logs
ENTRYPOINT exec top -b
CMD ["unclosed", "array"
RUN [ -f /etc/passwd ] && echo yes
RUN ['single', 'quotes']

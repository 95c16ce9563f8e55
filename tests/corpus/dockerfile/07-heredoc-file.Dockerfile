FROM nginx:1.27.0
COPY <<EOF /etc/nginx/conf.d/default.conf
server {
    listen 8080;
    location / { return 204; }
}
EOF
COPY --chmod=755 <<"SCRIPT" /usr/local/bin/start
#!/bin/sh
exec nginx -g 'daemon off;' "$@"
SCRIPT
CMD ["/usr/local/bin/start"]

#!/bin/sh
set -x

certbot certonly --webroot -w /var/www/certbot \
    --email admin@courtside.example --agree-tos --no-eff-email \
    -d courtside.example -d www.courtside.example

while :; do
    certbot renew --quiet
    sleep 12h
done

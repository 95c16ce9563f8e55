#!/bin/sh
set -eu

log() {
    echo "certbot: $*"
}

validate() {
    openssl x509 -noout -checkend 86400 -in "/etc/letsencrypt/live/$CERTBOT_DOMAIN/fullchain.pem"
}

if certbot certonly --webroot -w /var/www/certbot --agree-tos \
    --email "$CERTBOT_EMAIL" -d "$CERTBOT_DOMAIN"; then
    if ! validate; then
        log "the certificate is broken" >&2
        exit 1
    fi
else
    log "no certificate" >&2
    exit 1
fi

while :; do
    if ! timeout 300 certbot renew --quiet; then
        log "renewal failed" >&2
    fi
    sleep 12h
done

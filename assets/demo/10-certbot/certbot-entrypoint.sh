#!/bin/sh
set -eu

: "${CERTBOT_EMAIL:?set it to the address that the certificate authority writes to}"
: "${CERTBOT_DOMAIN:?set it to the domain of the site}"

log() {
    echo "$(date -u +%FT%TZ) certbot: $*"
}

validate() {
    openssl x509 -noout -checkend 86400 -in "/etc/letsencrypt/live/$CERTBOT_DOMAIN/fullchain.pem"
}

if certbot certonly --webroot -w /var/www/certbot \
    --email "$CERTBOT_EMAIL" --agree-tos --no-eff-email \
    -d "$CERTBOT_DOMAIN" -d "www.$CERTBOT_DOMAIN"; then
    if validate; then
        log "certificate of $CERTBOT_DOMAIN is valid for a day at least"
    else
        log "certificate of $CERTBOT_DOMAIN is broken" >&2
        exit 1
    fi
else
    log "no certificate for $CERTBOT_DOMAIN" >&2
    exit 1
fi

while :; do
    if ! certbot renew --quiet; then
        log "renewal failed; trying again in 12 hours" >&2
    fi
    sleep 12h
done

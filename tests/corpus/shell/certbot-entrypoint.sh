#!/bin/sh
# Obtains and renews the certificate of the site.
set -eu

EMAIL="${CERTBOT_EMAIL:?an address for expiry notices}"
DOMAINS="${CERTBOT_DOMAINS:?a list, comma-separated}"
RENEW_TIMEOUT="${RENEW_TIMEOUT:-300}"

log() {
    printf '%s %s\n' "$(date -u +%FT%TZ)" "$*"
}

die() {
    log "error: $*" >&2
    exit 1
}

validate() {
    openssl x509 -noout -checkend 86400 -in "/etc/letsencrypt/live/${1}/fullchain.pem" \
        || die "the certificate of $1 ends within a day"
}

obtain() {
    set -- certonly --webroot -w /var/www/certbot --email "$EMAIL" --agree-tos --non-interactive
    OLD_IFS=$IFS
    IFS=,
    for domain in $DOMAINS; do
        set -- "$@" -d "$domain"
    done
    IFS=$OLD_IFS
    if certbot "$@"; then
        validate "${DOMAINS%%,*}"
    else
        die "certbot could not obtain a certificate for $DOMAINS"
    fi
}

[ -d "/etc/letsencrypt/live/${DOMAINS%%,*}" ] || obtain

trap 'exit 0' TERM INT
while :; do
    if ! timeout "$RENEW_TIMEOUT" certbot renew --quiet; then
        log "renewal failed; next try in twelve hours"
    fi
    sleep 12h &
    wait $!
done

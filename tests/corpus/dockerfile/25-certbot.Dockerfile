# certbot 2.11.0
FROM certbot/certbot:v2.11.0
RUN apk add --no-cache openssl bash
COPY certbot-entrypoint.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]

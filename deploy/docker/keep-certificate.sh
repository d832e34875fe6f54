#!/bin/sh
# Gets a certificate for $DOMAIN from Let's Encrypt, and renews it in time. Keeps trying where it cannot be had yet.
set -u

trap 'exit 0' TERM INT
account=${LETSENCRYPT_EMAIL:+--email $LETSENCRYPT_EMAIL}

while :; do
    # shellcheck disable=SC2086 # Several words each.
    if certbot certonly --non-interactive --agree-tos ${account:---register-unsafely-without-email} \
        --webroot --webroot-path /acme --cert-name veogate --domain "$DOMAIN" --keep-until-expiring \
        --config-dir /certificates --work-dir /tmp/work --logs-dir /tmp/logs ${LETSENCRYPT_ARGUMENTS:-}; then
        wait_seconds=43200
    else
        echo "There is no certificate yet. Does $DOMAIN lead to this machine, and is port 80 open? Trying again in an hour."
        wait_seconds=3600
    fi
    sleep "$wait_seconds" &
    wait $!
done

#!/bin/sh
status=$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8000/health) || exit 1
[ "$status" = 200 ] || { echo "status $status" >&2; exit 1; }
exit 0

#!/bin/bash
set -Eeuo pipefail
trap 'echo "failed in line $LINENO" >&2' ERR
trap cleanup EXIT
trap '' HUP; trap - INT
cleanup() { local rc=$?; [ $rc -eq 0 ] || echo "ended with $rc"; rm -rf "$tmp"; }
tmp=$(mktemp -d)
try() { local n=0; until "$@"; do n=$((n+1)); [ $n -ge 3 ] && return 1; sleep $n; done; }
try curl -f http://x || exit 3

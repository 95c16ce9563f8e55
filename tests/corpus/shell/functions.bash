#!/usr/bin/env bash
main() { helper "$@"; }
function helper { printf '%q ' "$@"; echo; }
function second () ( cd /tmp && ls )
third() if [[ -n ${1:-} ]]; then echo "$1"; fi
fourth() for i in a b; do echo $i; done
fifth() { echo redirected; } >/dev/null 2>&1
sixth () { local a=1 b="two words" c; declare -A map=([k]=v); readonly R=3; export S="$a$b"; }
main "$@"; second; third x; fourth; fifth; sixth
unset -f helper

#!/bin/bash -e
A=1 B="$A-2" C=$(date) D=
export PATH="$PATH:/opt/bin" E
ARGS=(--one "two three" $four [5]=five)
ARGS+=(--more)
x[3]=y; NAME+=more
run "${ARGS[@]}" "${#ARGS[@]}" "${ARGS[0]}" "${ARGS[*]}"
: "${DEFAULT:=fallback}" "${MUST:?has to be set}"
FOO=bar env -i BAZ=1 printenv
read -r one two <<<"1 2"
printf -v out '%s' x
set -- a b c; shift; echo "$1"
eval "echo $A"; eval 'set -x'

set -e
if true; then
  echo "crlf"
fi
cat <<EOF
body $x
EOF
foo \
  bar

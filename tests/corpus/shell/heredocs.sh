cat <<EOF > /etc/app.conf
host=${HOST:-localhost}
made=$(date) by `id -un`
EOF
cat <<'EOF' | sed 's/a/b/' && echo done
$not expanded $(nor this)
EOF
cat <<-TABS
	indented $x
	TABS
paste <(cat <<A
one
A
) - <<"B C"
two
B C
cat <<ONE <<TWO
1
ONE
2
TWO
if cat <<EOF; then echo yes; fi
in a condition
EOF
run <<EOF && {
body
EOF
  echo after
}
sh <<'SCRIPT'
apt-get update
SCRIPT
tr a b <<< "here $string"

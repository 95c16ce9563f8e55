sudo -u app -- env -i A=1 nice -n 5 timeout -k 5 300 stdbuf -oL cmd arg
su - app -c 'cd ~ && ./run'
su app -s /bin/sh -c "one; two"
exec gosu app:app tini -- python -m app "$@"
sh -c 'echo $0 $1' zero one
bash -euo pipefail -c "a | b"
bash -lc 'inner'; /bin/sh -xc 'traced'
setpriv --reuid=1000 --regid 1000 --clear-groups cmd
runuser -u app -- cmd; runuser app -c cmd
xargs -0 -n1 rm < list; find . -name '*.pyc' -exec rm {} +
curl -fsSL https://example.test/install.sh | sh -s -- --yes
wget -qO- https://example.test/x | sudo bash
sh -c "$(curl -fsSL https://example.test/y)"; bash <(curl -s https://example.test/z)
echo 'apt-get install -y curl' | sh
env -S "bash -x" script; busybox sh -c 'true'; flock /tmp/l -c 'x'
command -v foo >/dev/null && command foo; builtin cd /; time foo
. ./lib.sh; source "$HOME/lib.sh"; ./run.sh; "$CMD" x; $(which foo) y

if a; then b; elif c; then d; else e; fi
if ! a && [ -f x ] || [[ $y =~ ^(a|b)$ && -n "$z" ]]; then :; fi >/dev/null
while read -r line; do echo "$line"; done < <(ls)
until ping -c1 host; do sleep 1; done
for x in a "b c" $d; do case $x in (a|b*) break;; [!c]) continue ;& *) echo other ;; esac; done
for x do echo "$x"; done
for ((i = 0; i < 3; i++)); do echo $i; done
for ((;;)) { break; }
select s in one two; do break; done
case $1 in
  start) start ;;
  # comment between arms
  stop | halt) stop
    ;;
  *)
esac
{ a; b; } 2>&1 | tee log
(a; (b)) && ! { c; } || ! if d; then e; fi
time -p { a | b; }
time c
coproc worker { cat; }
a & b && c &
((count++)) || ((count > 3 && (count < 5)))
! ! a | b |& c

echo 'single $x' "double $x ${y:-"nested ${z:='q'}"} \"esc\" \$no \` `echo back \`nested\`` " bare\ word \\
echo $'ansi \n \x41 \u00e9 \'' $"translated" a'b'"c"d ''  "" "$(echo "in $(echo 'deep "er"')")"
echo "it's" '"' \' \" "${x%"/"}" "${x#'a b'}" ${x//\//_} ${#x} ${!x} ${x^^} ${x:1:2} ${arr[@]} ${arr[$i+1]} ${x@Q}
echo $1 ${10} $# $? $$ $! $- $@ "$*" $_ $ "$" a$ $((1 + (2 * 3))) $[1+1] $(( $(echo 2) + 1 ))
echo a#b #comment 'not closed
echo {a,b}{1..3} ~ ~/x *.txt [a-z]? !x @(a|b) +(x) ?

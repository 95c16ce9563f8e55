echo fine
if then
fi
echo still fine
case x in
a) echo
done
echo $(unclosed
echo "and this

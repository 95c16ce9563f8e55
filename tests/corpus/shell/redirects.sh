exec 3>&1 4<file 2>>/var/log/x.log
> truncated
cmd >out 2>&1 </dev/null
cmd &>both; cmd &>>both; cmd >&both; cmd 2>&-
cmd {fd}>file >|forced <>rw 5<&0
2>err cmd >out arg
echo x > "$dir/$(name)" >> y
exec > >(tee -a log) 2>&1

a() { b() { c() { if x; then while y; do for z in $(w "$(v "${u:-$(t)}")"); do case $z in q) { ( { (echo deep) } ) } ;; esac; done; done; fi; }; c; }; b; }
a

from alpine:3.20 as base
run apk add --no-cache curl
from base
copy --from=base /usr/bin/curl /usr/local/bin/
entrypoint ["curl"]
cmd ["--version"]

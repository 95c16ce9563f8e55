FROM	alpine:3.20	AS	base
RUN	--network=none	echo	tabs
COPY	--from=base	/a	/b

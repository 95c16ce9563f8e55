FROM alpine:3.20
RUN <<-EOT sh
	echo indented
		echo more
	EOT
RUN echo after

FROM bash:5.2.26
RUN cat <<< "here string"
RUN echo $((1<<4)) > /sixteen
RUN echo "quoted <<EOF"
RUN grep x <<<"$HOME"

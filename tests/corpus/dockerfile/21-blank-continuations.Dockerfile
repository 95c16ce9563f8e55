FROM alpine:3.20
RUN echo one && \

    echo two && \
    
    # a comment
    echo three
RUN echo four

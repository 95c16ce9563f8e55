# first comment

#second comment
   # an indented comment
FROM alpine:3.20
# above run
RUN echo a # not a comment
#last comment

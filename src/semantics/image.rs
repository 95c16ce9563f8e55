//! The image that a Dockerfile makes: its final stage with every stage it is built FROM.

//! Build contexts after .dockerignore.

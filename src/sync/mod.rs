//! Bringing Linear into line with the verdicts of a commit.

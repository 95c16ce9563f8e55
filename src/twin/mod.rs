//! A stand-in for Linear on loopback, for the demo and the tests.

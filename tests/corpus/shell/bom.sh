#!/bin/sh
echo "after a byte order mark"

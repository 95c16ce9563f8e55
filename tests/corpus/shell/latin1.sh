#!/bin/sh
echo café "ÿþ" Ã©

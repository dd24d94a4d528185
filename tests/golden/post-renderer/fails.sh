#!/bin/sh
echo partly
echo "went wrong" >&2
exit 3

#!/bin/sh
cat >/dev/null
for argument; do echo "argument: <$argument>"; done

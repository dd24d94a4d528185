#!/bin/sh
echo warning >&2
cat

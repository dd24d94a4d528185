#!/bin/sh
sed 's/hunter2/x/'
printf '\n\n---\n# Source: chart/templates/added.yaml\nadded: true\n\n\n'

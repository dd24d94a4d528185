#!/bin/sh
sed s/newer/other/

#!/bin/sh
sed s/nginx/caddy/

#!/bin/sh
echo "arguments $# $*, user $HELM_PLUGIN_USERNAME, all $HELM_PLUGIN_PASS_CREDENTIALS_ALL, $HELM_PLUGIN_NAME, $HELM_NAMESPACE" >&2
for url; do :; done
case $url in
*/index.yaml) cat "$HELM_PLUGIN_DIR/index.yaml" ;;
*.tgz) cat "$HELM_PLUGIN_DIR/web-0.1.0.tgz" ;;
*/values*) echo "a: from the plugin" ;;
*) exit 3 ;;
esac

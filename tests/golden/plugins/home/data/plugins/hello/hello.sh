#!/bin/sh
echo "hello $HELM_PLUGIN_NAME"
for argument; do echo "argument $argument"; done
echo "namespace $HELM_NAMESPACE, context $HELM_KUBECONTEXT, debug $HELM_DEBUG"
echo "repositories $HELM_REPOSITORY_CONFIG"
test -n "$HELM_BIN" && echo "there is a HELM_BIN"
cat
echo "words on stderr" >&2

#!/usr/bin/env bash
# Writes the table of Kubernetes' types and their fields that `rhelm validate` checks manifests with.
#
# usage: scripts/list-kubernetes-fields.sh
#
# The types are those of k8s.io/client-go as the pinned Helm 4 is linked with it: what the stable APIs
# that people write manifests for are made of. What is under `status` is left out.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../tools/oracle/go/helm4"
module=$(go list -m -f '{{.Dir}}' k8s.io/client-go)
version=$(go list -m -f '{{.Version}}' k8s.io/client-go)
table=$here/../crates/kubernetes/src/fields.txt
{
    echo "# Made by scripts/list-kubernetes-fields.sh from the types in k8s.io/client-go $version."
    echo "# Type, then its fields: s text, n number, b boolean, * anything, [T] list, {T} map, or a type."
    awk '
        function short(name) {
            sub(/^io\.k8s\.api\./, "", name)
            sub(/^io\.k8s\.apimachinery\.pkg\.(apis\.)?/, "", name)
            return name
        }
        # A type is written as a chain: lists and maps around a name or a scalar.
        function ends(inner,    i, open, text) {
            text = inner
            for (i = length(chain); i > 0; i--) {
                open = substr(chain, i, 1)
                text = open text (open == "[" ? "]" : "}")
            }
            if (field == "") alias[type] = text
            else if (field == "status") fields[type] = fields[type] " status:*"
            else { fields[type] = fields[type] " " field ":" text; uses[type] = uses[type] " " inner }
            chain = ""
        }
        /^- name: / { type = short($3); field = ""; chain = ""; next }
        /^    - name: / { field = $3; chain = ""; next }
        $1 == "list:" { chain = chain "["; next }
        $1 == "map:" && !/^  map:/ { chain = chain "{"; next }
        /^  map:/ { next }
        /^    elementType:/ { chain = chain "{"; next }
        $1 == "scalar:" {
            scalar["string"] = "s"; scalar["numeric"] = "n"; scalar["boolean"] = "b"
            ends($2 in scalar ? scalar[$2] : "*"); next
        }
        $1 == "namedType:" { ends(short($2)); next }
        function visit(name,    parts, count, i) {
            if (name in seen) return
            seen[name] = 1
            count = split(uses[name], parts, " ")
            for (i = 1; i <= count; i++) visit(parts[i])
        }
        END {
            for (name in fields)
                if (fields[name] ~ / apiVersion:s/ && fields[name] ~ / metadata:/ && name ~ /\.v[0-9]+\.[A-Za-z]+$/)
                    visit(name)
            for (name in seen)
                if (name in fields) print name fields[name]
                else if (length(name) > 1 && name !~ /^__/) print name " = " (name in alias ? alias[name] : "*")
        }
    ' "$module/applyconfigurations/internal/internal.go" | LC_ALL=C sort
} >"$table.part"
mv "$table.part" "$table"

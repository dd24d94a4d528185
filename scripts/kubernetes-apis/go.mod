module rhelm/scripts/kubernetes-apis

go 1.24

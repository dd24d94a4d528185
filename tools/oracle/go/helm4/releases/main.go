// Command releases answers what releases need of Kubernetes' own Go packages: the types that strategic merge patches
// follow, the patches of random changes, and what is ready.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	modes := map[string]func(io.Writer) error{
		"patch-types": listPatchTypes,
		"patches":     recordPatches,
		"readiness":   recordReadiness,
	}
	mode, known := modes[argument(1)]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: releases patch-types | patches OBJECTS COUNT SEED | readiness OBJECTS COUNT SEED")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	err := mode(out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func argument(at int) string {
	if at < len(os.Args) {
		return os.Args[at]
	}
	return ""
}

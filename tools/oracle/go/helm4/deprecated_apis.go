package main

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

type lifecycle struct {
	deprecated, removed string
	replacement         string
}

// listDeprecatedAPIs writes every API that Helm's lint knows to be deprecated some day: API version,
// kind, the Kubernetes versions that deprecate and remove it, its replacement.
func listDeprecatedAPIs(out io.Writer) error {
	// A scheme of its own, as lint's: the shared one has what other packages add.
	known := runtime.NewScheme()
	if err := scheme.AddToScheme(known); err != nil {
		return err
	}
	var rows []string
	for gvk, known := range known.AllKnownTypes() {
		if found := lifecycleOf(reflect.New(known).Interface()); found.deprecated != "-" {
			row := fmt.Sprintf("%s %s %s %s", gvk.GroupVersion(), gvk.Kind, found.deprecated, found.removed)
			if found.replacement != "" {
				row += " " + found.replacement
			}
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, cmp.Compare)
	for _, row := range rows {
		fmt.Fprintln(out, row)
	}
	return nil
}

func lifecycleOf(object any) lifecycle {
	found := lifecycle{deprecated: "-", removed: "-"}
	if object, ok := object.(interface{ APILifecycleDeprecated() (int, int) }); ok {
		found.deprecated = version(object.APILifecycleDeprecated())
	}
	if object, ok := object.(interface{ APILifecycleRemoved() (int, int) }); ok {
		found.removed = version(object.APILifecycleRemoved())
	}
	if object, ok := object.(interface {
		APILifecycleReplacement() schema.GroupVersionKind
	}); ok {
		if by := object.APILifecycleReplacement(); !by.Empty() {
			found.replacement = fmt.Sprintf("%s %s", by.GroupVersion(), by.Kind)
		}
	}
	return found
}

func version(major, minor int) string {
	if major == 0 && minor == 0 {
		return "-"
	}
	return fmt.Sprintf("%d.%d", major, minor)
}

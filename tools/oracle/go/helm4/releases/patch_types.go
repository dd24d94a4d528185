package main

import (
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"
	forkedjson "k8s.io/apimachinery/third_party/forked/golang/json"
	"k8s.io/client-go/kubernetes/scheme"
)

// newScheme has the kinds of Helm's kubernetesNativeScheme.
func newScheme() (*runtime.Scheme, error) {
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, apiextensionsv1beta1.AddToScheme, apiextensionsv1.AddToScheme,
	} {
		if err := add(known); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// patchTypes collects struct types: by package, a line for each.
type patchTypes struct {
	seen  map[reflect.Type]bool
	lines map[string]map[string]string
}

// listPatchTypes writes a line for each package of types, "#", its name and the API version of its kinds; and below it
// one for each of its struct types that is a kind (with "+") or has fields that are no scalars: those fields, their
// types and how they are merged.
func listPatchTypes(out io.Writer) error {
	known, err := newScheme()
	if err != nil {
		return err
	}
	found := patchTypes{map[reflect.Type]bool{}, map[string]map[string]string{}}
	kinds := map[reflect.Type]bool{}
	versions := map[string]string{}
	for gvk, t := range known.AllKnownTypes() {
		// Lists and options are no objects of a manifest.
		if gvk.Version == "__internal" || t.PkgPath() == "k8s.io/apimachinery/pkg/apis/meta/v1" || strings.HasSuffix(gvk.Kind, "List") {
			continue
		}
		kinds[t] = true
		version := gvk.GroupVersion().String()
		if before := versions[packageOf(t)]; before != "" && before != version || gvk.Kind != t.Name() {
			return fmt.Errorf("%s is %s in %s", t, gvk, before)
		}
		versions[packageOf(t)] = version
		if _, err := found.add(t, ""); err != nil {
			return err
		}
	}
	for t := range kinds {
		lines := found.lines[packageOf(t)]
		lines[t.Name()] = "+" + lines[t.Name()]
	}
	for _, name := range slices.Sorted(maps.Keys(found.lines)) {
		fmt.Fprintln(out, strings.TrimSpace("#"+name+" "+versions[name]))
		types := found.lines[name]
		for _, name := range slices.Sorted(maps.Keys(types)) {
			if line := types[name]; line != name {
				fmt.Fprintln(out, line)
			}
		}
	}
	return nil
}

// packageOf gives the last parts of the path of a type's package: core/v1.
func packageOf(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// add gives the name of a type, in a package: a struct's name, *T, [T, { for any map, or a scalar's kind.
func (found patchTypes) add(t reflect.Type, in string) (string, error) {
	switch t.Kind() {
	case reflect.Pointer:
		name, err := found.add(t.Elem(), in)
		return "*" + name, err
	case reflect.Slice, reflect.Array:
		name, err := found.add(t.Elem(), in)
		return "[" + name, err
	case reflect.Map:
		// What is below a map is not asked for.
		return "{", nil
	case reflect.Struct:
		name := t.Name()
		if packageOf(t) != in {
			name = packageOf(t) + "." + name
		}
		return name, found.addStruct(t)
	default:
		return t.Kind().String(), nil
	}
}

func (found patchTypes) addStruct(t reflect.Type) error {
	if found.seen[t] {
		return nil
	}
	found.seen[t] = true
	types := found.lines[packageOf(t)]
	if types == nil {
		types = map[string]string{}
		found.lines[packageOf(t)] = types
	}
	if _, taken := types[t.Name()]; taken {
		return fmt.Errorf("two types are called %s", t)
	}
	types[t.Name()] = t.Name()
	var fields []string
	for _, json := range jsonFields(t) {
		fieldType, strategies, key, err := forkedjson.LookupPatchMetadataForStruct(t, json)
		if err != nil {
			return err
		}
		inner, err := found.add(fieldType, packageOf(t))
		if err != nil {
			return err
		}
		if isScalar(inner) {
			continue
		}
		line := json + ":" + inner
		if strategy := strings.Join(strategies, ","); strategy != "" || key != "" {
			line += "!" + strategy
			if key != "" {
				line += "~" + key
			}
		}
		fields = append(fields, line)
	}
	slices.Sort(fields)
	types[t.Name()] = strings.Join(append([]string{t.Name()}, fields...), " ")
	return nil
}

func isScalar(name string) bool {
	name = strings.TrimLeft(name, "*")
	return unicode.IsLower(rune(name[0])) && !strings.Contains(name, ".")
}

// jsonFields gives the names that encoding/json knows of a struct's fields.
func jsonFields(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			names = append(names, jsonFields(field.Type)...)
		case !field.IsExported() || name == "-":
		case name == "":
			names = append(names, field.Name)
		default:
			names = append(names, name)
		}
	}
	return names
}

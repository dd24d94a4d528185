package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// property is what a schema says of a field, or of what a list or map holds.
type property struct {
	Ref        string `json:"$ref"`
	Type       string
	Format     string
	Items      *property
	Additional *property `json:"additionalProperties"`
	MapKeys    []string  `json:"x-kubernetes-list-map-keys"`
	ListType   string    `json:"x-kubernetes-list-type"`
	MergeKey   string    `json:"x-kubernetes-patch-merge-key"`
}

// schema is a type.
type schema struct {
	property
	Properties map[string]*property
	Required   []string
	Kinds      []struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
}

// Types that are written as one letter: the reader knows what they take.
var letters = map[string]string{
	"api.resource.Quantity":   "q",
	"util.intstr.IntOrString": "p",
	"meta.v1.Time":            "t",
	"meta.v1.MicroTime":       "t",
	"meta.v1.Duration":        "s",
	"runtime.RawExtension":    "*",
	"meta.v1.FieldsV1":        "*",
}

// fields writes the types of all minor versions, one a line.
func fields(first, last int, out io.Writer) error {
	// Type, field, then what each minor version says of it.
	all := map[string]map[string]map[int]string{}
	lives := map[string]map[int]bool{}
	var minors []int
	for minor := first; minor <= last; minor++ {
		types, err := readTypes(minor)
		if err != nil {
			fmt.Fprintf(os.Stderr, "Kubernetes 1.%d is left out: %v\n", minor, err)
			continue
		}
		minors = append(minors, minor)
		for name, fields := range types {
			if all[name] == nil {
				all[name] = map[string]map[int]string{}
				lives[name] = map[int]bool{}
			}
			lives[name][minor] = true
			for field, text := range fields {
				if all[name][field] == nil {
					all[name][field] = map[int]string{}
				}
				all[name][field][minor] = text
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		line := name
		var life []int
		for _, minor := range minors {
			if lives[name][minor] {
				life = append(life, minor)
			}
		}
		for _, field := range slices.Sorted(maps.Keys(all[name])) {
			line += ranges(field, all[name][field], life, minors[len(minors)-1])
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// ranges writes a field once for each run of minor versions that say the same of it.
func ranges(field string, said map[int]string, life []int, newest int) string {
	text := ""
	for at := 0; at < len(life); {
		from := at
		what, there := said[life[at]]
		for at < len(life) {
			if other, also := said[life[at]]; also != there || other != what {
				break
			}
			at++
		}
		if !there {
			continue
		}
		text += " " + field + ":" + what
		if from == 0 && at == len(life) {
			continue
		}
		text += "@"
		if from > 0 {
			text += fmt.Sprint(life[from])
		}
		text += "-"
		if at < len(life) {
			text += fmt.Sprint(life[at-1])
		}
	}
	return text
}

// readTypes reads what one minor version says: type, field, text.
func readTypes(minor int) (map[string]map[string]string, error) {
	const swagger, generated = "api/openapi-spec/swagger.json", "pkg/generated/openapi/zz_generated.openapi.go"
	dir, err := files("fields/k8s.io/kubernetes", "k8s.io/kubernetes", fmt.Sprintf("v1.%d.0", minor), swagger, generated)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, swagger))
	if err != nil {
		return nil, err
	}
	var document struct{ Definitions map[string]*schema }
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	code, err := os.ReadFile(filepath.Join(dir, generated))
	if err != nil {
		return nil, err
	}
	reader := typeReader{schemas: document.Definitions, more: readGenerated(string(code)), types: map[string]map[string]string{}}
	for name, schema := range document.Definitions {
		// Lists, options and their like belong to no API that a chart has resources of.
		if len(schema.Kinds) == 1 && schema.Properties["metadata"] != nil && schema.Properties["items"] == nil {
			reader.visit(name)
		}
	}
	return reader.types, nil
}

type typeReader struct {
	schemas map[string]*schema
	more    map[string]extra
	types   map[string]map[string]string
}

// visit writes down a type and all that it is made of.
func (r *typeReader) visit(name string) {
	if r.types[short(name)] != nil {
		return
	}
	of := r.schemas[name]
	fields := map[string]string{}
	r.types[short(name)] = fields
	for field, property := range of.Properties {
		if field == "status" && len(of.Kinds) > 0 {
			fields[field] = "*"
			continue
		}
		text := r.typeOf(property)
		if slices.Contains(of.Required, field) {
			text += "!"
		}
		switch {
		case property.ListType == "map":
			text += "~" + strings.Join(property.MapKeys, ",")
		case property.ListType == "set":
			text += "%"
		case property.MergeKey != "":
			text += "~" + property.MergeKey
		}
		more := r.more[goName(name)+"."+field]
		if more.value != "" {
			text += "=" + more.value
		}
		if more.values != "" {
			text += "|" + more.values
		}
		fields[field] = text
	}
}

// typeOf writes a type: a letter, a list, a map, or a name.
func (r *typeReader) typeOf(p *property) string {
	if p == nil {
		return "*"
	}
	if p.Ref != "" {
		name := strings.TrimPrefix(p.Ref, "#/definitions/")
		if letter, ok := letters[short(name)]; ok {
			return letter
		}
		if target := r.schemas[name]; target == nil || target.Properties == nil {
			if target != nil && target.Type != "" && target.Type != "object" {
				return r.typeOf(&target.property)
			}
			if target != nil && target.Type == "object" {
				return "{*}"
			}
			return "*"
		}
		r.visit(name)
		return short(name)
	}
	switch p.Type {
	case "string":
		switch p.Format {
		case "byte":
			return "y"
		case "date-time":
			return "t"
		}
		return "s"
	case "boolean":
		return "b"
	case "integer":
		if p.Format == "int64" {
			return "l"
		}
		return "i"
	case "number":
		return "n"
	case "array":
		return "[" + r.typeOf(p.Items) + "]"
	case "object":
		if p.Additional != nil {
			return "{" + r.typeOf(p.Additional) + "}"
		}
		return "{*}"
	}
	return "*"
}

// short is a type's name without what all have: core.v1.Container.
func short(name string) string {
	if parts := strings.Split(name, ".pkg.apis."); len(parts) == 2 {
		return parts[1]
	}
	name = strings.TrimPrefix(name, "io.k8s.api.")
	return strings.TrimPrefix(name, "io.k8s.apimachinery.pkg.")
}

// goName is the name that the generated code has for a type.
func goName(name string) string {
	if rest, ok := strings.CutPrefix(name, "io.k8s.api."); ok {
		return "k8sio_api_" + strings.ReplaceAll(rest, ".", "_")
	}
	if at := strings.Index(name, ".pkg."); at >= 0 {
		return strings.ReplaceAll(name[at+1:], ".", "_")
	}
	return name
}

// extra is what only the generated code tells of a field: the OpenAPI document is written without.
type extra struct{ value, values string }

var (
	function  = regexp.MustCompile(`^func schema_(\w+)\(ref `)
	key       = regexp.MustCompile(`^\t{5}"([^"]+)": \{$`)
	enum      = regexp.MustCompile(`^\t+Enum:\s+\[\]interface\{\}\{(.*?)\}+,$`)
	byDefault = regexp.MustCompile(`^\t{7}Default:\s+("[\w./:-]+"|true|[1-9]\d*),$`)
)

// readGenerated reads the defaults and enums of fields.
func readGenerated(code string) map[string]extra {
	found := map[string]extra{}
	of, field := "", ""
	for line := range strings.Lines(code) {
		line = strings.TrimSuffix(line, "\n")
		if parts := function.FindStringSubmatch(line); parts != nil {
			of, field = parts[1], ""
		} else if parts := key.FindStringSubmatch(line); parts != nil {
			field = of + "." + parts[1]
		} else if parts := enum.FindStringSubmatch(line); parts != nil {
			row := found[field]
			values := strings.Split(strings.NewReplacer(`"`, "", " ", "").Replace(parts[1]), ",")
			slices.Sort(values)
			// Kubernetes takes an empty text for none nearly everywhere.
			values = slices.DeleteFunc(slices.Compact(values), func(value string) bool { return value == "" })
			row.values = strings.Join(values, ",")
			found[field] = row
		} else if parts := byDefault.FindStringSubmatch(line); parts != nil {
			row := found[field]
			row.value = strings.Trim(parts[1], `"`)
			found[field] = row
		}
	}
	return found
}

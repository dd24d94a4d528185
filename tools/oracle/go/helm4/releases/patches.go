package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"
)

// patchVector is three states of an object and the patch that Helm sends.
type patchVector struct {
	Original      json.RawMessage `json:"original"`
	Modified      json.RawMessage `json:"modified"`
	Current       json.RawMessage `json:"current"`
	Type          string          `json:"type"`
	Patch         string          `json:"patch,omitempty"`
	Error         string          `json:"error,omitempty"`
	TakeOwnership bool            `json:"takeOwnership,omitempty"`
}

// recordPatches changes the objects of a file of YAML at random and writes a patch a line.
func recordPatches(out io.Writer) error {
	plan, err := readPlan()
	if err != nil {
		return err
	}
	objects, changes := plan.objects, plan.changes
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for made := 0; made < plan.count; {
		base := objects[made%len(objects)]
		if made%3 == 0 {
			base = objects[0]
		}
		original := changes.some(base, changes.IntN(3))
		modified := changes.some(original, 1+changes.IntN(4))
		current := changes.some(original, changes.IntN(4))
		if changes.IntN(8) == 0 {
			// As an object that is there already and is taken over.
			original = modified
		}
		for _, takeOwnership := range []bool{false, true} {
			vector, steady, err := patchOf(plan.known, original, modified, current, takeOwnership)
			if err != nil {
				return err
			}
			if !steady || takeOwnership && vector.Type == "strategic" {
				break
			}
			if err := encoder.Encode(vector); err != nil {
				return err
			}
		}
		made++
	}
	return nil
}

// plan is what the arguments ask for: objects of a file of YAML, how many changes of them, and a seed for these.
type plan struct {
	objects []map[string]any
	count   int
	known   *runtime.Scheme
	changes changes
}

func readPlan() (*plan, error) {
	objects, err := readObjects(argument(2))
	if err != nil {
		return nil, err
	}
	count, err := strconv.Atoi(argument(3))
	if err != nil {
		return nil, err
	}
	seed, err := strconv.ParseUint(argument(4), 10, 64)
	if err != nil {
		return nil, err
	}
	known, err := newScheme()
	if err != nil {
		return nil, err
	}
	return &plan{objects, count, known, changes{rand.New(rand.NewPCG(seed, 0))}}, nil
}

func readObjects(path string) ([]map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var objects []map[string]any
	for _, document := range strings.Split("\n"+string(text), "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return nil, err
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

// patchOf takes the steps of Helm's createPatch. It is not steady where the order of Go's maps shows, or where the object
// does not fit its type: Helm then takes a known kind for an unknown one.
func patchOf(known *runtime.Scheme, original, modified, current map[string]any, takeOwnership bool) (_ *patchVector, steady bool, _ error) {
	defer func() {
		// A list to be merged that begins with null.
		if recover() != nil {
			steady = false
		}
	}()
	var texts [3][]byte
	for i, object := range []map[string]any{original, modified, current} {
		text, err := json.Marshal(object)
		if err != nil {
			return nil, false, err
		}
		texts[i] = text
	}
	var first *patchVector
	for range 8 {
		vector := &patchVector{Original: texts[0], Modified: texts[1], Current: texts[2], TakeOwnership: takeOwnership}
		var target unstructured.Unstructured
		if err := target.UnmarshalJSON(texts[1]); err != nil {
			return nil, false, nil
		}
		gvk := target.GroupVersionKind()
		versioned, err := runtime.ObjectConvertor(known).ConvertToVersion(&target, gvk.GroupVersion())
		if err != nil {
			if known.Recognizes(gvk) {
				return nil, false, nil
			}
			versioned = &target
		}
		_, isUnstructured := versioned.(runtime.Unstructured)
		_, isOldCRD := versioned.(*apiextensionsv1beta1.CustomResourceDefinition)
		var patch []byte
		switch {
		case (isUnstructured || isOldCRD) && takeOwnership:
			vector.Type = "merge"
			patch, err = jsonmergepatch.CreateThreeWayJSONMergePatch(texts[0], texts[1], texts[2],
				mergepatch.RequireKeyUnchanged("apiVersion"), mergepatch.RequireKeyUnchanged("kind"),
				mergepatch.RequireMetadataKeyUnchanged("name"))
		case isUnstructured || isOldCRD:
			vector.Type = "merge"
			patch, err = jsonpatch.CreateMergePatch(texts[0], texts[1])
		default:
			vector.Type = "strategic"
			var meta strategicpatch.PatchMetaFromStruct
			meta, err = strategicpatch.NewPatchMetaFromStruct(versioned)
			if err == nil {
				patch, err = strategicpatch.CreateThreeWayMergePatch(texts[0], texts[1], texts[2], meta, true)
			}
		}
		vector.Patch = string(patch)
		if err != nil {
			vector.Patch, vector.Error = "", err.Error()
		}
		if first != nil && (vector.Patch != first.Patch || vector.Error != first.Error) {
			return nil, false, nil
		}
		first = vector
	}
	return first, true, nil
}

// changes are random.
type changes struct{ *rand.Rand }

// some gives a copy with n changes, none of them in what tells the object apart.
func (changes changes) some(object map[string]any, n int) map[string]any {
	copied := runtime.DeepCopyJSONValue(ints(object)).(map[string]any)
	for range n {
		keys := slices.DeleteFunc(slices.Sorted(maps.Keys(copied)), func(key string) bool {
			return key == "apiVersion" || key == "kind"
		})
		key := keys[changes.IntN(len(keys))]
		if changes.IntN(3) > 0 && copied["spec"] != nil {
			key = "spec"
		}
		if value, ok := changes.change(copied[key], 0); ok {
			copied[key] = value
		} else if key != "metadata" {
			delete(copied, key)
		}
	}
	return copied
}

// change gives what a value becomes; false where it goes.
func (changes changes) change(value any, depth int) (any, bool) {
	switch value := value.(type) {
	case map[string]any:
		return changes.changeMap(value, depth)
	case []any:
		return changes.changeList(value, depth)
	case string:
		switch changes.IntN(6) {
		case 0:
			return nil, false
		case 1:
			return nil, changes.IntN(2) == 0
		default:
			return pick(changes, "a", "b", "c<&>", "10", "é", ""), true
		}
	case bool:
		return !value, changes.IntN(4) > 0
	case int64:
		return pick(changes, value+1, value*2, int64(8080), int64(0)), changes.IntN(4) > 0
	case float64:
		return pick(changes, 0.5, 1e21, 1.25e-7), true
	default:
		return "was null", changes.IntN(2) == 0
	}
}

func (changes changes) changeMap(value map[string]any, depth int) (any, bool) {
	keys := slices.Sorted(maps.Keys(value))
	// Most changes are deep inside.
	choice := changes.IntN(12 + 20*max(0, 4-depth))
	switch {
	case len(keys) == 0 || choice == 0:
		value[pick(changes, "a", "b", "new")] = pick[any](changes, "x", int64(1), nil, map[string]any{"k": "v"})
		return value, true
	case choice == 1 && depth > 0:
		return nil, false
	case choice == 2:
		delete(value, keys[changes.IntN(len(keys))])
		return value, true
	case choice == 3 && changes.IntN(6) == 0:
		value["$patch"] = pick(changes, "replace", "delete", "merge")
		return value, true
	}
	key := keys[changes.IntN(len(keys))]
	if changed, ok := changes.change(value[key], depth+1); ok {
		value[key] = changed
	} else {
		delete(value, key)
	}
	return value, true
}

func (changes changes) changeList(value []any, depth int) (any, bool) {
	if len(value) == 0 {
		return []any{pick[any](changes, "x", map[string]any{"name": "x"})}, true
	}
	at := changes.IntN(len(value))
	switch changes.IntN(12) {
	case 0:
		return slices.Delete(value, at, at+1), true
	case 1:
		return append(value, runtime.DeepCopyJSONValue(value[at])), true
	case 2, 3:
		changes.Shuffle(len(value), func(i, j int) { value[i], value[j] = value[j], value[i] })
		return value, true
	case 4:
		another := runtime.DeepCopyJSONValue(value[at])
		if another, ok := another.(map[string]any); ok {
			for _, key := range []string{"name", "port", "containerPort", "mountPath", "ip", "type", "uid", "topologyKey"} {
				switch another[key].(type) {
				case string:
					another[key] = pick(changes, "one", "two", "three")
				case int64:
					another[key] = pick(changes, int64(1), int64(2), int64(3))
				}
			}
			return slices.Insert(value, at, any(another)), true
		}
		return slices.Insert(value, at, pick[any](changes, "one", "two", "three")), true
	case 5:
		if changes.IntN(4) == 0 {
			return nil, false
		}
	}
	if changed, ok := changes.change(value[at], depth+1); ok {
		value[at] = changed
		return value, true
	}
	return slices.Delete(value, at, at+1), true
}

func pick[T any](changes changes, values ...T) T { return values[changes.IntN(len(values))] }

// ints makes whole numbers int64, as Kubernetes reads them.
func ints(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := map[string]any{}
		for key, item := range value {
			copied[key] = ints(item)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = ints(item)
		}
		return copied
	case float64:
		if value == float64(int64(value)) {
			return int64(value)
		}
	case fmt.Stringer:
		return value.String()
	}
	return value
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// served is what one minor version of Kubernetes has of a kind.
type served struct {
	namespaced, off bool
}

// A path of a whole collection: group and version, a namespace or not, the resource.
var collection = regexp.MustCompile(`^/apis?/([^{}]+?)(/namespaces/\{namespace\})?/([a-z]+)$`)

// readServed reads the OpenAPI document of a minor version, in which all APIs are switched on.
func readServed(minor int) (map[kind]served, error) {
	dir, err := files("k8s.io/kubernetes", "k8s.io/kubernetes", fmt.Sprintf("v1.%d.0", minor),
		"api/openapi-spec/swagger.json", "pkg/controlplane/instance.go")
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "api/openapi-spec/swagger.json"))
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	legacy, err := legacyBetas(dir)
	if err != nil {
		return nil, err
	}
	all := map[kind]served{}
	for at, operations := range document.Paths {
		parts := collection.FindStringSubmatch(at)
		if parts == nil || strings.Contains(at, "/watch/") {
			continue
		}
		for _, method := range []string{"get", "post"} {
			var operation struct {
				Of struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
			}
			if text, ok := operations[method]; !ok || json.Unmarshal(text, &operation) != nil || operation.Of.Kind == "" {
				continue
			}
			of := kind{path.Join(operation.Of.Group, operation.Of.Version), operation.Of.Kind}
			if of.apiVersion != parts[1] {
				continue
			}
			now := all[of]
			now.namespaced = now.namespaced || parts[2] != ""
			now.off = isOff(minor, operation.Of.Version, legacy[parts[1]+"/"+parts[3]])
			all[of] = now
		}
	}
	return all, nil
}

// isOff tells whether an API is off by default: all alpha ones, and since 1.24 (KEP 3136) the beta
// ones, but for those that were there before and a few more, which Kubernetes lists.
func isOff(minor int, version string, legacy bool) bool {
	return strings.Contains(version, "alpha") || minor >= 24 && strings.Contains(version, "beta") && !legacy
}

var (
	imported = regexp.MustCompile(`(?m)^\s+(\w+)\s+"k8s\.io/(?:api|kubernetes/pkg/apis)/(\w+)/(\w+)"`)
	resource = regexp.MustCompile(`(\w+)\.SchemeGroupVersion\.WithResource\("(\w+)"\)`)
)

// legacyBetas gives the beta resources that are on by default: group, version and resource.
func legacyBetas(dir string) (map[string]bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, "pkg/controlplane/instance.go"))
	if os.IsNotExist(err) {
		// Before 1.20 it was elsewhere, and no beta was off.
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for _, found := range imported.FindAllStringSubmatch(string(text), -1) {
		versions[found[1]] = groupOf(found[2]) + "/" + found[3]
	}
	legacy := map[string]bool{}
	for _, found := range resource.FindAllStringSubmatch(string(text), -1) {
		legacy[versions[found[1]]+"/"+found[2]] = true
	}
	return legacy, nil
}

// groupOf gives the API group of a directory of k8s.io/api.
func groupOf(dir string) string {
	switch dir {
	case "apps", "autoscaling", "batch", "extensions", "policy":
		return dir
	case "core":
		return ""
	case "rbac":
		return "rbac.authorization.k8s.io"
	case "flowcontrol":
		return "flowcontrol.apiserver.k8s.io"
	case "apiserverinternal":
		return "internal.apiserver.k8s.io"
	}
	return dir + ".k8s.io"
}

var mark = regexp.MustCompile(`(?s)func \(in \*(\w+)\) APILifecycle(\w+)\(\) [^{]*\{\s+return ([^\n]*)\n\}`)
var versionPair = regexp.MustCompile(`^1, (\d+)$`)
var groupVersionKind = regexp.MustCompile(`Group: "([^"]*)", Version: "(\w+)", Kind: "(\w+)"`)

// readMarks reads the life cycle marks of all types of a minor version.
func readMarks(minor int) (map[kind]marks, error) {
	all := map[kind]marks{}
	modules := map[string]string{
		"k8s.io/api":                     ".",
		"k8s.io/apiextensions-apiserver": "pkg/apis",
		"k8s.io/kube-aggregator":         "pkg/apis",
	}
	const file = "zz_generated.prerelease-lifecycle.go"
	for name, below := range modules {
		dir, err := files(name, name, fmt.Sprintf("v0.%d.0", minor), path.Join(below, "*/*", file))
		if err != nil {
			return all, err
		}
		paths, err := filepath.Glob(filepath.Join(dir, below, "*/*", file))
		if err != nil {
			return all, err
		}
		for _, at := range paths {
			text, err := os.ReadFile(at)
			if err != nil {
				return all, err
			}
			version := filepath.Dir(at)
			group := groupOf(filepath.Base(filepath.Dir(version)))
			readFile(all, path.Join(group, filepath.Base(version)), string(text))
		}
	}
	return all, nil
}

func readFile(all map[kind]marks, apiVersion, text string) {
	for _, found := range mark.FindAllStringSubmatch(text, -1) {
		of := kind{apiVersion, found[1]}
		row := all[of]
		minor := 0
		if pair := versionPair.FindStringSubmatch(found[3]); pair != nil {
			minor = number(pair[1])
		}
		switch found[2] {
		case "Introduced":
			row.introduced = minor
		case "Deprecated":
			row.deprecated = minor
		case "Removed":
			row.removed = minor
		case "Replacement":
			if by := groupVersionKind.FindStringSubmatch(found[3]); by != nil {
				row.replacement = kind{path.Join(by[1], by[2]), by[3]}
			}
		}
		all[of] = row
	}
}

// files gives a directory that holds the named files of a module (patterns, as far as there are such).
// They are kept below $KUBERNETES_APIS under `place`; the module, which may have 100 MB, is not.
func files(place, name, version string, patterns ...string) (string, error) {
	kept := filepath.Join(os.Getenv("KUBERNETES_APIS"), place+"@"+version)
	if _, err := os.Stat(kept); err == nil {
		return kept, nil
	}
	module, drop, err := download(name, version)
	if err != nil {
		return "", err
	}
	defer drop()
	part := kept + ".part"
	if err := os.MkdirAll(part, 0o755); err != nil {
		return "", err
	}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(module, pattern))
		if err != nil {
			return "", err
		}
		for _, from := range paths {
			to := filepath.Join(part, strings.TrimPrefix(from, module))
			text, err := os.ReadFile(from)
			if err != nil {
				return "", err
			}
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return "", err
			}
			if err := os.WriteFile(to, text, 0o644); err != nil {
				return "", err
			}
		}
	}
	return kept, os.Rename(part, kept)
}

// download gets a module; `drop` deletes it again.
func download(name, version string) (dir string, drop func(), err error) {
	command := exec.Command("go", "mod", "download", "-json", name+"@"+version)
	command.Dir = os.TempDir()
	output, err := command.Output()
	var got struct{ Dir, Zip, Error string }
	if jsonErr := json.Unmarshal(output, &got); jsonErr != nil {
		return "", nil, fmt.Errorf("%s@%s: %v", name, version, err)
	}
	if got.Error != "" || err != nil {
		return "", nil, fmt.Errorf("%s@%s: not to be had", name, version)
	}
	return got.Dir, func() { os.RemoveAll(got.Dir); os.Remove(got.Zip) }, nil
}

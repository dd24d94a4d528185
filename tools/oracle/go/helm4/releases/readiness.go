package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// readinessVector is an object in some state, and what is said of it.
type readinessVector struct {
	Object json.RawMessage `json:"object"`
	// Others is what a list of ReplicaSets or pods returns.
	Others []any `json:"others,omitempty"`
	// Status and Message are kstatus'; empty where it fails.
	Status  string `json:"status"`
	Message string `json:"message"`
	// Legacy is what Helm's own checks say: ready, not ready, or an error.
	Legacy string `json:"legacy"`
}

// recordReadiness changes the objects of a file of YAML at random and writes a line for each. The objects of a document of
// kind List are the first one and those that it owns.
func recordReadiness(out io.Writer) error {
	plan, err := readPlan()
	if err != nil {
		return err
	}
	objects, changes := plan.objects, plan.changes
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for made := range plan.count {
		object := objects[made%len(objects)]
		var others []any
		if object["kind"] == "List" {
			items := object["items"].([]any)
			for _, item := range items[1:] {
				others = append(others, changes.some(item.(map[string]any), changes.IntN(2)))
			}
			object = items[0].(map[string]any)
		}
		changed := changes.some(object, min(made/len(objects), changes.IntN(3)))
		vector, err := readinessOf(plan.known, changed, others)
		if err != nil {
			return err
		}
		if vector == nil {
			continue
		}
		if err := encoder.Encode(vector); err != nil {
			return err
		}
	}
	return nil
}

func readinessOf(known *runtime.Scheme, object map[string]any, others []any) (vector *readinessVector, err error) {
	defer func() {
		// Helm itself would stop.
		if recover() != nil {
			vector, err = nil, nil
		}
	}()
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	vector = &readinessVector{Object: text, Others: others}
	read := &unstructured.Unstructured{}
	if err := read.UnmarshalJSON(text); err != nil {
		return nil, nil
	}
	// A server has no objects of known kinds that do not fit their types.
	if typed, err := known.New(read.GroupVersionKind()); err == nil {
		err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(read.Object, typed, true)
		if err != nil {
			return nil, nil
		}
	}
	if result, err := status.Compute(read); err == nil {
		vector.Status, vector.Message = string(result.Status), result.Message
	}
	vector.Legacy, err = legacyOf(read, text, others)
	if err == errNoState {
		return nil, nil
	}
	return vector, err
}

// errNoState is of objects that no server has.
var errNoState = errors.New("no server has this")

func legacyOf(object *unstructured.Unstructured, text []byte, others []any) (string, error) {
	items, err := json.Marshal(map[string]any{"items": others, "metadata": map[string]any{}})
	if err != nil {
		return "", err
	}
	config := &rest.Config{Host: "http://localhost", Transport: answers(func(request *http.Request) []byte {
		if strings.HasSuffix(request.URL.Path, "/"+object.GetName()) {
			return text
		}
		return items
	})}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", err
	}
	config.APIPath = "/api"
	version := object.GroupVersionKind().GroupVersion()
	config.GroupVersion = &version
	config.NegotiatedSerializer = resource.UnstructuredPlusDefaultContentConfig().NegotiatedSerializer
	plain, err := rest.RESTClientFor(config)
	if err != nil {
		return "", err
	}
	info := &resource.Info{
		Client: plain, Name: object.GetName(), Namespace: object.GetNamespace(), Object: object,
		Mapping: &meta.RESTMapping{
			Resource:         version.WithResource(strings.ToLower(object.GetKind()) + "s"),
			GroupVersionKind: object.GroupVersionKind(), Scope: meta.RESTScopeNamespace,
		},
	}
	checker := kube.NewReadyChecker(client, kube.PausedAsReady(true), kube.CheckJobs(true))
	ready, err := checker.IsReady(context.Background(), info)
	switch {
	case err != nil && !strings.HasPrefix(err.Error(), "job is failed"):
		return "", errNoState
	case err != nil:
		return err.Error(), nil
	case ready:
		return "ready", nil
	default:
		return "not ready", nil
	}
}

// answers is a server that has all of them.
type answers func(*http.Request) []byte

func (answers answers) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(answers(request))),
	}, nil
}

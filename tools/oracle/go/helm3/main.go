// Command helm3 renders snippets and charts with Helm 3's own engine.
package main

import (
	"errors"
	"fmt"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"

	"rhelm.invalid/oracle/protocol"
)

type oracle struct{}

func main() { protocol.Main(oracle{}) }

func (oracle) Render(request *protocol.Request, files []protocol.File) (map[string]string, error) {
	values := map[string]any{}
	if request.Values != "" {
		if err := yaml.Unmarshal([]byte(request.Values), &values); err != nil {
			return nil, fmt.Errorf("failed to parse values.yaml: %w", err)
		}
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return nil, err
	}
	var buffered []*loader.BufferedFile
	for _, file := range files {
		buffered = append(buffered, &loader.BufferedFile{Name: file.Name, Data: file.Data})
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	return render(loaded, values, capabilities, chartutil.ReleaseOptions{
		Name:      request.Release.Name,
		Namespace: request.Release.Namespace,
		Revision:  1,
		IsInstall: !request.Release.Upgrade,
		IsUpgrade: request.Release.Upgrade,
	})
}

func capabilitiesOf(request *protocol.Request) (*chartutil.Capabilities, error) {
	capabilities := chartutil.DefaultCapabilities.Copy()
	if request.Kube != "" {
		version, err := chartutil.ParseKubeVersion(request.Kube)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", request.Kube, err)
		}
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = append(capabilities.APIVersions, request.APIs...)
	return capabilities, nil
}

// render takes the steps of action.Install.RunWithContext and renderResources.
func render(loaded *chart.Chart, values map[string]any, capabilities *chartutil.Capabilities, release chartutil.ReleaseOptions) (map[string]string, error) {
	switch loaded.Metadata.Type {
	case "", "application":
	default:
		return nil, fmt.Errorf("%s charts are not installable", loaded.Metadata.Type)
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return nil, err
	}
	top, err := chartutil.ToRenderValues(loaded, values, release, capabilities)
	if err != nil {
		return nil, err
	}
	if wanted := loaded.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.String())
	}
	var templates engine.Engine
	return templates.Render(loaded, top)
}

func (oracle) Time(path string, n int) ([]protocol.Step, error) {
	release := chartutil.ReleaseOptions{Name: "test", Namespace: "default", Revision: 1, IsInstall: true}
	var loaded *chart.Chart
	load := func() (err error) {
		loaded, err = loader.Load(path)
		return err
	}
	loading, err := protocol.Timed("load", n, load)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, map[string]any{}); err != nil {
		return nil, err
	}
	var top chartutil.Values
	coalescing, err := protocol.Timed("values", n, func() (err error) {
		top, err = chartutil.ToRenderValues(loaded, map[string]any{}, release, chartutil.DefaultCapabilities.Copy())
		return err
	})
	if err != nil {
		return nil, err
	}
	rendering, err := protocol.Timed("render", n, func() error {
		var templates engine.Engine
		rendered, err := templates.Render(loaded, top)
		if err == nil && len(rendered) == 0 {
			return errors.New("the chart renders nothing")
		}
		return err
	})
	return []protocol.Step{loading, coalescing, rendering}, err
}

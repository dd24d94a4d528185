// Command helm4 renders snippets and charts with Helm 4's own engine.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"

	"rhelm.invalid/oracle/protocol"
)

type oracle struct{}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--deprecated-apis" {
		if err := listDeprecatedAPIs(os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	protocol.Main(oracle{})
}

func (oracle) Render(request *protocol.Request, files []protocol.File) (map[string]string, error) {
	values := map[string]any{}
	if request.Values != "" {
		given, err := loader.LoadValues(bytes.NewReader([]byte(request.Values)))
		if err != nil {
			return nil, fmt.Errorf("failed to parse values.yaml: %w", err)
		}
		values = loader.MergeMaps(values, given)
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return nil, err
	}
	var buffered []*archive.BufferedFile
	for _, file := range files {
		buffered = append(buffered, &archive.BufferedFile{Name: file.Name, Data: file.Data})
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	return render(loaded, values, capabilities, common.ReleaseOptions{
		Name:      request.Release.Name,
		Namespace: request.Release.Namespace,
		Revision:  1,
		IsInstall: !request.Release.Upgrade,
		IsUpgrade: request.Release.Upgrade,
	})
}

func capabilitiesOf(request *protocol.Request) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if request.Kube != "" {
		version, err := common.ParseKubeVersion(request.Kube)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", request.Kube, err)
		}
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = append(capabilities.APIVersions, request.APIs...)
	return capabilities, nil
}

// render takes the steps of action.Install.RunWithContext and renderResources.
func render(loaded *chart.Chart, values map[string]any, capabilities *common.Capabilities, release common.ReleaseOptions) (map[string]string, error) {
	switch loaded.Metadata.Type {
	case "", "application":
	default:
		return nil, fmt.Errorf("%s charts are not installable", loaded.Metadata.Type)
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	top, err := util.ToRenderValues(loaded, values, release, capabilities)
	if err != nil {
		return nil, err
	}
	if wanted := loaded.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)
	}
	var templates engine.Engine
	return templates.Render(loaded, top)
}

func (oracle) Time(path string, n int) ([]protocol.Step, error) {
	release := common.ReleaseOptions{Name: "test", Namespace: "default", Revision: 1, IsInstall: true}
	var loaded *chart.Chart
	load := func() (err error) {
		loaded, err = loader.Load(path)
		return err
	}
	loading, err := protocol.Timed("load", n, load)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, map[string]any{}); err != nil {
		return nil, err
	}
	var top common.Values
	coalescing, err := protocol.Timed("values", n, func() (err error) {
		top, err = util.ToRenderValues(loaded, map[string]any{}, release, common.DefaultCapabilities.Copy())
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

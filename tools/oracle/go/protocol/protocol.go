// Package protocol is what both oracles speak: one JSON request a line in, one JSON answer a line out.
package protocol

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"
)

// Request asks for one render of a chart that exists only in the request.
type Request struct {
	// ID is given back with the answer.
	ID any `json:"id"`
	// Template is the text of the template whose output is wanted.
	Template string `json:"template"`
	// TemplateBase64 stands in for Template when that is not valid UTF-8.
	TemplateBase64 string `json:"template_base64"`
	// Name is the template's path in the chart; templates/test.yaml when empty.
	Name string `json:"name"`
	// Values is a values file as the user would give with --values.
	Values string `json:"values"`
	// Files are the chart's other files by path: Chart.yaml, values.yaml, helpers, subcharts, .Files.
	Files map[string]string `json:"files"`
	// FilesBase64 are files that are not valid UTF-8.
	FilesBase64 map[string]string `json:"files_base64"`
	// Release says what .Release shall tell.
	Release Release `json:"release"`
	// Kube is --kube-version.
	Kube string `json:"kube"`
	// APIs are --api-versions.
	APIs []string `json:"apis"`
	// All asks for every rendered file, not only the named one.
	All bool `json:"all"`
}

// Release describes the release as flags of helm template do.
type Release struct {
	// Name is "test" when empty.
	Name string `json:"name"`
	// Namespace is "default" when empty.
	Namespace string `json:"namespace"`
	// Upgrade is --is-upgrade.
	Upgrade bool `json:"upgrade"`
}

// File is one file of the request's chart.
type File struct {
	Name string
	Data []byte
}

// Answer carries exactly one of Output, Error and Panic.
type Answer struct {
	ID           any               `json:"id"`
	Output       *string           `json:"output,omitempty"`
	OutputBase64 string            `json:"output_base64,omitempty"`
	All          map[string]string `json:"all,omitempty"`
	Error        *string           `json:"error,omitempty"`
	ErrorBase64  string            `json:"error_base64,omitempty"`
	Panic        *string           `json:"panic,omitempty"`
}

// Oracle is one Helm version's engine.
type Oracle interface {
	// Render runs what helm template runs up to the engine's output, with its error texts.
	Render(request *Request, files []File) (map[string]string, error)
	// Time loads the chart directory once and renders it n times, giving the time of each step.
	Time(chart string, n int) ([]Step, error)
}

// Step is the durations of one part of rendering.
type Step struct {
	Name string
	Runs []time.Duration
}

// Main serves requests from stdin, or times a chart when called with --time.
func Main(oracle Oracle) {
	chart := flag.String("time", "", "time the rendering of this chart directory, as often as the argument says")
	flag.Parse()
	if *chart != "" {
		n, err := strconv.Atoi(flag.Arg(0))
		if err != nil || n < 1 {
			n = 10
		}
		if err := timed(oracle, *chart, n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := serve(oracle, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(oracle Oracle, in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var request Request
			if err := json.Unmarshal(line, &request); err != nil {
				return fmt.Errorf("not a request: %w", err)
			}
			text, err := encode(answer(oracle, &request))
			if err != nil {
				return err
			}
			if _, err := out.Write(text); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func encode(answer *Answer) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(answer)
	return text.Bytes(), err
}

func answer(oracle Oracle, request *Request) (answer *Answer) {
	answer = &Answer{ID: request.ID}
	defer func() {
		if thrown := recover(); thrown != nil {
			text := fmt.Sprint(thrown)
			answer.Panic = &text
			if os.Getenv("ORACLE_STACKS") != "" {
				os.Stderr.Write(debug.Stack())
			}
		}
	}()
	if request.Name == "" {
		request.Name = "templates/test.yaml"
	}
	if request.Release.Name == "" {
		request.Release.Name = "test"
	}
	if request.Release.Namespace == "" {
		request.Release.Namespace = "default"
	}
	files, name, err := request.files()
	if err != nil {
		answer.fail(err)
		return answer
	}
	rendered, err := oracle.Render(request, files)
	if err != nil {
		answer.fail(err)
		return answer
	}
	output := rendered[name+"/"+request.Name]
	answer.Output = &output
	if !utf8.ValidString(output) {
		answer.OutputBase64 = base64.StdEncoding.EncodeToString([]byte(output))
	}
	if request.All {
		answer.All = rendered
	}
	return answer
}

func (answer *Answer) fail(err error) {
	text := err.Error()
	answer.Error = &text
	if !utf8.ValidString(text) {
		answer.ErrorBase64 = base64.StdEncoding.EncodeToString([]byte(text))
	}
}

// files gives the chart's files and its name, filling in what every chart needs.
func (request *Request) files() ([]File, string, error) {
	contents := map[string][]byte{"Chart.yaml": []byte("apiVersion: v2\nname: test\nversion: 0.1.0\n")}
	contents[request.Name] = []byte(request.Template)
	if request.TemplateBase64 != "" {
		data, err := base64.StdEncoding.DecodeString(request.TemplateBase64)
		if err != nil {
			return nil, "", err
		}
		contents[request.Name] = data
	}
	for name, text := range request.Files {
		contents[name] = []byte(text)
	}
	for name, text := range request.FilesBase64 {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, "", err
		}
		contents[name] = data
	}
	var files []File
	for name, data := range contents {
		files = append(files, File{name, data})
	}
	// A directory is read in this order.
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return files, chartName(contents["Chart.yaml"]), nil
}

// chartName finds the top-level name of a Chart.yaml without a YAML parser.
func chartName(metadata []byte) string {
	for line := range bytes.Lines(metadata) {
		if name, found := bytes.CutPrefix(line, []byte("name:")); found {
			return string(bytes.Trim(bytes.TrimSpace(name), `"'`))
		}
	}
	return "test"
}

func timed(oracle Oracle, chart string, n int) error {
	steps, err := oracle.Time(chart, n)
	if err != nil {
		return err
	}
	medians := map[string]int64{}
	for _, step := range steps {
		slices.Sort(step.Runs)
		medians[step.Name+"_ns"] = step.Runs[len(step.Runs)/2].Nanoseconds()
	}
	return json.NewEncoder(os.Stdout).Encode(medians)
}

// Timed runs one step n times.
func Timed(name string, n int, run func() error) (Step, error) {
	step := Step{Name: name}
	for range n {
		start := time.Now()
		if err := run(); err != nil {
			return step, err
		}
		step.Runs = append(step.Runs, time.Since(start))
	}
	return step, nil
}

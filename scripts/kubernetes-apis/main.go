// kubernetes-apis writes what Kubernetes' API versions have been from one minor version to another:
// one kind of resource a line, with its scope and its life. See scripts/list-kubernetes-apis.sh.
package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// kind names a kind of an API version.
type kind struct{ apiVersion, name string }

// marks are the life cycle marks that the types of k8s.io/api carry: minor versions of Kubernetes 1,
// zero where there are none.
type marks struct {
	introduced, deprecated, removed int
	replacement                     kind
}

// presence is what the OpenAPI documents say of a kind.
type presence struct {
	first, last int
	namespaced  bool
	// Minor versions that serve it only where someone switches it on.
	off []int
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes-apis:", err)
		os.Exit(1)
	}
}

// run takes the first and the last minor version, and the file with the marks that Helm's lint knows; without it, it
// writes the types and their fields.
func run(args []string) error {
	if len(args) != 2 && len(args) != 3 {
		return fmt.Errorf("usage: kubernetes-apis FIRST LAST [HELM]")
	}
	first, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	last, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	if len(args) == 2 {
		return fields(first, last, os.Stdout)
	}
	helm, err := readHelm(args[2])
	if err != nil {
		return err
	}
	known := map[kind]*presence{}
	carried := map[kind]marks{}
	oldest := last
	for minor := last; minor >= first; minor-- {
		// A minor version that the module proxy does not have is left out.
		served, err := readServed(minor)
		if err != nil {
			fmt.Fprintf(os.Stderr, "Kubernetes 1.%d is left out: %v\n", minor, err)
			continue
		}
		oldest = minor
		for kind, now := range served {
			all := known[kind]
			if all == nil {
				all = &presence{last: minor, namespaced: now.namespaced}
				known[kind] = all
			}
			all.first = minor
			if now.off {
				all.off = append(all.off, minor)
			}
		}
		found, err := readMarks(minor)
		if err != nil {
			fmt.Fprintf(os.Stderr, "the marks of Kubernetes 1.%d are left out: %v\n", minor, err)
		}
		// What the newest version says of a type counts.
		for kind, marks := range found {
			if _, ok := carried[kind]; !ok {
				carried[kind] = marks
			}
		}
	}
	table := table{known, carried, helm, oldest, last}
	return table.write(os.Stdout)
}

// readHelm reads what `oracle --deprecated-apis` writes.
func readHelm(path string) (map[kind]marks, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	helm := map[kind]marks{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 {
			return nil, fmt.Errorf("%s: %q", path, lines.Text())
		}
		row := marks{deprecated: minorOf(fields[2]), removed: minorOf(fields[3])}
		if len(fields) == 6 {
			row.replacement = kind{fields[4], fields[5]}
		}
		helm[kind{fields[0], fields[1]}] = row
	}
	return helm, lines.Err()
}

func minorOf(version string) int {
	minor, _ := strconv.Atoi(strings.TrimPrefix(version, "1."))
	return minor
}

type table struct {
	known        map[kind]*presence
	carried      map[kind]marks
	helm         map[kind]marks
	oldest, last int
}

func (t table) write(out io.Writer) error {
	kinds := slices.Collect(maps.Keys(t.known))
	for kind := range t.helm {
		if _, ok := t.known[kind]; !ok {
			kinds = append(kinds, kind)
		}
	}
	lines := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		lines = append(lines, t.line(kind))
	}
	// The reader looks rows up by bisection.
	slices.Sort(lines)
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

func (t table) line(of kind) string {
	life, scope, byDefault := t.life(of), "-", "on"
	item := kind{of.apiVersion, strings.TrimSuffix(of.name, "List")}
	if all := t.known[of]; all != nil {
		scope = map[bool]string{true: "namespaced", false: "cluster"}[all.namespaced]
		byDefault = t.byDefault(of, all)
	} else if all := t.known[item]; all != nil {
		// A list lives as long as its items.
		life, byDefault = t.life(item), t.byDefault(item, all)
		if life.replacement.name == item.name {
			life.replacement.name = of.name
		}
	}
	said := "-"
	if helm, ok := t.helm[of]; ok {
		said = "="
		if helm.replacement != life.replacement || helm.deprecated != life.deprecated || helm.removed != life.removed {
			said = fmt.Sprintf("%s,%s,%s", minor(helm.deprecated), minor(helm.removed), shown(of, helm.replacement))
		}
	}
	return fmt.Sprintf("%s %s %s %s %s %s %s %s %s", of.apiVersion, of.name, scope, byDefault,
		minor(life.introduced), minor(life.deprecated), minor(life.removed), shown(of, life.replacement), said)
}

// life gives what the marks say, corrected.
func (t table) life(of kind) marks {
	life := t.carried[of]
	if helm, ok := t.helm[of]; ok {
		life.deprecated, life.removed, life.replacement = helm.deprecated, helm.removed, helm.replacement
	}
	if all := t.known[of]; all != nil {
		t.correct(of, &life, all)
	}
	life.replacement = t.replacement(of, life)
	return life
}

// byDefault says whether a kind is on or off by default: in all its life, since Kubernetes never
// switches one on or off later.
func (t table) byDefault(of kind, all *presence) string {
	switch len(all.off) {
	case 0:
		return "on"
	case all.last - all.first + 1:
		return "off"
	default:
		fmt.Fprintf(os.Stderr, "%s %s: off by default in %v alone\n", of.apiVersion, of.name, all.off)
		return "on"
	}
}

// correct brings the marks in line with the OpenAPI documents.
func (t table) correct(of kind, life *marks, all *presence) {
	if all.first > t.oldest {
		if life.introduced != 0 && life.introduced != all.first {
			fmt.Fprintf(os.Stderr, "%s %s: marked as new in 1.%d, there since 1.%d\n",
				of.apiVersion, of.name, life.introduced, all.first)
		}
		life.introduced = all.first
	} else if life.introduced >= t.oldest {
		life.introduced = 0
	}
	if all.last == t.last {
		if life.removed != 0 && life.removed <= t.last {
			fmt.Fprintf(os.Stderr, "%s %s: marked as removed in 1.%d, still there\n",
				of.apiVersion, of.name, life.removed)
		}
		return
	}
	// Kubernetes 1.16 to 1.19 had what was marked as removed, off by default.
	if gone := all.last + 1; life.removed == 0 || gone < life.removed {
		if life.removed != 0 {
			fmt.Fprintf(os.Stderr, "%s %s: marked as removed in 1.%d, gone since 1.%d\n",
				of.apiVersion, of.name, life.removed, gone)
		}
		life.removed = gone
	}
	// What was never marked was deprecated at some time nobody tells.
	if life.deprecated >= life.removed {
		life.deprecated = 0
	}
}

// replacement gives what to use instead of a kind: what its mark says, with its own kind where the
// mark names the list or the item instead, or else the most stable version of its group.
func (t table) replacement(of kind, life marks) kind {
	if by := life.replacement; by != (kind{}) {
		own := kind{by.apiVersion, of.name}
		item := kind{by.apiVersion, strings.TrimSuffix(of.name, "List")}
		slip := by.name == of.name+"List" || by.name+"List" == of.name
		if slip && t.known[item] != nil {
			return own
		}
		return by
	}
	if life.deprecated == 0 && life.removed == 0 {
		return kind{}
	}
	item, isList := strings.CutSuffix(of.name, "List")
	best := kind{}
	for other := range t.known {
		sameGroup := group(other.apiVersion) == group(of.apiVersion) && other.name == item
		if sameGroup && stability(other.apiVersion) > stability(of.apiVersion) &&
			(best == kind{} || stability(other.apiVersion) > stability(best.apiVersion)) {
			best = other
		}
	}
	if best != (kind{}) && isList {
		best.name = of.name
	}
	return best
}

func group(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

// stability orders versions as Kubernetes does: v2, v1, v2beta1, v1beta2, v1beta1, v1alpha1.
func stability(apiVersion string) int {
	version := apiVersion[strings.LastIndex(apiVersion, "/")+1:]
	for level, word := range []string{"alpha", "beta"} {
		if major, minor, found := strings.Cut(version, word); found {
			return level*1_000_000 + number(major[1:])*1000 + number(minor)
		}
	}
	return 2_000_000 + number(version[1:])*1000
}

func number(text string) int {
	number, _ := strconv.Atoi(text)
	return number
}

func minor(number int) string {
	if number == 0 {
		return "-"
	}
	return strconv.Itoa(number)
}

// shown leaves out a kind that stays the same.
func shown(of, by kind) string {
	switch {
	case by == kind{}:
		return "-"
	case by.name == of.name:
		return by.apiVersion
	default:
		return by.apiVersion + ":" + by.name
	}
}

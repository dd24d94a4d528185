// Command record prints what Go's text/template/parse makes of template texts.
//
//	go run . < ../parse_cases.tsv > /tmp/new.tsv
//	go run . -random 100000 -seed 1 > /tmp/more.tsv
//
// A line of input is a template name and a text, both as Go string literals, with a tab between
// (what follows is ignored);
// a line of output has the result as a third literal. The names f, g, printf and include are
// functions, and in a template called "break.yaml" break and continue are, too.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"
	"text/template/parse"
)

func main() {
	random := flag.Int("random", 0, "how many random texts to record instead of standard input")
	seed := flag.Int64("seed", 1, "of the random texts")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	record := func(name, text string) {
		fmt.Fprintf(out, "%q\t%q\t%q\n", name, text, result(name, text))
	}
	if *random > 0 {
		r := rand.New(rand.NewSource(*seed))
		for range *random {
			record([]string{"a.yaml", "a.yaml", "a.yaml", "break.yaml"}[r.Intn(4)], randomText(r))
		}
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		if in.Text() == "" || strings.HasPrefix(in.Text(), "#") {
			fmt.Fprintln(out, in.Text())
			continue
		}
		name, text, _ := strings.Cut(in.Text(), "\t")
		record(unquote(name), unquote(strings.Split(text, "\t")[0]))
	}
}

func unquote(literal string) string {
	text, err := strconv.Unquote(literal)
	if err != nil {
		fmt.Fprintln(os.Stderr, err, literal)
		os.Exit(1)
	}
	return text
}

// result is the error, or every template's tree with all positions and its String().
func result(name, text string) string {
	funcs := map[string]any{"f": 1, "g": 1, "printf": 1, "include": 1}
	if name == "break.yaml" {
		funcs["break"] = 1
		funcs["continue"] = 1
	}
	trees, err := parse.Parse(name, text, "", "", funcs)
	if err != nil {
		return err.Error()
	}
	names := []string{}
	for name := range trees {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		t := trees[name]
		fmt.Fprintf(&b, "%q empty=%v ", name, parse.IsEmptyTree(t.Root))
		dump(&b, t.Root)
		fmt.Fprintf(&b, " = %s\n", t.Root)
	}
	return b.String()
}

func dumpBranch(b *strings.Builder, name string, n *parse.BranchNode) {
	fmt.Fprintf(b, "(%s @%d:%d ", name, n.Pos, n.Line)
	dump(b, n.Pipe)
	dump(b, n.List)
	if n.ElseList != nil {
		dump(b, n.ElseList)
	}
	b.WriteString(")")
}

func dump(b *strings.Builder, node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		fmt.Fprintf(b, "[@%d", n.Pos)
		for _, node := range n.Nodes {
			dump(b, node)
		}
		b.WriteString("]")
	case *parse.TextNode:
		fmt.Fprintf(b, "(text @%d %q)", n.Pos, n.Text)
	case *parse.ActionNode:
		fmt.Fprintf(b, "(action @%d:%d ", n.Pos, n.Line)
		dump(b, n.Pipe)
		b.WriteString(")")
	case *parse.IfNode:
		dumpBranch(b, "if", &n.BranchNode)
	case *parse.RangeNode:
		dumpBranch(b, "range", &n.BranchNode)
	case *parse.WithNode:
		dumpBranch(b, "with", &n.BranchNode)
	case *parse.TemplateNode:
		fmt.Fprintf(b, "(template @%d:%d %q", n.Pos, n.Line, n.Name)
		if n.Pipe != nil {
			dump(b, n.Pipe)
		}
		b.WriteString(")")
	case *parse.BreakNode:
		fmt.Fprintf(b, "(break @%d:%d)", n.Pos, n.Line)
	case *parse.ContinueNode:
		fmt.Fprintf(b, "(continue @%d:%d)", n.Pos, n.Line)
	case *parse.PipeNode:
		fmt.Fprintf(b, "(pipe @%d:%d", n.Pos, n.Line)
		for _, v := range n.Decl {
			fmt.Fprintf(b, " %v@%d %q", map[bool]string{true: "=", false: ":="}[n.IsAssign], v.Pos, v.Ident)
		}
		for _, cmd := range n.Cmds {
			dump(b, cmd)
		}
		b.WriteString(")")
	case *parse.CommandNode:
		fmt.Fprintf(b, "(@%d", n.Pos)
		for _, arg := range n.Args {
			b.WriteString(" ")
			dump(b, arg)
		}
		b.WriteString(")")
	case *parse.IdentifierNode:
		fmt.Fprintf(b, "func@%d %q", n.Pos, n.Ident)
	case *parse.FieldNode:
		fmt.Fprintf(b, "field@%d %q", n.Pos, n.Ident)
	case *parse.VariableNode:
		fmt.Fprintf(b, "var@%d %q", n.Pos, n.Ident)
	case *parse.ChainNode:
		fmt.Fprintf(b, "(chain @%d ", n.Pos)
		dump(b, n.Node)
		fmt.Fprintf(b, " %q)", n.Field)
	case *parse.DotNode:
		fmt.Fprintf(b, "dot@%d", n.Pos)
	case *parse.NilNode:
		fmt.Fprintf(b, "nil@%d", n.Pos)
	case *parse.BoolNode:
		fmt.Fprintf(b, "%v@%d", n.True, n.Pos)
	case *parse.StringNode:
		fmt.Fprintf(b, "string@%d %s %q", n.Pos, n.Quoted, n.Text)
	case *parse.NumberNode:
		fmt.Fprintf(b, "number@%d %s", n.Pos, n.Text)
		if n.IsInt {
			fmt.Fprintf(b, " int %d", n.Int64)
		}
		if n.IsUint {
			fmt.Fprintf(b, " uint %d", n.Uint64)
		}
		if n.IsFloat {
			fmt.Fprintf(b, " float %x", math.Float64bits(n.Float64))
		}
		if n.IsComplex {
			fmt.Fprintf(b, " complex %x %x", math.Float64bits(real(n.Complex128)), math.Float64bits(imag(n.Complex128)))
		}
	default:
		panic(fmt.Sprintf("%T", node))
	}
}

var words = []string{
	"{{", "}}", "{{-", "-}}", "{{- ", " -}}", "{{/*", "*/}}", "{{- /*", "*/ -}}", "\n-}}", "{{-\n", "/*", "*/",
	" ", " ", " ", " ", "\n", "\t", "\r\n", "  ", "\v", "\u0085", "\u00a0", "\u2028",
	"if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil",
	"true", "false", "f", "g", "printf", "include", "unknown", "é", "x²", "Ⅷ", "٣", "日本", "_", "\xff", "\xe2\x82", "\x00", "\x7f", "\ufffd", "\U0001F600",
	".", ".x", ".x.y", "..", "$", "$x", "$y", "$.a", "$x.b", ".é", ".1", ".\xff", "$-", "$1",
	":=", "=", ":", ",", "|", "(", ")", "+", "-", "*", "@", "}", "{", "!", "%",
	`"a"`, `"b"`, `"a.yaml"`, `"\n"`, `"\z"`, `"\"`, `"`, "`", "`r\n`", "`r\r`", "'", `'a'`, `'\n'`, `'\''`, `''`, `'ab'`, `'\xff'`, "'\xff'", "'x\xff'", `'\400'`, `"\377\xff\u00e9"`, `"long enough text"`,
	"0", "1", "12", "08", "0x1F", "0X", "0b101", "0b2", "0o17", "017", "1_000", "1__0", "_1", "0x_1", "1.5", "1.", "1e3", "1e400", "1e", "0x1p4", "0x1p-2", "0x1.8p1", "0x0.2", "089.5", "1i", "0i", "1.5i", "1+2i", "1-0i", "+1-2.5i", "0x1p1+1i", "i+1i", "1e999+1i", "0b1+1i", "1_0+1i", "+i", "-0", "+5", "-5", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "9223372036854775808.0", "18446744073709551616.0", "1e19", "-1e18", "-0.0", "1e-400", "123456789012345678901234567890", "3-", "1a",
}

var pieces = []string{
	"{{if .x}}", "{{else}}", "{{else if .y}}", "{{else with .y}}", "{{end}}", "{{end}}", "{{end}}", "{{range .x}}", "{{range $i, $e := .x}}", "{{range $e = .x}}", "{{range $i,}}", "{{with .x}}", "{{with $x := .y}}",
	"{{define \"a\"}}", "{{define `b`}}", "{{block \"a\" .}}", "{{block \"c\" $x}}", "{{template \"a\"}}", "{{template \"a\" .x}}", "{{break}}", "{{continue}}", "{{$x := 1}}", "{{$x = 2}}", "{{$x}}", "{{$y}}",
	"text", "\n", " ", "{{- /* c */ -}}", "{{/* c\n */}}", "{{f .x | g (f $x.y).z}}", "{{(f).x}}", "{{ f 1 2 | printf \"%d\" -}}\n", "{{- .x.y.z }}", "{{", "}}", "{{\n f\n 1\n}}", "{{- end -}}",
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	switch r.Intn(4) {
	case 0: // words in one action
		b.WriteString([]string{"{{", "\n{{- ", "{{if ", "{{range ", "{{ f "}[r.Intn(5)])
		for range r.Intn(8) {
			b.WriteString(words[r.Intn(len(words))])
			if r.Intn(2) == 0 {
				b.WriteString(" ")
			}
		}
		b.WriteString([]string{"}}", " -}}\n", "", "}}{{end}}"}[r.Intn(4)])
	case 1: // words anywhere
		for range r.Intn(20) {
			b.WriteString(words[r.Intn(len(words))])
		}
	case 2: // whole actions
		for range r.Intn(16) {
			b.WriteString(pieces[r.Intn(len(pieces))])
		}
	default: // both
		for range r.Intn(12) {
			if r.Intn(4) == 0 {
				b.WriteString(words[r.Intn(len(words))])
			} else {
				b.WriteString(pieces[r.Intn(len(pieces))])
			}
		}
	}
	return b.String()
}

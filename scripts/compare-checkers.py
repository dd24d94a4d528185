#!/usr/bin/env python3
"""Counts the planted mistakes of tests/planted that each checker finds, and prints a table in Markdown.

usage: scripts/compare-checkers.py RHELM [--schemas SWAGGER.JSON]

Besides rhelm, those of helm lint (RHELM_HELM or helm4), yamllint, kubeconform and kube-score take part that are in PATH:

    go install github.com/yannh/kubeconform/cmd/kubeconform@latest
    go install github.com/zegl/kube-score/cmd/kube-score@latest

kubeconform's schemas are made from the OpenAPI document of Kubernetes (SWAGGER.JSON, in the Go module k8s.io/kubernetes),
strict, and those of custom resources from the chart's definitions. A checker finds a mistake if it says something that it does not
say of the chart as it is. What reads values files is given them; manifests are rendered by rhelm.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent / "tests/planted"
VALUES = ["base.yaml", "prod.yaml"]
NUMBER_OR_TEXT = {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}


def run(arguments, stdin=None, cwd=None):
    """Exit status and all that a program prints."""
    done = subprocess.run(arguments, input=stdin, capture_output=True, text=True, cwd=cwd)
    return done.returncode, done.stdout + done.stderr


def strict(node):
    """A schema of OpenAPI as one of JSON Schema that takes no unknown fields, and null everywhere as Kubernetes does."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "int-or-string" or node.get("x-kubernetes-int-or-string"):
        return dict(NUMBER_OR_TEXT)
    out = {key: strict(value) for key, value in node.items() if key != "description"}
    if "properties" in out and not node.get("x-kubernetes-preserve-unknown-fields"):
        out.setdefault("additionalProperties", False)
    if isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    return out


def write_schemas(swagger, crds, directory):
    """One file for each kind, with the definitions that it needs."""
    definitions = {name: strict(node) for name, node in json.loads(swagger.read_text())["definitions"].items()}
    definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = NUMBER_OR_TEXT
    head = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}

    def needed(node, found):
        for name in re.findall(r'"#/definitions/([^"]+)"', json.dumps(node)):
            if name not in found:
                found[name] = definitions[name]
                needed(definitions[name], found)
        return found

    for node in definitions.values():
        for of in node.get("x-kubernetes-group-version-kind", []):
            group = of["group"].split(".")[0]
            name = "-".join(part for part in [of["kind"].lower(), group, of["version"]] if part)
            schema = {**node, "definitions": needed(node, {})}
            (directory / f"{name}.json").write_text(json.dumps(schema))
    for path in crds:
        for version, schema in custom(path):
            schema["properties"] = {**schema.get("properties", {}), **head}
            kind, group, version = version
            (directory / f"{kind.lower()}-{group.split('.')[0]}-{version}.json").write_text(json.dumps(strict(schema)))


def custom(path):
    """The versions of a definition with their schemas."""
    import yaml  # PyYAML, which yamllint brings

    for node in yaml.safe_load_all(path.read_text()):
        spec = node["spec"]
        for version in spec["versions"]:
            key = (spec["names"]["kind"], spec["group"], version["name"])
            yield key, version["schema"]["openAPIV3Schema"]


def plant(row, directory):
    """A copy of the chart with a mistake, and the flags to render it."""
    chart = directory / "web"
    shutil.copytree(TOP / "web", chart)
    flags = [flag for flag in row.get("flags", []) if flag != "--all-branches"]
    for name in VALUES:
        if name in row:
            (directory / name).write_text(row[name].lstrip("\n"))
            flags += ["-f", str(directory / name)]
    if "file" in row and "find" in row:
        file = chart / row["file"]
        text = file.read_text()
        put = row["put"].lstrip("\n")
        file.write_text(text.replace(row["find"].lstrip("\n"), put, 1) + row.get("append", ""))
    return chart, flags


def lines(text, directory):
    """What a checker says, without what differs from run to run."""
    text = text.replace(str(directory), "")
    text = re.sub(r"\x1b\[[0-9;]*m|:\d+(:\d+)?|line \d+", "", text)
    return {line.strip() for line in text.splitlines() if line.strip()}


def said(checker, chart, flags, schemas):
    directory = chart.parent
    if checker == "rhelm validate":
        return lines(run([RHELM, "validate", str(chart), *flags, "-o", "github"])[1], directory)
    if checker == "rhelm validate --strict":
        return lines(run([RHELM, "validate", str(chart), *flags, "--strict", "--all-branches", "-o", "github"])[1], directory)
    if checker == "helm lint":
        return lines(run([HELM, "lint", str(chart), *flags])[1], directory)
    status, manifests = run([RHELM, "template", "release", str(chart), *flags])
    if status:
        return {"does not render"}
    if checker == "yamllint":
        files = [str(directory / name) for name in VALUES if (directory / name).exists()]
        rules = "{extends: relaxed, rules: {line-length: disable, trailing-spaces: disable}}"
        found = lines(run(["yamllint", "-d", rules, "-f", "parsable", "-"], manifests)[1], directory)
        return found | lines(run(["yamllint", "-d", rules, "-f", "parsable", str(chart / "values.yaml"), *files])[1], directory)
    if checker == "kubeconform":
        place = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        return lines(run(["kubeconform", "-strict", "-schema-location", place, "-"], manifests)[1], directory)
    return lines(run(["kube-score", "score", "-o", "ci", "-"], manifests)[1], directory)


def main():
    global RHELM, HELM
    RHELM = str(Path(sys.argv[1]).resolve())
    HELM = shutil.which("helm4") or shutil.which("helm") or ""
    checkers = ["rhelm validate", "rhelm validate --strict"] + (["helm lint"] if HELM else [])
    checkers += [name for name in ["yamllint", "kubeconform", "kube-score"] if shutil.which(name)]
    rows = tomllib.loads((TOP / "mistakes.toml").read_text())["mistake"]
    with tempfile.TemporaryDirectory() as work:
        schemas = Path(work) / "schemas"
        schemas.mkdir()
        if "--schemas" in sys.argv:
            swagger = Path(sys.argv[sys.argv.index("--schemas") + 1])
            write_schemas(swagger, sorted((TOP / "web/crds").iterdir()), schemas)
        elif "kubeconform" in checkers:
            checkers.remove("kubeconform")
        before = {}
        with tempfile.TemporaryDirectory() as clean:
            chart, flags = plant({}, Path(clean))
            for checker in checkers:
                before[checker] = said(checker, chart, flags, schemas)
        found = {checker: set() for checker in checkers}
        for at, row in enumerate(rows):
            with tempfile.TemporaryDirectory() as place:
                chart, flags = plant(row, Path(place))
                for checker in checkers:
                    if said(checker, chart, flags, schemas) - before[checker]:
                        found[checker].add(at)
    others = [checker for checker in checkers if not checker.startswith("rhelm")]
    together = set().union(*(found[checker] for checker in others)) if others else set()
    print(f"| checker | of {len(rows)} |\n|---|---|")
    for checker in checkers:
        print(f"| {checker} | {len(found[checker])} |")
    print(f"| {', '.join(others)} together | {len(together)} |")
    alone = together - found["rhelm validate --strict"]
    for at in sorted(alone):
        who = [checker for checker in others if at in found[checker]]
        print(f"only by {', '.join(who)}: {rows[at]['name']}", file=sys.stderr)


main()

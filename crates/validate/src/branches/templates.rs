//! Calls of templates that nothing defines.

use super::{Template, Visitor, place, visit};
use crate::context::Context;
use crate::diagnostic::Diagnostic;
use crate::rules;
use diagnostics::suggest;
use gotemplate::ast::{Command, Operand, Pos, TemplateCall, Tree};
use std::collections::BTreeSet;
use std::sync::Arc;

/// `include` and `template` with a constant name that no template of the charts has.
pub(super) fn diagnostics(
    templates: &[Template],
    defined: &[Arc<Tree>],
    context: &Context<'_, '_>,
) -> Vec<Diagnostic> {
    let all = templates.iter().flat_map(|template| &template.trees);
    let names = all.chain(defined).map(|tree| &*tree.name);
    let names: BTreeSet<&[u8]> = names.collect();
    let texts: BTreeSet<&str> = names
        .iter()
        .filter_map(|name| str::from_utf8(name).ok())
        .collect();
    let mut diagnostics = Vec::new();
    for template in templates {
        for tree in &template.trees {
            let mut calls = Calls::default();
            visit(tree, &mut calls);
            for (name, pos) in calls.names {
                let text = String::from_utf8_lossy(name);
                if names.contains(name) || is_in_values(context, name) {
                    continue;
                }
                let message = format!("no template is called {text:?}");
                let place = place(template, tree, pos);
                let diagnostic = Diagnostic::new(&rules::UNDEFINED_TEMPLATE, place, message);
                let near = suggest::nearest(&text, texts.iter().copied());
                diagnostics.push(match near {
                    Some(near) => diagnostic.suggest(suggest::did_you_mean(near)),
                    None => diagnostic,
                });
            }
        }
    }
    diagnostics
}

/// Values may hold templates that define others.
fn is_in_values(context: &Context<'_, '_>, name: &[u8]) -> bool {
    let charts = context.prepared.charts.iter();
    let defaults = charts.filter_map(|chart| chart.chart.values_yaml.as_ref()?.bytes().ok());
    let files = context.files.keys();
    let files = files.filter_map(|name| context.sources.text(name));
    let mut texts = defaults.chain(files);
    texts.any(|text| memchr::memmem::find(text, name).is_some())
}

#[derive(Default)]
struct Calls<'t> {
    names: Vec<(&'t [u8], Pos)>,
}

impl<'t> Visitor<'t> for Calls<'t> {
    fn call(&mut self, call: &'t TemplateCall) {
        self.names.push((&call.name, call.pos));
    }

    fn command(&mut self, command: &'t Command) {
        if let [Operand::Identifier(function), Operand::String(name), ..] = &*command.args
            && &*function.name == "include"
        {
            self.names.push((&name.text, name.pos));
        }
    }
}

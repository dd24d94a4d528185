//! Freeing deep trees without deep recursion: parentheses and branches may nest ten thousand levels.

use std::mem::take;

use super::{Branch, Node, Operand, Pipeline, Pos};

/// Up to this many levels are freed by plain recursion.
const SHALLOW: u32 = 64;

impl Drop for Pipeline {
    fn drop(&mut self) {
        if self.depth <= SHALLOW {
            return;
        }
        let mut pending = Vec::new();
        detach_pipelines(self, &mut pending);
        while let Some(mut pipe) = pending.pop() {
            detach_pipelines(&mut pipe, &mut pending);
        }
    }
}

/// Moves the pipelines directly inside `pipe` to `pending`.
fn detach_pipelines(pipe: &mut Pipeline, pending: &mut Vec<Pipeline>) {
    for operand in pipe.cmds.iter_mut().flat_map(|cmd| &mut cmd.args) {
        let operand = match operand {
            Operand::Chain(chain) => &mut chain.node,
            other => other,
        };
        if let Operand::Pipe(_) = operand
            && let Operand::Pipe(inner) = std::mem::replace(operand, Operand::Nil(Pos(0)))
        {
            pending.push(*inner);
        }
    }
    pipe.depth = 0;
}

impl Drop for Branch {
    fn drop(&mut self) {
        if self.depth <= SHALLOW {
            return;
        }
        let mut pending = Vec::new();
        detach_branches(self, &mut pending);
        while let Some(mut branch) = pending.pop() {
            detach_branches(&mut branch, &mut pending);
        }
    }
}

/// Moves the branches directly inside `branch` to `pending`, and frees everything else in it.
fn detach_branches(branch: &mut Branch, pending: &mut Vec<Branch>) {
    let else_list = branch.else_list.take().unwrap_or_default();
    for node in take(&mut branch.list.nodes)
        .into_iter()
        .chain(else_list.nodes)
    {
        if let Node::If(inner) | Node::Range(inner) | Node::With(inner) = node {
            pending.push(*inner);
        }
    }
    branch.depth = 0;
}

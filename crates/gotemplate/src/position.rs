//! From byte offsets to the lines and columns of error texts (Go's `Tree.ErrorContext`).

use memchr::{memchr_iter, memrchr};

use crate::ast::{NodeRef, Pos, Tree};

impl Tree {
    /// The line of `pos`, from 1, and its column: the bytes between the line's start and it.
    pub fn location(&self, pos: Pos) -> (usize, usize) {
        let before = self.text.get(..pos.0 as usize).unwrap_or(&self.text);
        let line_start = memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        (
            1 + memchr_iter(b'\n', before).count(),
            before.len() - line_start,
        )
    }

    /// The text of a node in errors: `file:line:column`, and the node as it prints.
    pub fn error_context(&self, node: NodeRef<'_>) -> (String, Vec<u8>) {
        let (line, column) = self.location(node.pos());
        let mut context = Vec::new();
        node.print(&self.text, &mut context);
        (format!("{}:{line}:{column}", self.parse_name), context)
    }
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::{Kind, Mark, parse};

#[test]
fn positions_are_lines_and_byte_columns() {
    let node = parse("é: [ü, b]\nc:\n  d: 1\n".as_bytes()).unwrap();
    let list = node.get("é").unwrap();
    assert_eq!(list.mark, Mark { line: 1, column: 5 });
    let Kind::Seq(items) = &list.kind else {
        panic!("{list:?}")
    };
    assert_eq!(
        items[1].mark,
        Mark {
            line: 1,
            column: 10
        }
    );
    assert_eq!(node.get("c").unwrap().mark, Mark { line: 3, column: 3 });
}

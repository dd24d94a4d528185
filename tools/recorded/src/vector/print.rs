//! Writing a file of vectors: inputs as they were, answers in their one canonical form.

use super::quoted::{needs_quotes, quote};
use super::{Answer, Vector, VectorFile};
use crate::Major;

/// The text of a file of vectors. Reading it gives the same vectors again.
pub fn print(file: &VectorFile) -> Vec<u8> {
    let mut text = file.preamble.clone().into_bytes();
    for (index, vector) in file.vectors.iter().enumerate() {
        if index > 0 {
            text.push(b'\n');
        }
        print_vector(vector, &mut text);
    }
    text
}

fn print_vector(vector: &Vector, text: &mut Vec<u8>) {
    text.extend(format!("=== {}\n", vector.name).bytes());
    for line in &vector.source {
        text.extend(line);
        text.push(b'\n');
    }
    let answers = (
        vector.expected.get(&Major::V3),
        vector.expected.get(&Major::V4),
    );
    if let (Some(three), Some(four)) = answers
        && three == four
    {
        print_answer(three, "", text);
        return;
    }
    for (major, answer) in &vector.expected {
        print_answer(answer, &format!(" {major}"), text);
    }
}

fn print_answer(answer: &Answer, major: &str, text: &mut Vec<u8>) {
    let (kind, bytes) = match answer {
        Answer::Output(bytes) => ("output", bytes),
        Answer::Error(bytes) => ("error", bytes),
        Answer::Panic(bytes) => ("panic", bytes),
    };
    if needs_quotes(bytes) {
        text.extend(format!("--- {kind}{major} quoted\n{}", quote(bytes)).bytes());
    } else {
        text.extend(format!("--- {kind}{major}\n").bytes());
        text.extend(bytes);
        text.push(b'\n');
    }
}

//! JSON Schema drafts 4 to 2020-12 over positioned nodes, with Helm's texts.

//! `bundle WASM DIRECTORY`: writes `page.html`, which needs nothing else, and `node/`, the same engine for Node.

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

const PAGE: &str = include_str!("../../web/page.html");
const STYLE: &str = include_str!("../../web/style.css");
const WORKER: &str = include_str!("../../web/worker.js");
const MAIN: &str = include_str!("../../web/main.js");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wasm, directory] = arguments.as_slice() else {
        return Err("usage: bundle WASM DIRECTORY".into());
    };
    let (wasm, directory) = (Path::new(wasm), Path::new(directory));
    let mut bindgen = bindgen(wasm);
    bindgen.nodejs(true)?.generate(directory.join("node"))?;

    let parts = directory.join("parts");
    let mut bindgen = self::bindgen(wasm);
    bindgen.no_modules(true)?.generate(&parts)?;
    let glue = fs::read_to_string(parts.join("playground.js"))?;
    let engine = fs::read(parts.join("playground_bg.wasm"))?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&engine)?;
    let packed = packed.finish()?;
    let page = PAGE
        .replace("/*STYLE*/", STYLE)
        .replace("/*WASM*/", &BASE64.encode(&packed))
        .replace("/*GLUE*/", &in_script(&glue))
        .replace("/*WORKER*/", &in_script(WORKER))
        .replace("/*MAIN*/", &in_script(MAIN));
    fs::write(directory.join("page.html"), &page)?;
    let kilobytes = |bytes: usize| bytes.div_ceil(1024);
    println!(
        "engine {} KiB, compressed {} KiB; page {} KiB",
        kilobytes(engine.len()),
        kilobytes(packed.len()),
        kilobytes(page.len())
    );
    Ok(())
}

fn bindgen(wasm: &Path) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("playground")
        .typescript(false);
    bindgen
}

/// A script as the markup may hold it: nothing in it ends the element.
fn in_script(text: &str) -> String {
    text.replace("</script", "<\\/script")
}

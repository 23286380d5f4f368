//! Pages: any text is a page or a list of errors, and a page that was read can be checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_kinds::Kinds;
use redan_pages::Page;

fuzz_target!(|text: &str| {
    if let Ok(page) = Page::parse("fuzz/page", "fuzz/page.md", text) {
        let kinds = Kinds::builtin();
        let engines = Default::default();
        for kind in page.kinds() {
            let _ = page.compile(kind, &kinds, &engines, &[]);
        }
    }
});

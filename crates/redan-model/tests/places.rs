//! Line and column of every byte, compared with counting from the beginning of the text.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use redan_model::{Origin, Sources};

fn counted(text: &str, byte: usize) -> (u32, u32) {
    let before = text.as_bytes().get(..byte).unwrap();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let begins = before.get(start..).unwrap().iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    (u32::try_from(line).unwrap(), u32::try_from(begins + 1).unwrap())
}

proptest! {
    #[test]
    fn places_are_those_of_counting(pieces in prop::collection::vec("[a-zäö€😀]{0,200}\n?", 0..40), at in any::<prop::sample::Index>()) {
        let text = pieces.concat();
        let byte = at.index(text.len() + 1);
        let sources = Sources::new();
        let source = sources.add_file("main.tf", text.as_str().into());
        let end = u32::try_from(byte).unwrap();
        let place = sources.place(Origin::new(source, 0, end)).unwrap();
        prop_assert_eq!((place.end.line, place.end.column), counted(&text, byte));
    }
}

//! Rule pages: parse, type-check, evaluate, and their cases

//! Files and their declarations.
//! Structure: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/file>

use super::ast::{
    Declaration, DeclarationKind, Decorator, Expr, ExprKind, Extension, File, Function, Ident, Imported, Module,
    Resource, Span,
};
use super::parser::{Dialect, Parsed, Parser, SyntaxError};
use super::token::Kind;
use super::types::TypeExpr;

/// Reads a file; what does not parse is left out and reported.
pub(crate) fn parse_file(text: &str, dialect: Dialect) -> (File, Vec<SyntaxError>) {
    let mut parser = Parser::new(text, dialect);
    let mut file = File::default();
    loop {
        parser.skip_lines();
        if parser.peek() == Kind::End {
            break;
        }
        let begun = parser.span();
        match parser.declaration() {
            Ok(declaration) => {
                file.declarations.push(declaration);
                if !matches!(parser.peek(), Kind::NewLine | Kind::End) {
                    let error = parser.unexpected("a line break");
                    parser.skip_declaration(error, begun);
                }
            }
            Err(error) => {
                file.damaged = true;
                parser.skip_declaration(error, begun);
            }
        }
    }
    file.damaged |= parser.has_errors();
    (file, parser.finish())
}

impl Parser<'_> {
    fn declaration(&mut self) -> Parsed<Declaration> {
        let decorators = self.decorators()?;
        let start = self.span();
        let kind = self.declaration_kind()?;
        Ok(Declaration { decorators, kind, span: self.span_from(start) })
    }

    /// A resource inside the body of another one, and its height.
    pub(super) fn child_resource(&mut self) -> Parsed<(Declaration, u16)> {
        let decorators = self.decorators()?;
        let start = self.span();
        self.expect_word("resource")?;
        let resource = self.resource()?;
        let height = self.above(resource.body.height, start)?;
        let kind = DeclarationKind::Resource(Box::new(resource));
        Ok((Declaration { decorators, kind, span: self.span_from(start) }, height))
    }

    pub(super) fn decorators(&mut self) -> Parsed<Vec<Decorator>> {
        let mut all = Vec::new();
        while self.peek() == Kind::At {
            let start = self.next().span;
            let mut name = self.name("the name of a decorator")?;
            let mut arguments = Vec::new();
            loop {
                if self.peek() == Kind::LeftParen {
                    arguments = self.arguments()?.0;
                }
                if !self.take(Kind::Dot) {
                    break;
                }
                name = self.name("the name of a decorator")?;
            }
            all.push(Decorator { name: name.text, arguments, span: self.span_from(start) });
            self.skip_lines();
        }
        Ok(all)
    }

    fn declaration_kind(&mut self) -> Parsed<DeclarationKind> {
        let word = if self.peek() == Kind::Name { self.source(self.span()) } else { "" };
        let known = match self.dialect {
            Dialect::Template => !matches!(word, "using" | "extends" | "extensionConfig"),
            Dialect::Parameters => {
                matches!(word, "using" | "extends" | "param" | "var" | "import" | "type" | "func")
                    || word.starts_with("extension")
            }
        };
        if !known {
            return Err(self.unexpected("a declaration"));
        }
        let start = self.span();
        match word {
            "targetScope" | "metadata" | "assert" | "var" | "param" | "output" | "type" => {
                self.next();
                self.named_value(word)
            }
            "func" => {
                self.next();
                self.function()
            }
            "resource" => {
                self.next();
                Ok(DeclarationKind::Resource(Box::new(self.resource()?)))
            }
            "module" | "test" => {
                self.next();
                let module = Box::new(self.module()?);
                Ok(if word == "test" { DeclarationKind::Test(module) } else { DeclarationKind::Module(module) })
            }
            "import" => {
                self.next();
                self.import(start)
            }
            "extension" | "extensionConfig" => {
                self.next();
                self.extension()
            }
            "using" => {
                self.next();
                self.using()
            }
            "extends" => {
                self.next();
                Ok(DeclarationKind::Extends(self.text()?))
            }
            _ => Err(self.unexpected("a declaration")),
        }
    }

    /// The declarations of the form `word name = value`.
    fn named_value(&mut self, word: &str) -> Parsed<DeclarationKind> {
        if word == "targetScope" {
            return Ok(DeclarationKind::TargetScope(self.assigned()?));
        }
        let name = self.name("a name")?;
        Ok(match word {
            "metadata" => DeclarationKind::Metadata { name, value: self.assigned()? },
            "assert" => DeclarationKind::Assert { name, value: self.assigned()? },
            "var" => {
                let of = if self.peek() == Kind::Assign { None } else { Some(self.type_expression()?) };
                DeclarationKind::Variable { name, of, value: self.assigned()? }
            }
            "param" if self.dialect == Dialect::Parameters => {
                DeclarationKind::Assignment { name, value: self.assigned()? }
            }
            "param" => {
                let of = self.type_expression()?;
                let default = if self.peek() == Kind::Assign { Some(self.assigned()?) } else { None };
                DeclarationKind::Param { name, of, default }
            }
            "output" => {
                let of = self.type_expression()?;
                DeclarationKind::Output { name, of, value: self.assigned()? }
            }
            _ => {
                self.expect(Kind::Assign, "`=`")?;
                DeclarationKind::Type { name, of: self.type_expression()? }
            }
        })
    }

    /// `= expression`
    fn assigned(&mut self) -> Parsed<Expr> {
        self.expect(Kind::Assign, "`=`")?;
        self.expression()
    }

    fn function(&mut self) -> Parsed<DeclarationKind> {
        let name = self.name("the name of a function")?;
        self.expect(Kind::LeftParen, "`(`")?;
        let mut parameters: Vec<(Ident, TypeExpr)> = Vec::new();
        self.skip_lines();
        while !self.take(Kind::RightParen) {
            let parameter = self.name("the name of a parameter")?;
            parameters.push((parameter, self.type_expression()?));
            self.skip_lines();
            if !self.take(Kind::Comma) {
                self.expect(Kind::RightParen, "`,` or `)`")?;
                break;
            }
            self.skip_lines();
        }
        let result = self.type_expression()?;
        self.expect(Kind::Arrow, "`=>`")?;
        self.skip_lines();
        let body = self.expression()?;
        Ok(DeclarationKind::Function(Box::new(Function { name, parameters, result, body })))
    }

    /// What follows the word `resource`.
    fn resource(&mut self) -> Parsed<Resource> {
        let name = self.name("the name of a resource")?;
        let of = self.text()?;
        let existing = self.take_word("existing");
        self.expect(Kind::Assign, "`=`")?;
        Ok(Resource { name, of, existing, body: self.body()? })
    }

    fn module(&mut self) -> Parsed<Module> {
        let name = self.name("the name of a module")?;
        let path = self.text()?;
        self.expect(Kind::Assign, "`=`")?;
        Ok(Module { name, path, body: self.body()? })
    }

    fn import(&mut self, start: Span) -> Parsed<DeclarationKind> {
        let names = match self.peek() {
            Kind::Text | Kind::TextLeft => return self.extension(),
            Kind::Asterisk => {
                self.next();
                self.expect_word("as")?;
                Imported::All(self.name("a name")?)
            }
            Kind::LeftBrace => {
                self.next();
                let mut names = Vec::new();
                let damaged = self.entries(Kind::RightBrace, |parser| {
                    names.push(parser.imported_name()?);
                    Ok(())
                })?;
                if damaged && names.is_empty() {
                    return Err(SyntaxError { span: self.span_from(start), message: "an import of nothing".into() });
                }
                Imported::Some(names)
            }
            _ => return Err(self.unexpected("`{` or `*`")),
        };
        self.expect_word("from")?;
        Ok(DeclarationKind::Import { names, from: self.text()? })
    }

    fn imported_name(&mut self) -> Parsed<(Ident, Ident)> {
        let quoted = self.peek() == Kind::Text;
        let original = if quoted {
            let token = self.next();
            Ident { text: self.value(token), span: token.span }
        } else {
            self.name("a name to import")?
        };
        if self.take_word("as") {
            let alias = self.name("a name")?;
            return Ok((original, alias));
        }
        if quoted {
            return Err(self.unexpected("`as` and a name"));
        }
        Ok((original.clone(), original))
    }

    fn extension(&mut self) -> Parsed<DeclarationKind> {
        let specification = match self.peek() {
            Kind::Name => {
                let name = self.name("the name of an extension")?;
                let start = name.span;
                self.make(ExprKind::Text(name.text), start, 0)?
            }
            _ => self.text()?,
        };
        let with = if self.take_word("with") { Some(self.object(false)?) } else { None };
        let alias = if self.take_word("as") { Some(self.name("a name")?) } else { None };
        Ok(DeclarationKind::Extension(Box::new(Extension { specification, with, alias })))
    }

    fn using(&mut self) -> Parsed<DeclarationKind> {
        let path = if self.take_word("none") { None } else { Some(self.text()?) };
        if self.take_word("with") {
            self.object(false)?;
        }
        Ok(DeclarationKind::Using(path))
    }
}

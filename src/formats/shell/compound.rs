//! Compound commands and function definitions.

use std::sync::Arc;

use super::parser::{Parsed, Parser, Reach, ends_word, is_name};
use super::{Node, NodeKind, Word};

impl Parser<'_> {
    /// One command of a pipeline, with its redirections.
    pub(super) fn command(&mut self) -> Parsed<Node> {
        self.blanks();
        let start = self.at;
        if self.at_closer() {
            return self.simple_or_closer(start);
        }
        let word = self.bare();
        let kind = match (self.peek(0), word) {
            (Some(b'('), _) => self.parenthesis(),
            (_, Some("{")) => self.group(),
            (_, Some("if")) => self.conditional(),
            (_, Some("while" | "until")) => self.loops(),
            (_, Some("for" | "select")) => self.counts(),
            (_, Some("case")) => self.case(),
            (_, Some("[[")) => self.test(),
            (_, Some("function")) => return self.named_function(),
            (_, Some("coproc")) => return self.coprocess(),
            _ => return self.simple(),
        }?;
        self.finish(start, kind)
    }

    /// The mistake that a closing word, or nothing, stands where a command should begin.
    fn simple_or_closer(&mut self, start: usize) -> Parsed<Node> {
        if self.peek(0).is_none() {
            return self.fail(start, Reach::Rest, "a command is missing at the end");
        }
        let found = match self.bare() {
            Some(word) if !word.is_empty() => word.to_owned(),
            _ => self.rest().chars().take(1).collect(),
        };
        self.fail(start, Reach::Outward, format!("`{found}` stands where a command should begin"))
    }

    /// A compound command with the redirections after it.
    fn finish(&mut self, start: usize, kind: NodeKind) -> Parsed<Node> {
        self.count()?;
        let mut redirects = Vec::new();
        let mut end = self.at;
        loop {
            self.blanks();
            if !self.redirect(&mut redirects)? {
                break;
            }
            end = self.at;
        }
        self.at = end;
        Ok(Node { span: self.text.span(start, end), kind, redirects })
    }

    /// A list that may not be empty, inside something opened at `opened`.
    fn inside(&mut self, opened: usize, what: &str) -> Parsed<Vec<Node>> {
        let mut body = Vec::new();
        self.deeper(|p| p.list(&mut body))?;
        if body.is_empty() {
            if self.peek(0).is_none() {
                return self.fail(opened, Reach::Rest, format!("`{what}` is never closed"));
            }
            return self.fail(self.at, Reach::Outward, format!("there is no command in `{what}`"));
        }
        Ok(body)
    }

    /// `( … )` or `(( … ))`.
    fn parenthesis(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        if self.peek(1) == Some(b'(')
            && let Some(end) = self.arithmetic_end(self.at + 2)
        {
            let text = self.slice(opened, end).to_owned();
            self.at = end;
            return Ok(NodeKind::Test(text));
        }
        self.at += 1;
        let body = self.inside(opened, "(")?;
        self.close(opened)?;
        Ok(NodeKind::Subshell(body))
    }

    /// The `)` of a subshell or substitution opened at `opened`.
    pub(super) fn close(&mut self, opened: usize) -> Parsed<()> {
        self.lines();
        if self.peek(0) == Some(b')') {
            self.at += 1;
            return Ok(());
        }
        self.unexpected(")", opened, "(")
    }

    fn group(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        self.at += 1;
        let body = self.inside(opened, "{")?;
        self.expect("}", opened, "{")?;
        Ok(NodeKind::Group(body))
    }

    fn conditional(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        self.at += 2;
        loop {
            let condition = self.inside(opened, "if")?;
            self.expect("then", opened, "if")?;
            branches.push((condition, self.inside(opened, "then")?));
            match self.bare() {
                Some("elif") => self.at += 4,
                Some("else") => {
                    self.at += 4;
                    otherwise = self.inside(opened, "else")?;
                    break;
                }
                _ => break,
            }
        }
        self.expect("fi", opened, "if")?;
        Ok(NodeKind::If { branches, otherwise })
    }

    fn loops(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        let until = self.bare() == Some("until");
        let keyword = if until { "until" } else { "while" };
        self.at += 5;
        let condition = self.inside(opened, keyword)?;
        let body = self.do_group(opened, keyword)?;
        Ok(NodeKind::While { until, condition, body })
    }

    /// `do … done`.
    fn do_group(&mut self, opened: usize, keyword: &str) -> Parsed<Vec<Node>> {
        self.expect("do", opened, keyword)?;
        let body = self.inside(opened, "do")?;
        self.expect("done", opened, keyword)?;
        Ok(body)
    }

    /// `for` in its three forms, and `select`.
    fn counts(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        let keyword = self.plain();
        self.at += keyword.len();
        self.blanks();
        if keyword == "for" && self.rest().starts_with("((") {
            let Some(end) = self.arithmetic_end(self.at + 2) else {
                return self.fail(opened, Reach::Line, "`((` without `))`");
            };
            self.at = end;
            self.separator();
            let body = self.loop_body(opened, keyword)?;
            return Ok(NodeKind::For { variable: String::new(), words: None, body });
        }
        let variable = self.plain().to_owned();
        if !is_name(&variable) {
            return self.fail(self.at, Reach::Line, format!("`{keyword}` needs a variable's name"));
        }
        self.at += variable.len();
        self.lines();
        let words = if self.bare() == Some("in") {
            self.at += 2;
            let mut words = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => words.push(word),
                    None => break,
                }
            }
            Some(words)
        } else {
            None
        };
        self.separator();
        let body = self.loop_body(opened, keyword)?;
        Ok(NodeKind::For { variable, words, body })
    }

    /// `do … done`, or the group that bash takes in its place.
    fn loop_body(&mut self, opened: usize, keyword: &str) -> Parsed<Vec<Node>> {
        self.lines();
        if self.bare() != Some("{") {
            return self.do_group(opened, keyword);
        }
        self.at += 1;
        let body = self.inside(opened, "{")?;
        self.expect("}", opened, "{")?;
        Ok(body)
    }

    /// An optional `;` and line ends.
    fn separator(&mut self) {
        self.blanks();
        if self.peek(0) == Some(b';') && self.peek(1) != Some(b';') {
            self.at += 1;
        }
        self.lines();
    }

    fn case(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        self.at += 4;
        self.blanks();
        let Some(word) = self.word()? else {
            return self.fail(self.at, Reach::Line, "`case` needs a word");
        };
        self.expect("in", opened, "case")?;
        let mut arms = Vec::new();
        loop {
            self.lines();
            if self.bare() == Some("esac") {
                self.at += 4;
                return Ok(NodeKind::Case { word, arms });
            }
            if self.peek(0).is_none() {
                return self.unexpected("esac", opened, "case");
            }
            let patterns = self.patterns()?;
            let mut body = Vec::new();
            self.deeper(|p| p.list(&mut body))?;
            arms.push((patterns, body));
            self.lines();
            let rest = self.rest();
            match [";;&", ";;", ";&"].into_iter().find(|end| rest.starts_with(end)) {
                Some(end) => self.at += end.len(),
                None if self.bare() == Some("esac") => {}
                None => return self.unexpected("esac", opened, "case"),
            }
        }
    }

    /// `(a|b)` of an arm.
    fn patterns(&mut self) -> Parsed<Vec<Word>> {
        if self.peek(0) == Some(b'(') {
            self.at += 1;
        }
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            let Some(pattern) = self.word()? else {
                return self.fail(self.at, Reach::Outward, "an arm of `case` needs a pattern");
            };
            patterns.push(pattern);
            self.blanks();
            match self.peek(0) {
                Some(b'|') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return Ok(patterns);
                }
                _ => return self.unexpected(")", self.at, "case"),
            }
        }
    }

    /// `[[ … ]]`.
    fn test(&mut self) -> Parsed<NodeKind> {
        let opened = self.at;
        self.at += 2;
        loop {
            match self.peek(0) {
                None => return self.fail(opened, Reach::Rest, "`[[` without `]]`"),
                Some(b' ' | b'\t' | b'\n') => {
                    self.at += 1;
                    if self.rest().starts_with("]]") && self.peek(2).is_none_or(ends_word) {
                        self.at += 2;
                        return Ok(NodeKind::Test(self.slice(opened, self.at).to_owned()));
                    }
                }
                Some(_) => self.skip_quoted()?,
            }
        }
    }

    /// `name ( ) body`, read up to the `(`.
    pub(super) fn function(&mut self, start: usize, name: String) -> Parsed<Node> {
        let opened = self.at;
        self.at += 1;
        self.blanks();
        if self.peek(0) != Some(b')') {
            return self.fail(opened, Reach::Line, "`(` stands in a command");
        }
        self.at += 1;
        self.function_body(start, name)
    }

    /// `function name [()] body`.
    fn named_function(&mut self) -> Parsed<Node> {
        let start = self.at;
        self.at += 8;
        self.blanks();
        let name = self.plain().to_owned();
        if name.is_empty() {
            return self.fail(self.at, Reach::Line, "`function` needs a name");
        }
        self.at += name.len();
        self.blanks();
        if self.peek(0) == Some(b'(') && self.slice(self.at + 1, self.text.text.len()).trim_start().starts_with(')') {
            self.at += 1;
            self.blanks();
            self.at += 1;
        }
        self.function_body(start, name)
    }

    fn function_body(&mut self, start: usize, name: String) -> Parsed<Node> {
        self.lines();
        let compound = self.peek(0) == Some(b'(')
            || self
                .bare()
                .is_some_and(|word| matches!(word, "{" | "if" | "while" | "until" | "for" | "select" | "case" | "[["));
        if !compound {
            let reach = if self.peek(0).is_none() { Reach::Rest } else { Reach::Line };
            return self.fail(self.at, reach, format!("the function `{name}` has no body"));
        }
        let body = self.deeper(Self::command)?;
        let span = self.text.span(start, self.at);
        Ok(Node { span, kind: NodeKind::Function { name, body: Arc::new(body) }, redirects: Vec::new() })
    }

    /// `coproc [NAME] command`: runs in the background.
    fn coprocess(&mut self) -> Parsed<Node> {
        let start = self.at;
        self.at += 6;
        self.blanks();
        let named = self.bare().map_or(0, str::len);
        let after = self.slice(self.at + named, self.text.text.len()).trim_start();
        if named > 0 && after.starts_with(['{', '(']) {
            self.at += named;
        }
        let body = self.deeper(Self::command)?;
        let span = self.text.span(start, self.at);
        Ok(Node { span, kind: NodeKind::Background(Box::new(body)), redirects: Vec::new() })
    }
}

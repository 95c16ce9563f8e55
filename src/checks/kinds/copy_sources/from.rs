//! What `--from` and `from=` may name.

use crate::checks::{Finding, Reason};
use crate::formats::image::ImageRef;
use crate::plan::nearest;
use crate::source::Span;

use super::settings::Other;
use super::sources::{Judging, Place};
use super::{Setting, push_once};

/// What a name leads to.
pub(super) enum From {
    /// A stage or an image: what it holds is not looked at.
    Elsewhere,
    /// A folder of the tree, as a context of its own.
    Context(crate::repo::RepoPath),
    /// Nowhere, or it cannot be told; that was said.
    Lost,
}

impl Judging<'_, '_> {
    /// Follows a name of COPY (`by_number`: also a stage's number) or of a mount.
    pub(super) fn from(&mut self, place: &Place<'_>, span: Span, written: &str, by_number: bool) -> From {
        let what = &place.what;
        // Docker expands nothing here: it would look for what the text says.
        if written.contains('$') {
            let help = "put the name into a FROM of its own, `FROM $X AS name`, and copy from that stage";
            return self.lost(span, format!("{what}: Docker expands no variable in `from={written}`"), help);
        }
        if let Some(other) = self.setting.named(written) {
            return match other {
                Other::Folder(folder) => From::Context(folder.clone()),
                Other::Elsewhere => From::Elsewhere,
            };
        }
        let build = &self.walk.build;
        let earlier = match by_number {
            true => build.copied_from(place.stage, written),
            false => build.mounted_from(place.stage, written),
        };
        if earlier.is_some() {
            return From::Elsewhere;
        }
        let names: Vec<String> = build.stages.iter().filter_map(|stage| stage.name.clone()).collect();
        if by_number && written.parse::<i64>().is_ok() {
            let message = format!("{what}: no stage before this one has the number {written}");
            return self.lost(span, message, "stages are counted from 0; better name them, `FROM … AS build`");
        }
        if let Some(stage) = names.iter().find(|name| name.eq_ignore_ascii_case(written)) {
            let message = format!("{what}: the stage `{stage}` does not stand before this one");
            return self.lost(span, message, "move it up: a stage can only take from earlier ones");
        }
        if written == "scratch" {
            return self.lost(span, format!("{what}: `scratch` holds nothing"), "name a stage or an image");
        }
        if ImageRef::parse(written).is_none() {
            let message = format!("{what}: `{written}` is neither a stage nor an image reference");
            let help = match nearest(written, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean the stage `{near}`?"),
                None => "name an earlier stage, or an image in lower case".to_owned(),
            };
            return self.lost(span, message, &help);
        }
        self.perhaps_mistyped(what, span, written, &names);
        From::Elsewhere
    }

    fn lost(&mut self, span: Span, message: String, help: &str) -> From {
        push_once(self.outcome, Finding::fault(message).at(&self.walk.file, span).help(help));
        From::Lost
    }

    /// A bare name that is no stage is an image to Docker, whatever was meant.
    fn perhaps_mistyped(&mut self, what: &str, span: Span, written: &str, names: &[String]) {
        if written.contains(['/', ':', '@', '.']) {
            return;
        }
        let message =
            format!("{what}: no stage is named `{written}`, so Docker takes it for the image {written}:latest");
        let finding = Finding::note(message).at(&self.walk.file, span);
        let near = nearest(&written.to_lowercase(), names.iter().map(String::as_str));
        push_once(
            self.outcome,
            match near {
                Some(near) => finding.help(format!("did you mean the stage `{near}`?")),
                None => finding,
            },
        );
    }

    /// A variable without a value.
    pub(super) fn unresolved(&mut self, span: Span, message: String) {
        self.outcome.doubt(Reason::Unresolved, Finding::note(message).at(&self.walk.file, span));
    }
}

impl Setting {
    /// In words, for the end of a message.
    pub(super) fn within(&self) -> String {
        format!("in {}", self.shown())
    }
}

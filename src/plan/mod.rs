//! plan.toml: the plan as data. Checks are kept raw here; judgement compiles them.

mod claims;
mod depth;
mod edit;
pub mod keys;
mod load;
mod mistake;
mod model;
mod mojibake;
mod settings;
mod snippet;
pub mod template;
mod toml;
mod word;

pub use claims::{MarkdownBox, boxes};
pub use edit::{EditError, EditPlace, EditValue, Editing, edit_file, replace_file};
pub use load::{LARGEST_PLAN, Loaded, load, load_bytes, load_table};
pub use mistake::{Mistake, nearest};
pub use model::{Implementation, Issue, LinearSettings, Phase, Plan, Priority, Prose, RawCheck, Sets, Task, TaskPlace};
pub use mojibake::repair as repair_mojibake;
pub(crate) use settings::near_zone;
pub use settings::{Placed, Shared, StandupBy};
pub use snippet::{Snippet, snippet};
pub use toml::{Key, Toml, TomlValue, parse as parse_toml};
pub use word::{LONGEST_NOTE, MOST_MARKS, Mark, Word};

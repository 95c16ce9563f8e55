//! Users and groups that an image's history creates, changes and removes.

mod database;
mod spelling;

use super::timeline::{Event, Timeline, is_mounted};
use super::work::too_much;
use super::{Copy, CopyFrom, CopySource, Image, Place, Ran, covers};
use crate::formats::image::ImageRef;
use crate::repo::RepoPath;
use crate::semantics::files::Files;
use crate::semantics::stages::Base;

pub(super) use spelling::home_of;
use spelling::{Change, Family, changes};

/// A user's or group's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Id {
    /// Written out.
    Explicit(u32),
    /// The tool chooses it.
    Chosen,
    /// Written, but with a variable without a value; as written.
    Unknown(String),
    /// Written, but no number: the tool stops at it.
    NoNumber(String),
}

/// A user or group that is there.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub id: Id,
    /// What gave it the number, or created it.
    pub place: Place,
    /// Why it may not be so, a lower-case fragment: the command stands under a condition, say.
    pub doubt: Option<String>,
    /// A group that the user was created with before the group was created.
    pub too_early: Option<String>,
    /// Worth saying of it.
    pub note: Option<String>,
    /// The group it is created with, while nothing has created that.
    waits_for: Option<String>,
    /// Index of the event that created it.
    pub since: usize,
}

/// What is known of an image's accounts.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// Users.
    pub users: Vec<Account>,
    /// Groups.
    pub groups: Vec<Account>,
    /// Users and groups that were removed again: the name and where.
    pub removed: Vec<(String, Place)>,
    /// Commands that would change accounts, but run as another user than root, who may not.
    pub denied: Vec<Place>,
    /// What could have created accounts but cannot be read: the place, and why.
    pub unknown: Vec<(Place, String)>,
}

impl Accounts {
    /// The accounts of an image with this history.
    pub fn of(image: &Image<'_>, timeline: &Timeline, files: &Files<'_>) -> Self {
        let mut accounts = Self::default();
        let family = family(image);
        for (at, event) in timeline.events.iter().enumerate() {
            match event {
                Event::Ran(ran, mounts) if !is_mounted(mounts, "/etc/passwd") => accounts.run(ran, family, at),
                Event::Copied(copy, place) => accounts.copied(image, copy, place, files, at),
                _ => {}
            }
        }
        accounts
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Option<&Account> {
        self.users.iter().find(|user| user.name == name)
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Account> {
        self.groups.iter().find(|group| group.name == name)
    }

    fn run(&mut self, ran: &Ran, family: Family, at: usize) {
        let Some(found) = changes(&ran.command, family) else { return };
        if ran.lacks_root() {
            return self.denied.push(ran.place());
        }
        let doubt = ran.doubt();
        for change in found {
            self.apply(change, &ran.place(), doubt.as_deref(), at);
        }
    }

    fn apply(&mut self, change: Change, place: &Place, doubt: Option<&str>, at: usize) {
        let account = |name: String, id: Id| Account {
            name,
            id,
            place: place.clone(),
            doubt: doubt.map(str::to_owned),
            too_early: None,
            note: None,
            waits_for: None,
            since: at,
        };
        match change {
            Change::Group { name, id } => {
                let number = match id {
                    Id::Explicit(number) => Some(number.to_string()),
                    _ => None,
                };
                let fits = |group: &String| *group == name || number.as_ref() == Some(group);
                for user in self.users.iter_mut().filter(|user| user.waits_for.as_ref().is_some_and(fits)) {
                    user.waits_for = None;
                    user.too_early = Some(name.clone());
                }
                put(&mut self.groups, account(name, id));
            }
            Change::User { name, id, group, own_group } => {
                let mut user = account(name.clone(), id);
                match group {
                    Some(group) if !self.knows_group(&group) => user.waits_for = Some(group),
                    None if own_group && self.group(&name).is_some() => {
                        user.note = Some(format!(
                            "group {name} is there already: useradd and adduser stop at that unless an option names it"
                        ));
                    }
                    None if own_group => put(&mut self.groups, account(name, Id::Chosen)),
                    _ => {}
                }
                put(&mut self.users, user);
            }
            Change::ModifyUser { name, new_name, id } => modify(&mut self.users, &name, new_name, id, account),
            Change::ModifyGroup { name, new_name, id } => modify(&mut self.groups, &name, new_name, id, account),
            Change::RemoveUser(name) => {
                remove(&mut self.users, &name, doubt, &mut self.removed, place);
                // The tools take the group of that name with the user.
                remove(&mut self.groups, &name, doubt, &mut self.removed, place);
            }
            Change::RemoveGroup(name) => remove(&mut self.groups, &name, doubt, &mut self.removed, place),
            Change::Unknown(why) => self.unknown.push((place.clone(), why)),
        }
    }

    fn knows_group(&self, group: &str) -> bool {
        let number = group.parse::<u32>().ok();
        let by_number = |account: &Account| match (&account.id, number) {
            (Id::Explicit(id), Some(number)) => *id == number,
            (Id::Chosen | Id::Unknown(_) | Id::NoNumber(_), Some(_)) => true,
            _ => false,
        };
        self.group(group).is_some() || number == Some(0) || self.groups.iter().any(by_number)
    }

    /// COPY over the account files: from the context they are read, from a stage its accounts come along.
    fn copied(&mut self, image: &Image<'_>, copy: &Copy, place: &Place, files: &Files<'_>, at: usize) {
        let Some(destination) = copy.destination.as_deref() else { return };
        for (target, are_users) in [("/etc/passwd", true), ("/etc/group", false)] {
            if destination == "/" || !covers(destination, target) {
                continue;
            }
            let exact = destination == target;
            let brings = |source: &&CopySource| match source {
                CopySource::Path(word) => exact || word.text.ends_with(target.trim_start_matches("/etc")),
                CopySource::Heredoc(_) | CopySource::Unresolved(_) => exact,
                CopySource::Remote(_) => false,
            };
            let Some(source) = copy.sources.iter().find(brings) else { continue };
            match (&copy.from, source) {
                (CopyFrom::Stage(stage), _) => {
                    let Some(other) = image.walk.image_of(*stage) else { continue };
                    if !image.walk.work.spend(other.steps.len()) {
                        self.unknown.push((place.clone(), too_much()));
                        continue;
                    }
                    let theirs = Self::of(&other, &Timeline::of(&other, files), files);
                    let accounts = if are_users { theirs.users } else { theirs.groups };
                    let mine = if are_users { &mut self.users } else { &mut self.groups };
                    accounts.into_iter().for_each(|account| put(mine, Account { since: at, ..account }));
                    self.unknown.extend(theirs.unknown);
                }
                (CopyFrom::Context, CopySource::Heredoc(heredoc)) => {
                    self.lines(&heredoc.content, are_users, place, at);
                }
                (CopyFrom::Context, CopySource::Path(word)) => {
                    let path = RepoPath::parse(word.text.trim_start_matches('/')).ok();
                    match path.map(|path| files.read(&path)) {
                        Some(Ok(Some(file))) => self.lines(&file.text(), are_users, place, at),
                        _ => self.unknown.push((place.clone(), format!("{} cannot be read", word.text))),
                    }
                }
                _ => self.unknown.push((place.clone(), format!("{target} comes from elsewhere"))),
            }
        }
    }

    fn lines(&mut self, text: &str, are_users: bool, place: &Place, at: usize) {
        for change in database::entries(text, are_users) {
            self.apply(change, place, None, at);
        }
    }
}

fn put(accounts: &mut Vec<Account>, account: Account) {
    match accounts.iter_mut().find(|known| known.name == account.name) {
        // What may run does not undo what did; it only makes it doubtful.
        Some(known) if account.doubt.is_some() && known.doubt.is_none() => {
            if known.id != account.id {
                known.doubt = account.doubt;
            }
        }
        Some(known) => *known = account,
        None => accounts.push(account),
    }
}

fn modify(
    accounts: &mut Vec<Account>,
    name: &str,
    new_name: Option<String>,
    id: Option<Id>,
    account: impl Fn(String, Id) -> Account,
) {
    let known = accounts.iter().find(|known| known.name == name).cloned();
    if known.is_none() && new_name.is_none() && id.is_none() {
        // An account of the base image gets a group or a shell: that creates none.
        return;
    }
    let mut changed =
        account(name.to_owned(), id.clone().or(known.as_ref().map(|k| k.id.clone())).unwrap_or(Id::Chosen));
    if let Some(known) = &known {
        changed.too_early = known.too_early.clone();
        changed.note = known.note.clone();
        changed.waits_for = known.waits_for.clone();
        changed.since = known.since;
        changed.doubt = known.doubt.clone().or(changed.doubt);
        if id.is_none() {
            changed.place = known.place.clone();
        }
    }
    let Some(new_name) = new_name else { return put(accounts, changed) };
    if changed.doubt.is_none() {
        accounts.retain(|known| known.name != name);
    }
    changed.name = new_name;
    put(accounts, changed);
}

fn remove(
    accounts: &mut Vec<Account>,
    name: &str,
    doubt: Option<&str>,
    removed: &mut Vec<(String, Place)>,
    place: &Place,
) {
    let Some(known) = accounts.iter_mut().find(|known| known.name == name) else { return };
    match doubt {
        Some(doubt) => known.doubt = Some(format!("it may be removed again: {doubt}")),
        None => {
            accounts.retain(|known| known.name != name);
            removed.push((name.to_owned(), place.clone()));
        }
    }
}

/// Which tools an image has, by the image that its chain begins with.
fn family(image: &Image<'_>) -> Family {
    let Some(Base::Image(ImageRef { repository, tag, .. })) = image.outermost() else { return Family::Debian };
    let name = repository.rsplit('/').next().unwrap_or_default();
    let says = |words: &[&str]| {
        words.iter().any(|word| name.contains(word) || tag.as_deref().is_some_and(|tag| tag.contains(word)))
    };
    if says(&["alpine", "busybox", "wolfi"]) {
        Family::BusyBox
    } else if says(&["fedora", "centos", "rhel", "ubi", "rocky", "alma", "amazonlinux", "oraclelinux"])
        && name != "ubuntu"
    {
        Family::RedHat
    } else {
        Family::Debian
    }
}

impl Ran {
    /// Why it may not take effect; `None` when it does.
    pub fn doubt(&self) -> Option<String> {
        if self.command.ignored {
            Some("its failure is ignored".to_owned())
        } else if self.command.conditional {
            Some("it stands under a condition".to_owned())
        } else {
            None
        }
    }
}

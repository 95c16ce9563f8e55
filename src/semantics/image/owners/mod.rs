//! Who owns a path of an image at the end of its history.
//!
//! COPY and ADD write as root unless `--chown` says otherwise, whatever USER says; WORKDIR makes folders as root.
//! Manuals: <https://www.gnu.org/software/coreutils/manual/html_node/chown-invocation.html>,
//! <https://www.gnu.org/software/coreutils/manual/html_node/install-invocation.html>.

mod glob;
mod moves;
mod targets;

use super::accounts::{Accounts, Id};
use super::timeline::{Event, Timeline, is_mounted};
use super::work::too_much;
use super::{Copy, Ownership, Place, Ran, RunUser, covers};
use moves::{Move, Whose, moves};
pub use targets::targets;

/// What a history says of a path and a user.
#[derive(Debug, Clone)]
pub enum Handed {
    /// It is the user's: where it was given, and how, a lower-case fragment.
    Yes(Place, String),
    /// It is not, since that event. When it was given and taken back, or something stands in the way: where and
    /// what.
    No(usize, Option<(Place, String)>),
    /// It may be.
    Maybe(Place, String),
}

/// A path to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Absolute, cleaned.
    pub path: String,
    /// Whether everything below it counts too.
    pub whole: bool,
}

/// Whether a name or number of a command is the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Same {
    Yes,
    No,
    /// It is the number of an account whose number is not known, or a name that does not exist yet.
    Unclear,
}

/// Folders that every image has: a mkdir proves nothing of them.
const ALWAYS: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/tmp",
];

/// Looks at paths for one user.
#[derive(Debug, Clone, Copy)]
pub struct Owners<'t> {
    /// The history.
    pub timeline: &'t Timeline,
    /// The accounts at its end.
    pub accounts: &'t Accounts,
    /// The user's name.
    pub user: &'t str,
}

struct State<'t> {
    owners: Owners<'t>,
    target: &'t Target,
    handed: Handed,
    exists: bool,
}

impl<'t> Owners<'t> {
    /// Whether the target is the user's at the end of the history: since `COPY` number `from` of its events when
    /// one is given (what a COPY writes is its `--chown`'s, else root's), else since the begin.
    pub fn of(self, target: &'t Target, from: Option<usize>) -> Handed {
        let exists = ALWAYS.contains(&target.path.as_str());
        if !self.timeline.spend() {
            let place = self.timeline.events.first().map(Event::place);
            return place.map_or(Handed::No(0, None), |place| Handed::Maybe(place, too_much()));
        }
        let mut state = State { owners: self, target, handed: Handed::No(from.unwrap_or_default(), None), exists };
        for (at, event) in self.timeline.events.iter().enumerate().skip(from.unwrap_or_default()) {
            match event {
                Event::Copied(copy, place) => state.copied(copy, place, at, from == Some(at)),
                Event::Entered(path, place, user) => state.entered(path, place, user),
                Event::Ran(ran, mounts) if !is_mounted(mounts, &target.path) => state.ran(ran, at),
                _ => {}
            }
        }
        state.handed
    }

    /// Whether `written`, a user's name or number at event `at`, is the user.
    fn same(self, written: &str, at: usize) -> Same {
        let account = self.accounts.user(self.user);
        if written == self.user {
            // Names are looked up when the command runs.
            return if account.is_some_and(|account| account.since > at) { Same::Unclear } else { Same::Yes };
        }
        match (written.parse::<u32>(), account.map(|account| &account.id)) {
            (Ok(number), Some(Id::Explicit(id))) if number == *id => Same::Yes,
            (Ok(number), Some(Id::Chosen | Id::Unknown(_) | Id::NoNumber(_))) if number != 0 => Same::Unclear,
            _ => Same::No,
        }
    }

    /// Whether an owner that a `--chown` names is the user; `None` when it names no user.
    pub fn is_owner(self, owner: &Ownership, at: usize) -> OwnerIs {
        if !owner.unresolved.is_empty() {
            return OwnerIs::Unknown(format!("`{}` has no known value", owner.raw));
        }
        let Some(name) = &owner.user else { return OwnerIs::Group };
        match self.same(name, at) {
            Same::Yes => OwnerIs::User,
            Same::No => OwnerIs::Other(name.clone()),
            Same::Unclear if name == self.user => OwnerIs::TooEarly,
            Same::Unclear => {
                OwnerIs::Unknown(format!("{} is created without a known UID, so {name} may be it", self.user))
            }
        }
    }
}

/// Whom a `--chown` or `chown` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerIs {
    /// The user.
    User,
    /// Somebody else.
    Other(String),
    /// Only a group.
    Group,
    /// The user, before its account is created.
    TooEarly,
    /// It cannot be told: why.
    Unknown(String),
}

impl State<'_> {
    fn copied(&mut self, copy: &Copy, place: &Place, at: usize, is_start: bool) {
        let keyword = if copy.add { "ADD" } else { "COPY" };
        let Some(destination) = copy.destination.as_deref() else {
            if copy.chown.is_some() && matches!(self.handed, Handed::No(..)) {
                self.handed = Handed::Maybe(place.clone(), "its destination has no known value".to_owned());
            }
            return;
        };
        if !is_start && (self.target.whole || !covers(&self.target.path, destination)) {
            return;
        }
        let existed = std::mem::replace(&mut self.exists, true);
        let Some(owner) = &copy.chown else {
            if is_start {
                self.refuse(at, place, format!("{keyword} without --chown writes as root, whatever USER says"));
            } else if !existed {
                self.hint(place.clone(), format!("{keyword} makes it, as root"));
            }
            return;
        };
        match self.owners.is_owner(owner, at) {
            OwnerIs::User => {
                self.handed = Handed::Yes(place.clone(), format!("{keyword} --chown={} into {destination}", owner.raw));
            }
            OwnerIs::Unknown(why) if !matches!(self.handed, Handed::Yes(..)) => {
                self.handed = Handed::Maybe(place.clone(), why);
            }
            OwnerIs::TooEarly => self.hint(place.clone(), self.too_early()),
            OwnerIs::Group if is_start => {
                self.refuse(at, place, format!("--chown={} names a group only: the user is root", owner.raw));
            }
            OwnerIs::Other(name) if is_start => self.refuse(at, place, format!("--chown gives it to {name}")),
            // A folder that is there keeps its owner.
            _ => {}
        }
    }

    fn refuse(&mut self, at: usize, place: &Place, why: String) {
        self.handed = Handed::No(at, Some((place.clone(), why)));
    }

    fn too_early(&self) -> String {
        format!("{} is created only after this", self.owners.user)
    }

    fn entered(&mut self, path: &str, place: &Place, user: &RunUser) {
        if covers(&self.target.path, path) && !self.exists {
            self.exists = true;
            if matches!(self.handed, Handed::No(_, None)) {
                let what = match user {
                    RunUser::Root => "WORKDIR makes it, as root",
                    _ => "WORKDIR makes it: only BuildKit does that as USER, other builders as root",
                };
                self.hint(place.clone(), what.to_owned());
            }
        }
    }

    fn ran(&mut self, ran: &Ran, at: usize) {
        for found in moves(ran, self.target) {
            self.apply(found, ran, at);
        }
    }

    fn apply(&mut self, found: Move, ran: &Ran, at: usize) {
        let place = ran.place();
        if ran.lacks_root() && matches!(found, Move::Owner { .. } | Move::Perhaps { .. }) {
            let runner = match &ran.user {
                RunUser::Other(name) => name.as_str(),
                _ => "USER",
            };
            return self.hint(place, format!("{} runs as {runner}, who may not give files away", program(ran)));
        }
        match found {
            Move::Owner { whose, how } => {
                let is = match whose {
                    Whose::Spec(owner) => self.owners.is_owner(&owner, at),
                    Whose::Unknown(why) => OwnerIs::Unknown(why),
                };
                match is {
                    OwnerIs::User => self.give(ran, how),
                    OwnerIs::Other(name) => self.take(ran, at, format!("{how}, for {name}")),
                    OwnerIs::Group => {}
                    OwnerIs::TooEarly => self.hint(place, self.too_early()),
                    OwnerIs::Unknown(why) => self.handed = Handed::Maybe(place, why),
                }
            }
            Move::Perhaps { whose, why } => {
                let is = match whose {
                    Some(owner) => self.owners.is_owner(&owner, at),
                    None => OwnerIs::Unknown(String::new()),
                };
                let already = matches!(self.handed, Handed::Yes(..));
                let changes = match is {
                    OwnerIs::User => !already,
                    OwnerIs::Other(_) => already,
                    OwnerIs::Unknown(_) => true,
                    OwnerIs::Group | OwnerIs::TooEarly => false,
                };
                if changes {
                    self.handed = Handed::Maybe(place, why);
                }
            }
            Move::Makes { home_of } => self.made(home_of, ran, at),
            Move::Fills => self.exists = true,
            Move::Removes => {
                if ran.doubt().is_none() {
                    self.exists = ALWAYS.contains(&self.target.path.as_str());
                    if matches!(self.handed, Handed::Yes(..)) {
                        self.refuse(at, &place, "it is removed again".to_owned());
                    }
                }
            }
        }
    }

    /// A folder is made, by whoever runs it or as the home of a new user.
    fn made(&mut self, home_of: Option<String>, ran: &Ran, at: usize) {
        let place = ran.place();
        if self.exists {
            return;
        }
        self.exists = ran.doubt().is_none();
        let (owner, how) = match &home_of {
            Some(name) => (RunUser::of(name), format!("made as the home of {name}")),
            None => (ran.user.clone(), format!("made by {} as {}", program(ran), self.owners.user)),
        };
        match owner {
            RunUser::Other(name) => match self.owners.same(&name, at) {
                Same::Yes => self.give(ran, how),
                Same::Unclear => self.handed = Handed::Maybe(place, format!("{name} may be {}", self.owners.user)),
                Same::No => {}
            },
            RunUser::Unknown => {
                self.handed = Handed::Maybe(place, "USER has a variable without a value".to_owned());
            }
            RunUser::Root => self.hint(place, format!("{} makes it, as root", program(ran))),
        }
    }

    fn give(&mut self, ran: &Ran, how: String) {
        match ran.doubt() {
            None => self.handed = Handed::Yes(ran.place(), how),
            Some(_) if matches!(self.handed, Handed::Yes(..)) => {}
            Some(doubt) => self.handed = Handed::Maybe(ran.place(), format!("{how}, but {doubt}")),
        }
    }

    fn take(&mut self, ran: &Ran, at: usize, what: String) {
        match (ran.doubt(), &self.handed) {
            (None, _) => self.refuse(at, &ran.place(), what),
            (Some(doubt), Handed::Yes(..)) => self.handed = Handed::Maybe(ran.place(), format!("{what}, but {doubt}")),
            _ => {}
        }
    }

    /// Says why it is not the user's, when it is not.
    fn hint(&mut self, place: Place, what: String) {
        if let Handed::No(_, why) = &mut self.handed {
            *why = Some((place, what));
        }
    }
}

fn program(ran: &Ran) -> &str {
    ran.command.program().unwrap_or("mkdir")
}

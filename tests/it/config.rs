//! Settings: which place decides, what is wrong with a file, and what is said of it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::Value;
use trueup::calendar::LazyZone;
use trueup::config::{
    CONFIG, Colour, Environment, Flags, Given, Origin, SETTINGS, Settings, UserSettings, read_zone, setting, user_file,
};
use trueup::plan::{self, keys};

use crate::world::World;

const PLAN: &str = "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"A plan\"\n[[policies]]\nid = \"N.1\"\ntext = \"Read me\"\n\
                    check = { file = { path = \"README.md\" } }\n";

/// A value of each setting that is not its default, as a file has it and as JSON shows it.
fn sample(name: &str) -> (&'static str, &'static str) {
    match name {
        "time_zone" => ("\"Europe/Berlin\"", r#""Europe/Berlin""#),
        "workweek" => ("[\"sun-wed\", \"Thu\"]", r#""mon-thu,sun""#),
        "holidays" => {
            ("[\"2026-12-25\", \"2026-12-24\", \"2027-01-01\"]", r#"["2026-12-24..2026-12-25","2027-01-01"]"#)
        }
        "standup_by" => ("\"issue\"", r#""issue""#),
        "color" => ("\"always\"", r#""always""#),
        other => panic!("a sample of {other} is missing"),
    }
}

fn user(world: &World, text: &str) -> PathBuf {
    let file = world.path().join("home/trueup/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    file
}

fn told(world: &World, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut command = world.trueup_command(&["config", "--format", "json"]);
    let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn row<'v>(document: &'v Value, name: &str) -> &'v Value {
    document["settings"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn every_setting_has_its_places_and_each_place_decides_in_turn() {
    let world = World::new();
    world.write("README.md", "").write("plan.toml", PLAN);
    for setting in SETTINGS {
        let name = setting.key.name;
        let (written, shown) = sample(name);
        let shown: Value = serde_json::from_str(shown).unwrap();
        let is = |document: &Value, kind: &str, value: Option<&Value>| {
            let row = row(document, name);
            assert_eq!(row["origin"]["kind"], kind, "{row}");
            if let Some(value) = value {
                assert_eq!(row["value"], *value, "{row}");
            }
        };
        std::fs::remove_file(world.path().join("home/trueup/config.toml")).ok();
        world.write("plan.toml", PLAN);
        is(&told(&world, &[], &[]), "default", None);
        if setting.shared {
            world.write("plan.toml", format!("{PLAN}[settings]\n\n{name} = {written}\n"));
            let document = told(&world, &[], &[]);
            is(&document, "plan", Some(&shown));
            assert_eq!(row(&document, name)["origin"]["line"], 11);
        }
        let file = user(&world, &format!("# mine\n{name} = {written}\n"));
        let document = told(&world, &[], &[]);
        is(&document, "user", Some(&shown));
        assert_eq!(row(&document, name)["origin"]["line"], 2);
        assert_eq!(row(&document, name)["origin"]["path"], file.display().to_string());
        let value = if name == "time_zone" { "Asia/Tokyo" } else { "never" };
        let variables: Vec<(&str, &str)> = setting.variable.iter().map(|(variable, _)| (*variable, value)).collect();
        if let [(variable, _)] = variables.as_slice() {
            let document = told(&world, &[], &variables);
            is(&document, "environment", Some(&value.into()));
            assert_eq!(row(&document, name)["origin"]["name"], *variable);
            // An empty one counts as unset.
            is(&told(&world, &[], &[(variable, "")]), "user", Some(&shown));
        }
        if let Some(flag) = setting.flag {
            let value = if name == "time_zone" { "-03:30" } else { "always" };
            let document = told(&world, &[flag, value], &variables);
            is(&document, "flag", Some(&value.into()));
            assert_eq!(row(&document, name)["origin"]["name"], flag);
        }
    }
}

#[test]
fn the_lists_of_settings_agree() {
    let names = |keys: &[keys::PlanKey]| keys.iter().map(|key| key.name).collect::<Vec<_>>();
    let registered: Vec<_> = SETTINGS.iter().map(|setting| setting.key.name).collect();
    assert_eq!(registered.iter().collect::<BTreeSet<_>>().len(), registered.len());
    assert_eq!(names(CONFIG.keys), registered);
    let shared: Vec<_> = SETTINGS.iter().filter(|setting| setting.shared).map(|setting| setting.key.name).collect();
    assert_eq!(names(keys::SETTINGS.keys), shared);
    let settings = Settings::resolve(&Given {
        flags: &Flags::default(),
        environment: &Environment::default(),
        user: None,
        plan: None,
        system: &LazyZone::from(TimeZone::UTC),
    });
    let rows: Vec<_> = settings.rows().iter().map(|row| row.setting.key.name).collect();
    assert_eq!(rows, registered);
    let command = trueup::cli::command();
    for setting in SETTINGS {
        if let Some(flag) = setting.flag {
            let of_command = command.get_arguments().find(|argument| argument.get_long() == flag.strip_prefix("--"));
            assert!(of_command.is_some_and(clap_global), "{flag}");
        }
        assert!(!setting.key.doc.is_empty() && !setting.default.is_empty());
    }
    assert!(setting("holidays").is_some() && setting("holiday").is_none());
}

fn clap_global(argument: &clap::Arg) -> bool {
    argument.is_global_set()
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let world = World::new();
    let wrong = "time_zon = \"UTC\"\nworkweek = [\"mon-fry\", \"tue\"]\nholidays = [\"2026-12-25\", \"2026-02-30\", \
                 \"2026-01-02..2026-01-01\"]\nstandup_by = \"persons\"\ncolor = \"\"\n= broken\ntime_zone = \"Europe/Berln\"\n";
    user(&world, wrong);
    let run = world.trueup(&["config", "--format", "json"]);
    assert_eq!(run.code, 2);
    let document = run.json();
    assert_eq!(document["error"]["kind"], "config");
    let people = world.trueup(&["status"]);
    assert_eq!(people.code, 2);
    for (line, message, help) in [
        (1, "config.toml has no key `time_zon`", "did you mean `time_zone`?"),
        (2, "`fry` is no day of the week", "days are mon"),
        (3, "`2026-02-30` is no date", "write year, month and day"),
        (3, "`2026-01-02..2026-01-01` ends before", "write the first day first"),
        (4, "`standup_by` cannot be `persons`", "did you mean `person`?"),
        (5, "`color` is empty", "fill it in"),
        (6, "", ""),
        (7, "there is no time zone `Europe/Berln`", "did you mean `Europe/Berlin`?"),
    ] {
        assert!(people.err.contains(&format!("config.toml:{line}:")), "{line}: {}", people.err);
        assert!(people.err.contains(message) && people.err.contains(help), "{message}: {}", people.err);
    }
    assert!(people.err.contains("config.toml: 8 mistakes"), "{}", people.err);
    // What prints the command line itself works all the same.
    world.ok(&["completions", "bash"]);
    world.ok(&["man"]);
}

#[test]
fn mistakes_of_the_plans_settings_are_the_plans() {
    let world = World::new();
    world.write(
        "plan.toml",
        format!(
            "{PLAN}[settings]\ntime_zone = \"Berlin\"\nworkweek = []\ncolor = \"never\"\nholiday = \"2026-12-25\"\n"
        ),
    );
    let run = world.trueup(&["lint"]);
    assert_eq!(run.code, 2);
    for said in [
        "there is no time zone `Berlin`",
        "did you mean `Europe/Berlin`?",
        "a week without a working day",
        "the `settings` table has no key `color`",
        "did you mean `holidays`?",
        "plan.toml: 4 mistakes",
    ] {
        assert!(run.err.contains(said), "{said}: {}", run.err);
    }
    assert_eq!(world.trueup(&["config"]).code, 2);
}

#[test]
fn settings_are_told_without_a_plan_a_repository_and_a_home() {
    let world = World::empty();
    let run = world.ok(&["config"]);
    assert!(run.out.contains("workweek    mon-fri") && run.out.contains("the plan: there is none here"), "{}", run.out);
    assert!(run.out.contains("home/trueup/config.toml (not there)"), "{}", run.out);
    let output = world.trueup_command(&["config"]).env_remove("HOME").env_remove("XDG_CONFIG_HOME").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("neither XDG_CONFIG_HOME nor HOME"));
    // One that is named must be there.
    assert_eq!(world.trueup(&["config", "--plan", "nothing.toml"]).code, 2);
    // A folder is no file of settings, and not the same as none.
    std::fs::create_dir_all(world.path().join("home/trueup/config.toml")).unwrap();
    let run = world.trueup(&["config"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("cannot read your settings"), "{}", run.err);
}

#[test]
fn a_wrong_zone_is_told_with_the_nearest() {
    let world = World::empty();
    let run = world.trueup(&["config", "--tz", "Europe/Berln"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `Europe/Berlin`?"), "{}", run.err);
    let output = world.trueup_command(&["config"]).env("TRUEUP_TZ", "new york").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("TRUEUP_TZ: there is no time zone") && said.contains("America/New_York"), "{said}");
    assert!(read_zone("Nowhere/Land").unwrap_err().help.contains("IANA"));
    assert_eq!(world.trueup(&["config", "--now", "yesterday"]).code, 2);
}

#[test]
fn the_machines_zone_is_the_default() {
    let world = World::empty();
    assert_eq!(row(&told(&world, &[], &[("TZ", "Asia/Kathmandu")]), "time_zone")["value"], "Asia/Kathmandu");
    let document = told(&world, &["--tz", "local"], &[("TZ", "Asia/Kathmandu"), ("TRUEUP_TZ", "UTC")]);
    assert_eq!(row(&document, "time_zone")["value"], "Asia/Kathmandu");
    assert_eq!(row(&document, "time_zone")["origin"]["kind"], "flag");
}

#[test]
fn where_a_persons_file_is() {
    let file = |variables: &[(&str, &str)]| {
        let variables: Vec<(String, OsString)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        user_file(|name| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
    };
    assert_eq!(file(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]), Some("/x/trueup/config.toml".into()));
    assert_eq!(file(&[("XDG_CONFIG_HOME", ""), ("HOME", "/h")]), Some("/h/.config/trueup/config.toml".into()));
    assert_eq!(file(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")]), Some("/h/.config/trueup/config.toml".into()));
    assert_eq!(file(&[("HOME", "h")]), None);
}

#[test]
fn the_calendar_is_made_of_the_settings() {
    let user = UserSettings::read(b"workweek = \"mon-thu\"\ncolor = \"never\"\n").unwrap();
    let loaded = plan::load(&format!("{PLAN}[settings]\nworkweek = \"sun-thu\"\nholidays = \"2026-11-26\"\n"));
    let plan = loaded.plan.unwrap();
    let settings = Settings::resolve(&Given {
        flags: &Flags::default(),
        environment: &Environment::default(),
        user: Some((Path::new("config.toml"), &user)),
        plan: Some((Path::new("plan.toml"), &plan.settings)),
        system: &LazyZone::from(TimeZone::UTC),
    });
    assert_eq!(settings.workweek.origin, Origin::User("config.toml".into(), 1));
    assert_eq!(settings.holidays.origin, Origin::Plan("plan.toml".into(), 11));
    assert_eq!(settings.color.value, Colour::Never);
    // Monday reaches over the free Friday and the Thursday that is a holiday.
    let last = settings.calendar().last_workday_before("2026-11-30".parse().unwrap());
    assert_eq!(last, Ok("2026-11-25".parse().unwrap()));
    assert!(UserSettings::read(b"workweek = \"mon\xff\"").is_err());
    assert_eq!(UserSettings::read(b"").unwrap(), UserSettings::default());
}

#[test]
fn the_present_is_an_argument() {
    let world = World::new();
    world.write("plan.toml", PLAN).commit("Without it");
    world.write("README.md", "").commit("With it");
    let reflog = world.git(&["reflog", "-1", "--date=unix", "--format=%gd"]);
    let last: i64 =
        reflog.trim_start_matches("main@{").trim_start_matches("HEAD@{").trim_end_matches('}').parse().unwrap();
    let at = |now: i64| {
        let now = jiff::Timestamp::from_second(now).unwrap().to_string();
        world.ok(&["status", "--format", "json", "--at", "main@{1 hour ago}", "--now", &now]).verdicts()["N.1"].clone()
    };
    assert_eq!(at(last + 1800), "fails");
    assert_eq!(at(last + 3601), "holds");
}

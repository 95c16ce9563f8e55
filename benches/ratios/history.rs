//! `trueup history` and `standup` against `git log --raw` and `git status`.

use super::{MANY_COMMITS, World, median, ratio, time};

const ROUNDS: usize = 9;

const RAW: &[&str] = &["log", "--raw", "--no-renames", "--first-parent"];

const HISTORY: &[&str] = &["history", "--format", "json"];

/// 1,100 commits, cold and warm.
pub fn small(world: &World) {
    let mut times = [Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        world.forget();
        times[0].push(time(&mut world.git(RAW)));
        times[1].push(time(&mut world.trueup(HISTORY)));
        times[2].push(time(&mut world.trueup(HISTORY)));
        times[3].push(time(&mut world.git(&["status", "--short"])));
        // The first one judges HEAD for the first time.
        time(&mut world.trueup(&["standup"]));
        times[4].push(time(&mut world.trueup(&["standup"])));
    }
    let [raw, cold, warm, status, standup] = times.map(median);
    println!("git log --raw --first-parent    {raw:>10.1?}");
    println!("trueup history, cold            {cold:>10.1?}");
    println!("trueup history, warm            {warm:>10.1?}");
    println!("trueup standup, warm            {standup:>10.1?}");
    println!("trueup history, cold / git log --raw = {:.2} (bound: 4)", ratio(cold, raw));
    println!("trueup history, warm / git log --raw = {:.2} (bound: 1)", ratio(warm, raw));
    println!("trueup standup, warm / git status = {:.2} (bound: 3)", ratio(standup, status));
}

/// 80,000 commits, of which 9 % touch watched files.
pub fn large(world: &World) {
    let raw = time(&mut world.git(RAW));
    let cold = time(&mut world.trueup(HISTORY));
    let warm = time(&mut world.trueup(HISTORY));
    world.forget();
    let memory = world.memory(HISTORY);
    println!("{MANY_COMMITS} commits: git log --raw {raw:.1?}, trueup history cold {cold:.1?}, warm {warm:.1?}");
    println!("{MANY_COMMITS} commits: cold / git log --raw = {:.2}, warm {:.2}", ratio(cold, raw), ratio(warm, raw));
    println!("{MANY_COMMITS} commits: largest resident set {memory:.0} MB (bound: 150)");
}

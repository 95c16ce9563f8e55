//! What single commands do about dependencies, tool by tool.

use proptest::prelude::*;

use crate::checks::judge;
use crate::memory::Memory;
use trueup::checks::{Reason, Verdict};

use trueup::formats::shell;
use trueup::semantics::dependencies::{Act, Around, Groups, Manager, Place, Project, Reads, Selection, act};
use trueup::semantics::shell::{Command, Env, flow};

type Vars<'a> = &'a [(&'a str, &'a str)];

/// The last command that a line runs, in a shell that knows these variables.
fn command(line: &str, env: &Env) -> Option<Command> {
    flow(&shell::parse(line.as_bytes()), env).commands.pop()
}

fn in_env(line: &str, env: &[(&str, &str)]) -> Option<Act> {
    let env: Env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let command = command(line, &env)?;
    act(&command, Around { env: &env, directory: Some("/app"), settled: true, settings: &[], activated: false })
}

fn of(line: &str) -> Option<Act> {
    in_env(line, &[])
}

/// An act in one word: `manifest`, `files a,b`, `named x`, `wheels /w`, `project`, `export`, …
fn shown(act: Option<Act>) -> String {
    match act {
        None => "nothing".to_owned(),
        Some(Act::Install(install)) => {
            let reads = match install.reads {
                Reads::Manifest => "manifest".to_owned(),
                Reads::Files(files) => format!("files {}", files.join(",")),
                Reads::Named(names) => format!("named {}", names.join(",")),
                Reads::Wheels(folders) => {
                    let folders: Vec<String> = folders.into_iter().map(|f| f.unwrap_or_else(|| "?".into())).collect();
                    format!("wheels {}", folders.join(","))
                }
            };
            let prepares = if install.prepares { "prepares " } else { "" };
            let implicit = if install.implicit { "implicit " } else { "" };
            format!("{} {prepares}{implicit}{reads}", install.tool)
        }
        Some(Act::Project(..)) => "project".to_owned(),
        Some(Act::Export(export)) => format!("{} export {}", export.tool, export.output.unwrap_or_default()),
        Some(Act::Prune(ecosystem)) => format!("prune {ecosystem:?}"),
        Some(Act::Setting(tool, key, value)) => format!("{tool} {key}={value}"),
        Some(Act::Hides(_)) => "hides".to_owned(),
    }
}

#[test]
fn commands_are_read_as_their_tools_read_them() {
    let table = [
        ("poetry install", "poetry manifest"),
        ("poetry -n --no-ansi install --only main", "poetry manifest"),
        ("poetry -C /app/backend install", "poetry manifest"),
        ("poetry sync --without dev", "poetry manifest"),
        ("poetry update", "poetry manifest"),
        ("poetry add fastapi uvicorn", "poetry named fastapi,uvicorn"),
        ("poetry install --only-root", "project"),
        ("poetry install --dry-run", "nothing"),
        ("poetry lock --no-update", "nothing"),
        ("poetry build -f wheel", "nothing"),
        ("poetry self add poetry-plugin-export", "nothing"),
        ("poetry config virtualenvs.create false", "poetry virtualenvs.create=false"),
        ("poetry config --local virtualenvs.in-project true", "poetry virtualenvs.in-project=true"),
        ("poetry export -f requirements.txt --output r.txt", "poetry export /app/r.txt"),
        ("poetry run pip install -r x.txt", "pip files x.txt"),
        ("poetry --no-ansi run pip install flask", "pip named flask"),
        ("python3.12 -m poetry install", "poetry manifest"),
        ("pip install -r requirements.txt", "pip files requirements.txt"),
        ("pip3.12 --no-cache-dir install -rrequirements.txt", "pip files requirements.txt"),
        ("pip install -qr requirements.txt", "pip files requirements.txt"),
        ("pip install --requirement=a.txt --requirement b.txt", "pip files a.txt,b.txt"),
        ("pip install -r a.txt -c constraints.txt -i https://pypi.org/simple", "pip files a.txt"),
        ("pip install .", "pip manifest"),
        ("pip install ./backend", "pip manifest"),
        ("pip install /src", "pip manifest"),
        ("pip install .[prod]", "pip manifest"),
        ("pip install -e .", "pip manifest"),
        ("pip install --editable=.[dev]", "pip manifest"),
        ("pip install --no-deps .", "project"),
        ("pip install --no-deps -e .", "project"),
        ("pip install --group prod", "pip manifest"),
        ("pip install flask==3.0 uvicorn[standard]", "pip named flask,uvicorn"),
        ("pip install --index-url https://x/simple --upgrade pip", "nothing"),
        ("pip install -U pip setuptools wheel poetry==1.8.3 'uv>=0.4'", "nothing"),
        ("pip install poetry==$POETRY_VERSION", "nothing"),
        ("pip install poetry${POETRY_VERSION:+==$POETRY_VERSION}", "nothing"),
        ("pip install poetry[plugin]==1.8.* pipx", "nothing"),
        ("pip install --user pipenv", "nothing"),
        ("pip install $PACKAGES", "pip named $PACKAGES"),
        ("pip install git+https://github.com/a/b.git@main", "pip named git+https://github.com/a/b.git@main"),
        ("pip install --no-index --find-links=/wheels -r r.txt", "pip wheels /wheels"),
        ("pip install --no-index -f wheels flask", "pip wheels /app/wheels"),
        ("pip install --no-index /wheels/*.whl", "pip wheels /wheels/*.whl"),
        ("pip install --no-deps /wheels/*", "pip wheels /wheels/*"),
        ("pip install /wheels/*", "pip wheels /wheels/*"),
        ("pip wheel -w /wheels -r r.txt", "pip prepares files r.txt"),
        ("pip download --dest /wheels -r r.txt", "pip prepares files r.txt"),
        ("pip wheel poetry", "nothing"),
        ("pip freeze", "nothing"),
        ("pip uninstall -y flask", "nothing"),
        ("pip check", "nothing"),
        ("pip install", "nothing"),
        ("pip install --help", "nothing"),
        ("pip config set global.no-index true", "pip no-index=true"),
        ("/opt/venv/bin/pip install -r r.txt", "pip files r.txt"),
        ("/opt/venv/bin/python -m pip install .", "pip manifest"),
        ("python -Im pip install .", "pip manifest"),
        ("python -m venv /venv", "nothing"),
        ("python manage.py install", "nothing"),
        ("python setup.py install", "setup.py manifest"),
        ("python3 setup.py develop", "setup.py manifest"),
        ("python setup.py bdist_wheel", "nothing"),
        ("pip-sync", "pip files requirements.txt"),
        ("pip-compile requirements.in", "nothing"),
        ("xargs -n 1 pip install", "nothing"),
        ("uv sync --frozen --no-dev", "uv manifest"),
        ("uv --quiet sync", "uv manifest"),
        ("uv sync --dry-run", "nothing"),
        ("uv pip install -r requirements.txt", "uv files requirements.txt"),
        ("uv pip install --system .", "uv manifest"),
        ("uv --no-cache pip install --system -r pyproject.toml", "uv files pyproject.toml"),
        ("uv pip sync requirements.txt", "uv files requirements.txt"),
        ("uv pip compile requirements.in", "nothing"),
        ("uv tool install ruff", "nothing"),
        ("uv lock", "nothing"),
        ("uv venv", "nothing"),
        ("uv add flask", "uv named flask"),
        ("uv export --no-dev -o r.txt", "uv export /app/r.txt"),
        ("uv run python manage.py collectstatic", "uv implicit manifest"),
        ("uv run --no-sync pytest", "nothing"),
        ("uv run pip install -r r.txt", "pip files r.txt"),
        ("uvx poetry install", "poetry manifest"),
        ("pipx run --spec poetry==1.8 poetry install", "poetry manifest"),
        ("pipx install poetry", "nothing"),
        ("pdm sync --prod", "pdm manifest"),
        ("pdm install --check", "nothing"),
        ("pipenv install --system --deploy", "pipenv manifest"),
        ("pipenv install requests", "pipenv named requests"),
        ("pipenv requirements", "pipenv export "),
        ("pipenv lock", "nothing"),
        ("conda env create -f environment.yml", "conda files environment.yml"),
        ("conda install -y python=3.12 pip", "nothing"),
        ("conda install -c conda-forge numpy", "conda named numpy"),
        ("micromamba install -y -n base -f env.yml", "conda files env.yml"),
        ("conda run -n app pip install .", "pip manifest"),
        ("npm ci", "npm manifest"),
        ("npm --prefix front ci", "npm manifest"),
        ("npm install", "npm manifest"),
        ("npm i express", "npm named express"),
        ("npm install -g npm@10 pnpm", "nothing"),
        ("npm install -g serve", "npm named serve"),
        ("npm run build", "nothing"),
        ("npm prune --omit=dev", "prune Node"),
        ("npm prune", "nothing"),
        ("yarn", "yarn manifest"),
        ("yarn --frozen-lockfile", "yarn manifest"),
        ("yarn build", "nothing"),
        ("yarn --version", "nothing"),
        ("yarn workspaces focus --production", "yarn manifest"),
        ("corepack enable", "nothing"),
        ("corepack yarn install", "yarn manifest"),
        ("pnpm install --prod", "pnpm manifest"),
        ("pnpm prune --prod", "prune Node"),
        ("bun install --production", "bun manifest"),
        ("composer install --no-dev", "composer manifest"),
        ("bundle install", "bundle manifest"),
        ("bundle config set --local without development", "bundle without=development"),
        ("bundle exec rails", "nothing"),
        ("go mod download", "go manifest"),
        ("go vet ./...", "nothing"),
        ("cargo build --release", "cargo manifest"),
        ("cargo install cargo-chef", "nothing"),
        ("./mvnw -B package -DskipTests", "maven manifest"),
        ("gradle :app:build --no-daemon", "gradle manifest"),
        ("make install", "hides"),
        ("echo poetry install", "nothing"),
        ("apt-get install -y python3-pip", "nothing"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(line, wanted)| {
            let found = shown(of(line));
            (found != *wanted).then(|| format!("{line}\n   is `{found}`, not `{wanted}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an install brings beside the main group, when the project has these groups.
fn beyond(line: &str, env: &[(&str, &str)], pyproject: Option<&str>) -> String {
    let (manager, selection): (Manager, Selection) = match in_env(line, env) {
        Some(Act::Install(install)) => (install.manager, install.selection),
        Some(Act::Export(export)) => (export.manager, export.selection),
        other => return shown(other),
    };
    let groups = match pyproject {
        Some(text) => Groups::read(manager, text).unwrap(),
        None => Groups::assumed(manager),
    };
    selection.beyond_main(&groups).join(", ")
}

#[test]
fn groups_are_left_out_as_each_tool_does() {
    let two = "[tool.poetry.group.dev.dependencies]\na = '*'\n[dependency-groups]\nlint_ci = ['b']\n";
    let table: &[(&str, Vars, Option<&str>, &str)] = &[
        ("poetry install", &[], None, "group dev, group test"),
        ("poetry install --without dev", &[], None, "group test"),
        ("poetry install --without dev,test", &[], None, ""),
        ("poetry install --without=dev --without=test", &[], None, ""),
        ("poetry install --only main", &[], None, ""),
        ("poetry install --only=main,dev", &[], None, "group dev"),
        ("poetry install --no-dev", &[], None, ""),
        ("poetry install --with docs", &[], None, "group dev, group test, group docs"),
        ("poetry install --only main -E test", &[], None, "extra test"),
        ("poetry install --all-groups --only main", &[], None, "group dev, group test"),
        ("poetry install", &[], Some(two), "group dev, group lint-ci"),
        ("poetry install --without dev,Lint.CI", &[], Some(two), ""),
        ("poetry export", &[], None, ""),
        ("poetry export --with dev", &[], None, "group dev"),
        ("poetry export --dev", &[], None, "group dev"),
        ("uv sync", &[], None, "group dev"),
        ("uv sync --no-dev", &[], None, ""),
        ("uv sync", &[("UV_NO_DEV", "true")], None, ""),
        ("uv sync", &[("UV_NO_DEV", "0")], None, "group dev"),
        ("uv sync --no-group dev", &[], None, ""),
        ("uv sync --only-group dev", &[], None, "group dev"),
        ("uv sync --no-dev --group test", &[], None, "group test"),
        ("uv sync --no-dev --extra dev", &[], None, "extra dev"),
        ("uv sync", &[], Some("[tool.uv]\ndev-dependencies = ['a']\n"), "group dev"),
        ("uv sync --no-dev", &[], Some("[dependency-groups]\nx=['a']\n[tool.uv]\ndefault-groups = 'all'\n"), "group x"),
        ("uv export", &[], None, "group dev"),
        ("pdm install", &[], None, "group dev, group test"),
        ("pdm install --prod", &[], None, ""),
        ("pdm sync --prod -G test", &[], None, "group test"),
        ("pipenv sync", &[], None, ""),
        ("pipenv install --dev", &[], None, "group dev"),
        ("pipenv install", &[("PIPENV_DEV", "1")], None, "group dev"),
        ("pip install -r requirements.txt", &[], None, ""),
        ("pip install -r requirements/production.txt", &[], None, ""),
        ("pip install -r requirements-dev.txt", &[], None, "requirements-dev.txt"),
        ("pip install -r dev_requirements.txt", &[], None, "dev_requirements.txt"),
        ("pip install -r requirements/test.txt", &[], None, "requirements/test.txt"),
        ("pip install -r devices/requirements.txt", &[], None, ""),
        ("pip install .[dev]", &[], None, "extra dev"),
        ("pip install .[postgres]", &[], None, ""),
        ("npm ci", &[], None, "group dev"),
        ("npm ci --omit=dev", &[], None, ""),
        ("npm ci --omit dev", &[], None, ""),
        ("npm ci --only=production", &[], None, ""),
        ("npm ci --production", &[], None, ""),
        ("npm ci --production=false", &[], None, "group dev"),
        ("npm ci", &[("NODE_ENV", "production")], None, ""),
        ("npm ci --include=dev", &[("NODE_ENV", "production")], None, "group dev"),
        ("npm ci", &[("NPM_CONFIG_OMIT", "dev")], None, ""),
        ("npm ci", &[], Some("{\"dependencies\": {\"a\": \"1\"}}"), ""),
        ("yarn install --production", &[], None, ""),
        ("yarn install --production=false", &[("NODE_ENV", "production")], None, "group dev"),
        ("pnpm i -P", &[], None, ""),
        ("composer install", &[], None, "group dev"),
        ("composer install", &[("COMPOSER_NO_DEV", "1")], None, ""),
        ("bundle install", &[("BUNDLE_WITHOUT", "development:test")], None, ""),
        ("bundle install --without development test", &[], None, ""),
        ("bundle install", &[("BUNDLE_WITHOUT", "test")], None, "group development"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(line, env, pyproject, wanted)| {
            let found = beyond(line, env, *pyproject);
            (found != *wanted).then(|| format!("{line} {env:?}\n   brings `{found}`, not `{wanted}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn options_that_cannot_be_seen_are_told() {
    for line in
        ["poetry install $OPTS", "poetry install --only=$G", "uv sync $(opts)", "npm ci --omit=$X", "pip install . $X"]
    {
        let Some(Act::Install(install)) = of(line) else { panic!("{line}") };
        assert!(!install.selection.unseen.is_empty(), "{line}");
    }
}

#[test]
fn installs_go_where_the_tool_puts_them() {
    let place = |line: &str, env: &[(&str, &str)]| match in_env(line, env) {
        Some(Act::Install(install)) => match install.place {
            Place::In(folders) => folders.first().cloned().unwrap_or_default(),
            Place::Unknown => "?".to_owned(),
        },
        other => shown(other),
    };
    let table: &[(&str, Vars, &str)] = &[
        ("pip install .", &[], "/usr/local"),
        ("pip install .", &[("VIRTUAL_ENV", "/venv")], "/venv"),
        ("pip install .", &[("PATH", "/opt/venv/bin:/usr/bin")], "/opt/venv"),
        ("pip install --target deps .", &[], "/app/deps"),
        ("pip install --prefix=/install .", &[], "/install"),
        ("pip install --user .", &[], "/root"),
        ("/opt/venv/bin/pip install .", &[], "/opt/venv"),
        ("/opt/venv/bin/python3 -m pip install .", &[], "/opt/venv"),
        ("pip wheel -w ../wheels .", &[], "/wheels"),
        ("uv sync", &[], "/app/.venv"),
        ("uv sync --project sub", &[], "/app/sub/.venv"),
        ("uv sync", &[("UV_PROJECT_ENVIRONMENT", "/opt/v")], "/opt/v"),
        ("uv pip install --system .", &[], "/usr/local"),
        ("poetry install", &[], "/root"),
        ("poetry install", &[("POETRY_VIRTUALENVS_IN_PROJECT", "1")], "/app/.venv"),
        ("poetry install", &[("POETRY_VIRTUALENVS_CREATE", "false")], "/usr/local"),
        ("pipenv sync --system", &[], "/usr/local"),
        ("npm ci", &[], "/app/node_modules"),
        ("npm ci --prefix front", &[], "/app/front/node_modules"),
    ];
    for (line, env, wanted) in table {
        assert_eq!(place(line, env), *wanted, "{line} {env:?}");
    }
}

#[test]
fn settings_of_earlier_commands_count() {
    let env = Env::default();
    let settings = [("poetry", "virtualenvs.in-project".to_owned(), "true".to_owned())];
    let around = Around { env: &env, directory: Some("/srv"), settled: true, settings: &settings, activated: false };
    let Some(Act::Install(install)) = act(&command("poetry install --no-root", &env).unwrap(), around) else {
        panic!()
    };
    assert_eq!(install.place, Place::In(vec!["/srv/.venv".to_owned()]));
    assert_eq!(install.project, Project::Left);
}

const KINDS: [&str; 5] = [
    "check = { dependency_install = { files = \"Dockerfile\" } }",
    "check = { dependency_install = { files = \"Dockerfile\", stage = \"final\" } }",
    "check = { runtime_dependencies = { files = \"Dockerfile\" } }",
    "check = { code_from_stage = { files = \"Dockerfile\" } }",
    "check = { order = { files = \"Dockerfile\", steps = [\"manifests\", \"install\"] } }",
];

#[test]
fn files_past_a_bound_are_not_judged() {
    let mut text = "FROM python AS b\n".to_owned();
    for at in 0..2_001 {
        text.push_str(&format!("COPY d{at} /app/d{at}\n"));
    }
    text.push_str("FROM python\nCOPY --from=b / /\n");
    let tree = Memory::with(&[("Dockerfile", &text)]);
    for kind in KINDS {
        assert_eq!(judge(kind, &tree).verdict(), Verdict::Unknown(Reason::TooLarge), "{kind}");
    }
}

#[test]
fn many_places_of_code_end_by_count() {
    let mut text = "FROM python AS s0\nCOPY . /a\n".to_owned();
    for stage in 1..40 {
        text.push_str(&format!("FROM python AS s{stage}\n"));
        for at in 0..40 {
            text.push_str(&format!("COPY --from=s{} /a /a/b{at}/{stage}\n", stage - 1));
        }
    }
    text.push_str("RUN pip install -r r.txt\n");
    let tree = Memory::with(&[("Dockerfile", &text)]);
    for kind in KINDS {
        let _ = judge(kind, &tree);
    }
}

#[test]
fn no_secret_is_shown() {
    let line =
        "RUN pip install --index-url https://user:hunter2hunter2@example.org/simple --token hunter2hunter2 -r r.txt";
    let text = format!(
        "FROM python AS b\nARG API_TOKEN=hunter2hunter2\n{line}\nRUN PIP_TOKEN=$API_TOKEN poetry install --token $API_TOKEN\n\
         FROM python\nCOPY --from=b /usr /usr\n{line}\nCOPY . .\n"
    );
    let tree = Memory::with(&[("Dockerfile", &text)]);
    for kind in KINDS {
        let outcome = judge(kind, &tree);
        assert!(outcome.evidence().count() > 0, "{kind}");
        assert!(!format!("{outcome:?}").contains("hunter2"), "{kind}: {outcome:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_dockerfile_of_such_lines_is_judged(lines in proptest::collection::vec(proptest::sample::select(vec![
        "FROM python AS a", "FROM a AS b", "FROM b", "FROM $X", "FROM scratch AS b", "COPY . .", "COPY --from=a / /", "COPY --from=b /app /",
        "COPY --from=$X a b", "COPY $X /x", "COPY --from=0 app*/[ /", "WORKDIR $X", "WORKDIR /app", "ENV PATH=/v/bin:$PATH", "RUN poetry install",
        "RUN pip wheel -w /w -r r.txt", "RUN pip install --no-index -f /w -r r.txt", "RUN --mount=type=bind,from=a,target=/w pip install /w/*",
        "RUN cp -r /app /b && mv /b /c", "RUN uv sync --no-editable", "RUN npm prune --omit=dev", "RUN if x; then poetry sync; fi",
        "RUN curl x | sh", "COPY <<A /x\nA", "ONBUILD COPY . .", "COPY ../.. /", "COPY [\"", "RUN apt-get install gcc $X", "COPY *.py p*.toml ./",
    ]), 0..14)) {
        let tree = Memory::with(&[("Dockerfile", &lines.join("\n")), ("app.py", ""), ("pyproject.toml", "")]);
        for kind in KINDS {
            let _ = judge(kind, &tree);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_read(words in proptest::collection::vec("(poetry|pip3?|uv|npm|yarn|python|-m|install|sync|run|-r|--only|=|--|[$.*/\\[\\]a-z,é-]{0,6})", 0..8)) {
        let env = Env::default();
        if let Some(command) = command(&words.join(" "), &env) {
            let _ = act(&command, Around { env: &env, directory: None, settled: false, settings: &[], activated: false });
        }
    }

    #[test]
    fn any_manifest_is_read(text in "(\\[|\\]|\\[tool.poetry.group.|\\[dependency-groups\\]\n|dev|=|\\{|\\}|'a'|\n|[a-z\".]{0,4}){0,12}") {
        for manager in [Manager::Poetry, Manager::Uv, Manager::Pdm, Manager::Node, Manager::Composer, Manager::Asked] {
            let _ = Groups::read(manager, &text);
        }
    }
}

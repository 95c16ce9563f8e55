//! The story of the sample: who committed what, and when.

/// The three people of the story: name and e-mail address.
pub(super) const PEOPLE: [(&str, &str); 3] = [
    ("Mara Lindqvist", "mara@courtside.example"),
    ("Tomasz Wrona", "tomasz@courtside.example"),
    ("Aiko Brandt", "aiko@courtside.example"),
];

/// One commit of the story.
pub(super) struct Step {
    /// Index in [`PEOPLE`].
    pub author: usize,
    /// How many working days before now.
    pub days_ago: i64,
    /// Time of that day, UTC.
    pub time: (i8, i8),
    /// The whole message.
    pub message: &'static str,
    /// Path and content of each file that it writes.
    pub files: &'static [(&'static str, &'static str)],
    /// Whether it also brings plan.toml.
    pub brings_plan: bool,
}

/// The commits, oldest first.
pub(super) const STEPS: &[Step] = &[
    Step {
        author: 0,
        days_ago: 10,
        time: (9, 12),
        message: "Add courtside: live statistics of basketball games\n",
        files: &[
            (".dockerignore", include_str!("../../assets/demo/01-service/.dockerignore")),
            (".gitignore", include_str!("../../assets/demo/01-service/.gitignore")),
            ("Dockerfile.dev", include_str!("../../assets/demo/01-service/Dockerfile.dev")),
            ("Dockerfile.migrations", include_str!("../../assets/demo/01-service/Dockerfile.migrations")),
            ("Dockerfile.prod", include_str!("../../assets/demo/01-service/Dockerfile.prod")),
            ("Dockerfile.test", include_str!("../../assets/demo/01-service/Dockerfile.test")),
            ("README.md", include_str!("../../assets/demo/01-service/README.md")),
            ("docker-compose.dev.yml", include_str!("../../assets/demo/01-service/docker-compose.dev.yml")),
            ("docker-compose.prod.yml", include_str!("../../assets/demo/01-service/docker-compose.prod.yml")),
            ("docker-compose.test.yml", include_str!("../../assets/demo/01-service/docker-compose.test.yml")),
            ("migrations/env.py", include_str!("../../assets/demo/01-service/migrations/env.py")),
            ("poetry.lock", include_str!("../../assets/demo/01-service/poetry.lock")),
            ("pyproject.toml", include_str!("../../assets/demo/01-service/pyproject.toml")),
            ("src/courtside/__init__.py", include_str!("../../assets/demo/01-service/src/courtside/__init__.py")),
            ("src/courtside/boxscore.py", include_str!("../../assets/demo/01-service/src/courtside/boxscore.py")),
            ("src/courtside/main.py", include_str!("../../assets/demo/01-service/src/courtside/main.py")),
            ("tests/test_boxscore.py", include_str!("../../assets/demo/01-service/tests/test_boxscore.py")),
        ],
        brings_plan: false,
    },
    Step {
        author: 1,
        days_ago: 9,
        time: (14, 3),
        message: "Serve static files and TLS through nginx, certificates through certbot\n",
        files: &[
            ("Dockerfile.certbot", include_str!("../../assets/demo/02-nginx/Dockerfile.certbot")),
            ("Dockerfile.nginx", include_str!("../../assets/demo/02-nginx/Dockerfile.nginx")),
            ("Dockerfile.nginx.ssl", include_str!("../../assets/demo/02-nginx/Dockerfile.nginx.ssl")),
            ("certbot-entrypoint.sh", include_str!("../../assets/demo/02-nginx/certbot-entrypoint.sh")),
            ("docker-compose.prod.yml", include_str!("../../assets/demo/02-nginx/docker-compose.prod.yml")),
            ("nginx/ssl.conf", include_str!("../../assets/demo/02-nginx/nginx/ssl.conf")),
            ("nginx/static.conf", include_str!("../../assets/demo/02-nginx/nginx/static.conf")),
        ],
        brings_plan: false,
    },
    Step {
        author: 0,
        days_ago: 8,
        time: (10, 40),
        message: "Add the Docker hardening plan\n",
        files: &[("PLAN.md", include_str!("../../assets/demo/03-plan/PLAN.md"))],
        brings_plan: true,
    },
    Step {
        author: 1,
        days_ago: 8,
        time: (16, 25),
        message: "Run the Python images as appuser\n\nFixes STAB-155\n",
        files: &[
            ("Dockerfile.dev", include_str!("../../assets/demo/04-appuser/Dockerfile.dev")),
            ("Dockerfile.migrations", include_str!("../../assets/demo/04-appuser/Dockerfile.migrations")),
            ("Dockerfile.prod", include_str!("../../assets/demo/04-appuser/Dockerfile.prod")),
            ("Dockerfile.test", include_str!("../../assets/demo/04-appuser/Dockerfile.test")),
        ],
        brings_plan: false,
    },
    Step {
        author: 2,
        days_ago: 7,
        time: (11, 5),
        message: "Pin image versions and say why in each Dockerfile\n",
        files: &[
            ("Dockerfile.certbot", include_str!("../../assets/demo/05-pins/Dockerfile.certbot")),
            ("Dockerfile.dev", include_str!("../../assets/demo/05-pins/Dockerfile.dev")),
            ("Dockerfile.migrations", include_str!("../../assets/demo/05-pins/Dockerfile.migrations")),
            ("Dockerfile.nginx", include_str!("../../assets/demo/05-pins/Dockerfile.nginx")),
            ("Dockerfile.nginx.ssl", include_str!("../../assets/demo/05-pins/Dockerfile.nginx.ssl")),
            ("Dockerfile.prod", include_str!("../../assets/demo/05-pins/Dockerfile.prod")),
            ("Dockerfile.test", include_str!("../../assets/demo/05-pins/Dockerfile.test")),
            ("docker-compose.test.yml", include_str!("../../assets/demo/05-pins/docker-compose.test.yml")),
        ],
        brings_plan: false,
    },
    Step {
        author: 0,
        days_ago: 6,
        time: (9, 50),
        message: "Enable health checks in all Dockerfiles\n",
        files: &[
            ("Dockerfile.dev", include_str!("../../assets/demo/06-healthchecks/Dockerfile.dev")),
            ("Dockerfile.migrations", include_str!("../../assets/demo/06-healthchecks/Dockerfile.migrations")),
            ("Dockerfile.prod", include_str!("../../assets/demo/06-healthchecks/Dockerfile.prod")),
            ("Dockerfile.test", include_str!("../../assets/demo/06-healthchecks/Dockerfile.test")),
        ],
        brings_plan: false,
    },
    Step {
        author: 2,
        days_ago: 6,
        time: (15, 31),
        message: "Keep caches, environment files and documents out of the build context\n",
        files: &[(".dockerignore", include_str!("../../assets/demo/07-dockerignore/.dockerignore"))],
        brings_plan: false,
    },
    Step {
        author: 0,
        days_ago: 4,
        time: (10, 8),
        message: "Drop the poetry cache volume, limit resources in production\n",
        files: &[("docker-compose.prod.yml", include_str!("../../assets/demo/09-resources/docker-compose.prod.yml"))],
        brings_plan: false,
    },
    Step {
        author: 2,
        days_ago: 4,
        time: (17, 2),
        message: "Make the certbot entrypoint report what it does\n",
        files: &[("certbot-entrypoint.sh", include_str!("../../assets/demo/10-certbot/certbot-entrypoint.sh"))],
        brings_plan: false,
    },
    Step {
        author: 1,
        days_ago: 3,
        time: (11, 29),
        message: "Harden the production services\n",
        files: &[("docker-compose.prod.yml", include_str!("../../assets/demo/11-compose/docker-compose.prod.yml"))],
        brings_plan: false,
    },
    Step {
        author: 2,
        days_ago: 3,
        time: (16, 58),
        message: "Tick the plan: all done\n",
        files: &[("PLAN.md", include_str!("../../assets/demo/13-ticked/PLAN.md"))],
        brings_plan: false,
    },
    Step {
        author: 1,
        days_ago: 1,
        time: (10, 32),
        message: "Build the production image in two stages\n",
        files: &[("Dockerfile.prod", include_str!("../../assets/demo/08-multistage/Dockerfile.prod"))],
        brings_plan: false,
    },
    Step {
        author: 0,
        days_ago: 1,
        time: (14, 16),
        message: "Pass the environment explicitly and document it\n",
        files: &[
            (".env.example", include_str!("../../assets/demo/12-environment/.env.example")),
            ("docker-compose.prod.yml", include_str!("../../assets/demo/12-environment/docker-compose.prod.yml")),
            ("docs/deployment.md", include_str!("../../assets/demo/12-environment/docs/deployment.md")),
        ],
        brings_plan: false,
    },
];

/// What lies in the work tree and is not committed.
pub(super) const UNCOMMITTED: &[(&str, &str)] =
    &[("Dockerfile.dev", include_str!("../../assets/demo/14-uncommitted/Dockerfile.dev"))];

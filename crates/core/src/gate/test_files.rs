//! Files of tests, told by their paths.

/// Folders that hold tests and what they read, in small letters.
const FOLDERS: &[&str] = &[
    "__mocks__",
    "__snapshots__",
    "__tests__",
    "acceptance",
    "androidtest",
    "benchmark",
    "benchmarks",
    "commontest",
    "conformance",
    "cypress",
    "e2e",
    "fixtures",
    "golden",
    "integrationtest",
    "jepsen",
    "jvmtest",
    "spec",
    "specs",
    "testdata",
    "testenv",
    "testhelper",
    "testhelpers",
    "testing",
    "testlib",
    "testsuite",
    "testsuites",
    "testutil",
    "testutils",
    "unittest",
    "unittests",
];

/// What may stand behind "test" in the name of such a folder: `test-utils`, `e2e-helpers`.
const HELPERS: &[&str] =
    &["case", "cases", "data", "fixtures", "fuzz", "helper", "helpers", "integration", "support", "util", "utils"];

/// Endings of source files, in which the name alone tells a test.
const SOURCES: &[&str] = &[
    "bash", "bats", "c", "cc", "cjs", "cpp", "cs", "cxx", "go", "groovy", "js", "jsx", "java", "kt", "mjs", "mts",
    "php", "pl", "py", "rb", "rs", "scala", "sh", "ts", "tsx", "vb",
];

/// Folders of what a project runs to check itself: nobody but its checks reaches the hosts there.
const CHECKS: &[&str] =
    &[".azure-pipelines", ".buildkite", ".ci", ".circleci", ".github", ".gitlab", ".travis", ".woodpecker", "ci"];

/// Files of the same use.
const CHECK_FILES: &[&str] = &[
    ".appveyor.yml",
    ".drone.yml",
    ".gitlab-ci.yml",
    ".travis.yml",
    "Jenkinsfile",
    "appveyor.yml",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
];

/// What the names of such files begin with; with the dot where that is all.
const FIRST: &[&str] =
    &["test_", "test.", "tests.", "test-utils.", "test-helpers.", "unittest_", "vitest.", "jest.", "conftest."];

/// Words that end in "test" and are none, as the names of folders.
const NO_TESTS: &[&str] = &["attest", "contest", "fastest", "greatest", "latest", "protest", "speedtest"];

/// What the names of such files end in, before the dot of their ending.
const LAST: &[&str] = &[
    ".spec",
    ".test",
    "-spec",
    "-test",
    "IT",
    "Spec",
    "Suite",
    "Test",
    "TestBase",
    "TestCase",
    "Tests",
    "_fixture",
    "_fixtures",
    "_spec",
    "_test",
    "_test_util",
    "_test_utils",
    "_tests",
    "_unittest",
    ".e2e",
    ".e2e-spec",
];

/// Why a file is not looked at unless tests are asked for: it belongs to them. The hosts there are
/// what their authors chose, and no service is reached by them.
pub fn test(path: &str) -> Option<&'static str> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    if folders.split('/').any(|one| CHECKS.contains(&one)) || CHECK_FILES.contains(&name) {
        return Some("continuous integration");
    }
    // Maven's folder of integration tests, since `it` is Italian elsewhere, and that of Perl's tests.
    let named = format!("/{folders}/").contains("/src/it/") || path.starts_with("t/");
    // Go's packages for tests are called `httptest`; the input of a parser's test `named.conf.parsertest`.
    let of_go = name.ends_with(".go") && folders.split('/').any(package);
    let input = name.rsplit_once('.').is_some_and(|(_, ending)| ending.ends_with("test"));
    (named || of_go || input || of_cucumber(folders) || folders.split('/').any(folder) || source(name))
        .then_some("test")
}

fn package(name: &str) -> bool {
    name.starts_with("test") || name.ends_with("test") && !NO_TESTS.contains(&name)
}

/// Whether this is a folder of Cucumber's: `features/support`, `features/step_definitions`.
fn of_cucumber(folders: &str) -> bool {
    let mut names = folders.split('/').skip_while(|name| *name != "features" && !name.starts_with("features-"));
    names.next().is_some() && names.any(|name| matches!(name, "support" | "step_definitions" | "steps"))
}

fn folder(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    let mut words = small.split(['-', '_', '.']).filter(|word| !word.is_empty()).peekable();
    // `regression-tests.auth`; several of them are nothing else, wherever the word stands.
    let several = words.clone().any(|word| word == "tests");
    let of_tests = |word: &str| matches!(word, "test" | "tests" | "e2e");
    // `systemtests`, `loadtesting`; features of a product are tested for people in `abtesting`.
    let last = small.rsplit(['-', '_', '.']).next().unwrap_or_default();
    let long = ["tests", "testing"].iter().any(|end| last.ends_with(end))
        && !["contests", "protests", "abtesting", "contesting"].contains(&last);
    // `Shop.TestClient`, a program of .NET.
    let program = name.rsplit('.').next().and_then(|last| last.strip_prefix("Test"));
    let program = program.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    // `dtestutils`, in which the utilities of tests lie whatever stands before.
    let utilities = ["testutil", "testutils", "testhelpers"].iter().any(|end| small.ends_with(end));
    // `stress_test_write`
    let load = ["stress_test", "load_test", "stress-test", "load-test"].iter().any(|word| small.contains(word));
    long || several
        || program
        || utilities
        || load
        || FOLDERS.contains(&small.as_str())
        || small.rsplit(['-', '_', '.']).next().is_some_and(of_tests)
        || name.strip_suffix("Tests").or(name.strip_suffix("Test")).is_some_and(|rest| rest.ends_with(is_small))
        || small.starts_with("test_")
        || matches!(words.peek(), Some(&("e2e" | "tester")))
        || words.next().is_some_and(|word| of_tests(word) || word == "testing")
            && words.all(|word| HELPERS.contains(&word))
}

fn is_small(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn source(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let last = |end: &&str| stem.strip_suffix(*end).is_some_and(|rest| !rest.is_empty() && begins_anew(rest, end));
    // `lib/core/testing.py`, with which a program checks itself.
    SOURCES.contains(&ending)
        && (stem == "testing" || FIRST.iter().any(|first| name.starts_with(first)) || LAST.iter().any(last))
}

/// Whether a capital begins a word: `ServerTest` is a test, `TEST` and `UNIT` are not.
fn begins_anew(rest: &str, end: &str) -> bool {
    !end.starts_with(|c: char| c.is_ascii_uppercase()) || rest.ends_with(is_small)
}

#[cfg(test)]
mod tests {
    use super::test;

    #[test]
    fn checks_of_the_project_are_no_services() {
        for path in [".github/workflows/a.yml", "charts/a/ci/values.yaml", ".gitlab-ci.yml", "a/Jenkinsfile"] {
            assert_eq!(test(path), Some("continuous integration"), "{path}");
        }
        assert_eq!(test("cirrus/a.yml"), None);
    }

    #[test]
    fn tests_are_told_by_folders_and_by_the_names_of_sources() {
        for path in [
            "test/a.yml",
            "a/Tests/b.cs",
            "src/Some.Client.Tests/docker-compose.yml",
            "SomeClientTests/a.cs",
            "test-utils/a.js",
            "tests-integration/src/cluster.rs",
            "features/support/world.js",
            "features-legacy/step_definitions/http.ts",
            "e2e-v2/nginx.conf",
            "e2e_cluster/a.yml",
            "components/test_store/src/server.rs",
            "integration-tests/a.conf",
            "pkg/testdata/nginx.conf",
            "src/androidTest/a.kt",
            "a/b_test.go",
            "test_b.py",
            "conftest.py",
            "src/tests.rs",
            "src/server/test.rs",
            "a/src/it/b/pom.xml",
            "lib/test-utils.js",
            "b.spec.ts",
            "a/ServerIT.java",
            "a/ServerTest.php",
            "b_unittest.cc",
            "scripts/test_cluster.sh",
            "t/cli/a.conf",
            "sql/postgres_fixture.go",
            "shop-systemtests/src/a.java",
            "loadtesting/nginx.conf",
            "internal/acceptance/a.ts",
            "internal/testenv/a.go",
            "testsuite/commons.js",
            "regression-tests.auth/a.py",
            "modules/unittest_http.py",
            "lib/core/testing.py",
            "zipkin/cmd/stress_test_write/main.go",
            "pdns/named.conf.parsertest",
            "Tester.NetCore/a.cs",
            "swarmtest/node.go",
            "testec2/node.go",
            "sql/sql_test_utils.go",
            "doltcore/dtestutils/a.go",
            "jepsen/haproxy.cfg",
            "Shop.TestClient/a.cs",
            "web/cypress/a.ts",
            "internal/testing_utils/a.go",
        ] {
            assert_eq!(test(path), Some("test"), "{path}");
        }
        for path in [
            "lib/test-server/server.js",
            "src/features/chat/client.ts",
            "lib/support/http.rb",
            "latest/a.yml",
            "a/t/b.yml",
            "locale/it/a.yml",
            "contest/a.py",
            "contests/a.py",
            "abtesting/a.py",
            "a/attest/b.go",
            "a/UNIT.java",
            "a/TEST.java",
            "Test.java",
            "speedtest/a.py",
            "latest/a.go",
            "contest/a.go",
            "connection-tester/a.go",
            "Dockerfile-test",
            "docker-compose.test.yml",
            "protest.rb",
            "a/testbed/b.conf",
            "inspect.rs",
        ] {
            assert_eq!(test(path), None, "{path}");
        }
    }
}

//! The manifests for Kubernetes: rendered by kubectl, checked against the published schemas and the restricted pod security standard, and the
//! process run under the limits that they set.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "tests start tools and the binary")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::playground::{CommandOutput, Playground};
use crate::support::workflows::ROOT;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::LazyLock;

/// The oldest and the newest version whose schemas are asked.
const VERSIONS: [&str; 2] = ["1.32", "1.37"];

fn tool(name: &str, arguments: &[&str]) -> CommandOutput {
    let mut command = Command::new(format!("{ROOT}/tests/tools/tool.sh"));
    CommandOutput::of(command.arg(name).args(arguments).output().unwrap())
}

/// What kubectl makes of the manifests.
static RENDERED: LazyLock<String> = LazyLock::new(|| {
    tool("kubectl", &["kustomize", &format!("{ROOT}/.github/packages/kubernetes")]).ends(0).stdout
});

fn resources() -> Vec<Value> {
    let documents = RENDERED.split("\n---\n");
    documents.map(|document| serde_yaml::from_str(document).unwrap()).collect()
}

fn resource(kind: &str) -> Value {
    resources().into_iter().find(|resource| resource["kind"] == kind).unwrap()
}

/// Every container of the pod, those that prepare it too.
fn containers(pod: &Value) -> Vec<Value> {
    let of = |key: &str| pod[key].as_array().unwrap().clone();
    [of("initContainers"), of("containers")].concat()
}

#[test]
fn the_manifests_are_what_kubernetes_publishes_as_its_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rolewright.yaml");
    fs::write(&file, RENDERED.as_str()).unwrap();
    for version in VERSIONS {
        let said = tool("kubernetes-validate", &["--strict", "-k", version, file.to_str().unwrap()]).ends(0);
        let passed = format!("{}{}", said.stdout, said.stderr).matches(" passed for resource ").count();
        assert_eq!(passed, resources().len(), "{}{}", said.stdout, said.stderr);
    }
    // It finds what is wrong.
    fs::write(&file, RENDERED.replace("runAsNonRoot", "runAsNobody")).unwrap();
    assert_ne!(tool("kubernetes-validate", &["--strict", file.to_str().unwrap()]).code, 0);
}

/// The pod security standard "restricted", and what it leaves open: a read-only root, limits, no token.
#[test]
fn h29_the_pod_may_do_what_the_process_needs_and_nothing_else() {
    let deployment = resource("Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(resource("ServiceAccount")["automountServiceAccountToken"], false);
    let context = &pod["securityContext"];
    assert_eq!((&context["runAsNonRoot"], &context["runAsUser"]), (&json!(true), &json!(65532)));
    assert_eq!(context["seccompProfile"], json!({ "type": "RuntimeDefault" }));
    for container in containers(pod) {
        let confined = json!({
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": { "drop": ["ALL"] },
        });
        assert_eq!(container["securityContext"], confined, "{container}");
        assert!(container["resources"]["limits"]["memory"].is_string(), "{container}");
        let fields: Vec<&str> = container.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(!fields.contains(&"lifecycle"), "{fields:?}");
    }
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        assert!(pod[key].is_null(), "{key}");
    }
    let volumes = pod["volumes"].as_array().unwrap();
    assert!(volumes.iter().all(|volume| volume["emptyDir"].is_object() || volume["secret"].is_object()));
    let policy = resource("NetworkPolicy");
    assert_eq!(policy["spec"]["policyTypes"], json!(["Ingress", "Egress"]));
    let names = &policy["spec"]["egress"][0]["to"][0]["podSelector"];
    assert_eq!(names["matchLabels"], json!({ "k8s-app": "kube-dns" }));
    assert_eq!(
        policy["spec"]["podSelector"]["matchLabels"],
        json!({ "app.kubernetes.io/name": "rolewright" })
    );
}

/// What probes, metrics and the network policy name is where the process answers.
#[test]
fn ports_and_paths_are_those_of_the_process() {
    let deployment = resource("Deployment");
    let template = &deployment["spec"]["template"];
    let container = &template["spec"]["containers"][0];
    let arguments: Vec<&str> =
        container["args"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
    let at = arguments.iter().position(|argument| *argument == "--listen").unwrap();
    let (_, port) = arguments[at + 1].rsplit_once(':').unwrap();
    assert_eq!(container["ports"][0]["containerPort"].to_string(), port);
    let annotations = &template["metadata"]["annotations"];
    assert_eq!(
        (&annotations["prometheus.io/port"], &annotations["prometheus.io/path"]),
        (&json!(port), &json!("/metrics"))
    );
    for (probe, path) in
        [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")]
    {
        assert_eq!(container[probe]["httpGet"], json!({ "path": path, "port": "http" }));
    }
    let playground = Playground::new();
    let help = |arguments: &[&str]| playground.run(arguments).ends(0).stdout;
    let help = help(&["reconcile", "--help"]) + &help(&["--help"]);
    for flag in arguments.iter().filter(|argument| argument.starts_with("--")) {
        assert!(help.contains(flag), "{flag}");
    }
}

/// The pod's commands, one after the other, where nothing but its volume can be written: the repository is made twice, as after a restart of
/// the pod, and everything is applied.
#[test]
fn h29_the_process_works_with_a_read_only_root_and_no_rights() {
    let author = Playground::new().at_any_hour("dstny");
    author.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
    author.git(&["push", "-q", "remote.git", "main"]);
    let volume = author.path("volume");
    // The embedded store of the worked policies has its folder in the clone.
    fs::create_dir_all(volume.join("access/policies")).unwrap();
    let program = volume.join("rolewright");
    fs::copy(env!("CARGO_BIN_EXE_rolewright"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    // The remote lies in the volume too, for other folders of a test are closed to others.
    fs::rename(author.path("remote.git"), volume.join("remote.git")).unwrap();
    let deployment = resource("Deployment");
    let pod = &deployment["spec"]["template"]["spec"];
    let confined = |command: &[&str]| {
        let mut shell = Command::new(format!("{ROOT}/tests/tools/confined.sh"));
        shell.arg(&volume).args(command).env_clear();
        shell.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", ".").env("TMPDIR", ".");
        shell.env("GIT_CONFIG_SYSTEM", "/dev/null").env("ROLEWRIGHT_BRANCH", "main");
        CommandOutput::of(shell.output().unwrap())
    };
    let here = |argument: &Value| {
        let argument = argument.as_str().unwrap();
        argument.replace("/work/", "./").replace("$(REPOSITORY)", "../remote.git")
    };
    for _ in 0..2 {
        for container in pod["initContainers"].as_array().unwrap() {
            let command: Vec<String> = container["command"].as_array().unwrap().iter().map(here).collect();
            confined(&command.iter().map(String::as_str).collect::<Vec<_>>()).ends(0);
        }
    }
    let outside = confined(&["touch", "/etc/rolewright-was-here"]);
    assert_ne!(outside.code, 0, "the root can be written");
    let status = confined(&["cat", "/proc/self/status"]).ends(0).stdout;
    for line in ["Uid:\t65532", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{line}: {status}");
    }
    let arguments: Vec<String> = pod["containers"][0]["args"].as_array().unwrap().iter().map(here).collect();
    let listening = arguments.iter().position(|argument| argument == "--listen").unwrap();
    // Once, so that it ends by itself; what listens is tested elsewhere.
    let mut once: Vec<&str> = vec!["./rolewright"];
    once.extend(arguments[..listening].iter().chain(&arguments[listening + 2..]).map(String::as_str));
    once.push("--once");
    let ran = confined(&once).ends(0);
    assert!(ran.stdout.contains("\"outcome\":\"done\""), "{}\n{}", ran.stdout, ran.stderr);
    assert!(volume.join("access/policies/dstny.db").exists());
}

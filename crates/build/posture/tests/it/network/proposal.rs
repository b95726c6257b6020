//! What is proposed for a shop, what that lets through, and whether `kubectl` takes it.

use std::process::Command;

use boltseal_model::Limits;
use boltseal_posture::network::{Cluster, Outcome, Proposal, propose};
use boltseal_testkit::skip;

use super::{flow, judge, subjects};
use crate::fixtures::root;

fn shop() -> String {
    std::fs::read_to_string(root().join("network/shop.yaml")).unwrap()
}

fn proposed(text: &str) -> Proposal {
    let (proposal, problems) = propose(&subjects(text), &Limits::default());
    assert!(problems.is_empty(), "{problems:?}");
    proposal
}

/// The manifests together with what is proposed for them.
fn secured(text: &str) -> Cluster {
    let (mut cluster, problems) = Cluster::of(&subjects(text));
    assert!(problems.is_empty(), "{problems:?}");
    proposed(text).policies.into_iter().for_each(|proposed| cluster.add(proposed.policy));
    cluster
}

#[test]
fn a_proposal_is_what_it_was() {
    let path = root().join("network/expected.yaml");
    let found = proposed(&shop()).to_yaml();
    if std::env::var_os("BOLTSEAL_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default());
}

#[test]
fn a_proposal_allows_what_the_manifests_say_and_nothing_else() {
    let cluster = secured(&shop());
    for (text, is_allowed) in [
        // A variable names the host, a URL the port, a map of configuration the namespace.
        ("shop/web shop/api 8080", true),
        ("shop/api shop/db 5432", true),
        ("shop/api cache/redis 6379", true),
        ("shop/report shop/db 5432", true),
        // The controller of the Ingress, which runs elsewhere.
        ("shop/web shop/db 5432", false),
        ("shop/api shop/web 80", false),
        ("shop/web shop/api 9090", false),
        ("cache/redis shop/db 5432", false),
        ("shop/db shop/api 8080", false),
        ("shop/web 198.51.100.7 443", false),
        ("198.51.100.7 shop/web 80", false),
        ("198.51.100.7 shop/db 5432", false),
    ] {
        let verdict = judge(&cluster, &flow(text));
        let expected = if is_allowed { Outcome::Allowed } else { Outcome::Denied };
        assert_eq!(verdict.verdict, expected, "{text}: {verdict:?}");
    }
}

#[test]
fn a_controller_and_the_servers_of_names_are_reached() {
    let others = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}\n\
                  spec: {containers: [{name: c}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: controller, namespace: \
                  ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}\nspec: {containers: [{name: c}]}\n";
    let (mut cluster, _) = Cluster::of(&subjects(&(shop() + others)));
    proposed(&shop()).policies.into_iter().for_each(|proposed| cluster.add(proposed.policy));
    for (text, outcome) in [
        ("ingress-nginx/controller shop/web 80", Outcome::Allowed),
        ("ingress-nginx/controller shop/api 8080", Outcome::Denied),
        ("shop/web kube-system/coredns 53/UDP", Outcome::Allowed),
        ("shop/db kube-system/coredns 53", Outcome::Allowed),
        ("shop/db kube-system/coredns 80", Outcome::Denied),
    ] {
        assert_eq!(judge(&cluster, &flow(text)).verdict, outcome, "{text}");
    }
    // A controller that is declared may reach it by a rule of its own.
    let cluster = secured(&(shop() + others));
    assert_eq!(judge(&cluster, &flow("ingress-nginx/controller shop/web 80")).verdict, Outcome::Allowed);
    assert_eq!(judge(&cluster, &flow("ingress-nginx/controller shop/api 8080")).verdict, Outcome::Denied);
}

#[test]
fn values_of_variables_are_never_shown() {
    let yaml = proposed(&shop()).to_yaml();
    assert!(yaml.contains("variable DATABASE_URL names Service shop/db"), "{yaml}");
    assert!(!yaml.contains("hunter2") && !yaml.contains("payments.example"), "{yaml}");
}

#[test]
fn what_cannot_be_derived_is_said() {
    let service = |rest: &str| format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{{rest}}}\n");
    let pod = |name: &str, labels: &str, rest: &str| {
        let metadata = format!("metadata: {{name: {name}, labels: {{{labels}}}}}");
        format!("---\napiVersion: v1\nkind: Pod\n{metadata}\nspec: {{containers: [{{name: c{rest}}}]}}\n")
    };
    let ingress = |class: &str| {
        let backend = "defaultBackend: {service: {name: s, port: {number: 80}}}";
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{{class}{backend}}}\n"
        )
    };
    let of_a = service("selector: {app: a}, ports: [{port: 80, targetPort: http}]");
    let named = ", ports: [{name: http, containerPort: 8080}]";
    for (text, expected) in [
        (pod("a", "app: a", named), "who calls port 8080/TCP"),
        (
            pod("a", "app: a", named) + &of_a + &ingress("ingressClassName: other, "),
            "nothing says where its controller runs",
        ),
        (pod("a", "app: a", named) + &of_a + &ingress(""), "nothing says where its controller runs"),
        (
            pod("a", "app: a", named) + &of_a.replace("{selector", "{type: LoadBalancer, selector"),
            "from outside the cluster",
        ),
        (pod("b", "app: b", ", args: [s]") + &of_a, "of which the manifests show no pod at that port"),
        (pod("b", "app: b", ", args: ['s:81']") + &pod("a", "app: a", named) + &of_a, "show no pod at that port"),
        (
            pod("b", "app: b", ", args: [s]") + &service("type: ExternalName, externalName: x.example"),
            "show no pod at that port",
        ),
        (pod("b", "app: b", ", args: ['https://x.example/']"), "no Service of the manifests has"),
        (pod("b", "app: b", ", args: [s.other.svc.cluster.local]"), "no Service of the manifests has"),
        (pod("b", "app: b", ", args: ['x.example:443']"), "no Service of the manifests has"),
        (
            pod("b", "app: b", ", args: ['0.0.0.0:443', 'http://localhost/']"),
            "Nothing in the manifests says that it connects",
        ),
        (pod("b", "", ""), "no labels that a policy could select them by"),
        (pod("a", "app: a", "") + &pod("b", "'app': a, tier: b", ""), "those of Pod default/b as well"),
        (pod("b", "app: b", ""), "Nothing in the manifests says that it connects"),
    ] {
        let yaml = proposed(&text).to_yaml();
        assert!(yaml.contains(expected), "{expected}\n{text}\n{yaml}");
        assert!(!yaml.contains("8080\n"), "nothing is allowed: {yaml}");
    }
}

#[test]
fn a_port_with_a_name_is_that_of_the_pod() {
    let text = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: a}, ports: [{name: web, port: 80, \
                targetPort: http}, {name: other, port: 81, targetPort: 9000}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: \
                a}}\nspec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}\n---\napiVersion: v1\nkind: \
                Pod\nmetadata: {name: b, labels: {app: b}}\nspec: {containers: [{name: c, args: ['http://s:80/']}]}\n---\napiVersion: \
                v1\nkind: Pod\nmetadata: {name: c, labels: {app: c}}\nspec: {containers: [{name: c, args: [s]}]}\n";
    let cluster = secured(text);
    for (text, outcome) in [
        ("default/b default/a 8080", Outcome::Allowed),
        ("default/b default/a 80", Outcome::Denied),
        ("default/b default/a 9000", Outcome::Denied),
        ("default/c default/a 8080", Outcome::Allowed),
        ("default/c default/a 9000", Outcome::Allowed),
        ("default/c default/a 81", Outcome::Denied),
    ] {
        assert_eq!(judge(&cluster, &flow(text)).verdict, outcome, "{text}");
    }
}

#[test]
fn a_proposal_does_not_depend_on_the_order_of_manifests() {
    let text = shop();
    let mut documents: Vec<&str> = text.split("---\n").filter(|document| !document.trim().is_empty()).collect();
    let forth = proposed(&documents.join("---\n"));
    documents.reverse();
    assert_eq!(forth.to_yaml(), proposed(&documents.join("---\n")).to_yaml());
}

#[test]
fn kubectl_takes_a_proposal() {
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        return skip("kubectl is absent; the package is kubernetes-client");
    }
    let proposal = proposed(&shop());
    let folder = tempfile();
    let path = folder.join("proposal.yaml");
    std::fs::write(&path, proposal.to_yaml()).unwrap();
    let mut command = Command::new("kubectl");
    // Nothing is asked of a server.
    command.args(["label", "--local", "-o", "json", "boltseal.example/read=yes", "-f"]).arg(&path);
    let output = command.env("KUBECONFIG", "/dev/null").output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let objects: Vec<serde_json::Value> =
        serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(objects.len(), proposal.policies.len());
    // What it prints is what it understood, which lets the same through.
    let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects }).to_string();
    let (theirs, problems) = Cluster::of(&subjects(&list));
    assert!(problems.is_empty(), "{:?}", problems.into_sorted());
    for proposed in &proposal.policies {
        let ours = &proposed.policy;
        let found = theirs.policies[&ours.namespace].iter().find(|it| it.name == ours.name).unwrap();
        assert_eq!((&found.pods, &found.ingress, &found.egress), (&ours.pods, &ours.ingress, &ours.egress));
    }
}

/// A scratch folder.
fn tempfile() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("boltseal-network-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

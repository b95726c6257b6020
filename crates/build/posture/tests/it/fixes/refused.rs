//! What is not mended, and what is said of it.

use super::{checks, made, mend};

/// What is offered for the first finding of a rule.
fn offered(path: &str, text: &str, rule: &str) -> Result<String, String> {
    let mending = mend(&checks(), path, text);
    assert_eq!(mending.faults, [], "{text}");
    let offer = mending.offers.into_iter().find(|offer| offer.rule == rule);
    offer.unwrap().edits.map(|edits| made(text, &edits))
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n";

#[test]
fn what_other_places_share_is_left_alone() {
    let shared = "an alias stands for it, so that the edit would change other places as well";
    let text = format!(
        "{POD}  containers:\n  - {{name: a, image: a, securityContext: &s {{privileged: true}}}}\n  - {{name: b, image: b, securityContext: *s}}\n"
    );
    assert_eq!(offered("pod.yaml", &text, "container-privileged"), Err(shared.to_owned()));
    let text = "services:\n  a: &a\n    image: a:1\n    privileged: true\n  b: *a\n";
    assert_eq!(offered("compose.yaml", text, "container-privileged"), Err(shared.to_owned()));
    let text = "x-base: &base\n  image: a:1\n  privileged: true\nservices:\n  a:\n    <<: *base\n    user: app\n";
    let expected = "x-base: &base\n  image: a:1\n  privileged: true\nservices:\n  a:\n    <<: *base\n    user: app\n    privileged: false\n";
    assert_eq!(offered("compose.yaml", text, "container-privileged").as_deref(), Ok(expected));
}

#[test]
fn what_a_deployment_works_out_is_left_alone() {
    let text = "services:\n  a:\n    image: a:1\n    privileged: ${PRIVILEGED:-true}\n";
    let computed = "the value there is worked out when it is deployed";
    assert_eq!(offered("compose.yaml", text, "container-privileged"), Err(computed.to_owned()));
}

#[test]
fn what_is_made_of_something_else_is_mended_there() {
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"a","securityContext":{"privileged":true}}]}}"#;
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{"root_module":{{"resources":[{{"type":"kubernetes_manifest","name":"a","address":"kubernetes_manifest.a","values":{{"manifest":{pod}}}}}]}}}}}}"#
    );
    let expected = "a plan is made of a configuration, where the edit belongs";
    assert_eq!(offered("plan.json", &plan, "container-privileged"), Err(expected.to_owned()));
}

#[test]
fn a_platform_without_the_field_is_named() {
    let text = "family: shop\nnetworkMode: host\ncontainerDefinitions:\n- {name: a, image: a}\n";
    assert_eq!(offered("task.yaml", text, "host-network"), Err("ECS has no one place for `host.network`".to_owned()));
    let expected = "the rule knows no edit for such a case";
    let text = format!(
        "{POD}  containers:\n  - {{name: a, image: a, securityContext: {{capabilities: {{add: [SYS_ADMIN]}}}}}}\n"
    );
    assert_eq!(offered("pod.yaml", &text, "container-may-escalate"), Err(expected.to_owned()));
}

#[test]
fn two_that_need_the_same_mapping_make_one() {
    let text = format!("{POD}  containers:\n  - name: shop # the shop\n    image: shop\n");
    let mending = mend(&checks(), "pod.yaml", &text);
    let whole = mending.text.unwrap();
    assert_eq!(whole.matches("\n    securityContext:").count(), 1, "{whole}");
    assert_eq!(whole.matches("- ALL").count(), 1, "{whole}");
    assert!(whole.starts_with(&text), "{whole}");
    let diff = "--- a/pod.yaml\n+++ b/pod.yaml\n@@ -5,3 +5,14 @@\n   containers:\n   - name: shop # the shop\n     image: shop\n";
    assert!(mending.diff.starts_with(diff), "{}", mending.diff);
}

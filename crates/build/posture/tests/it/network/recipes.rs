//! What the documentation of Kubernetes says that policies do, case by case.

use super::{cluster, flow, hold, judge, pod, policy, world};
use boltseal_posture::network::{Decision, Outcome};

/// Holds flows in namespaces x and y, of which x has one policy.
fn with(spec: &str, expected: &[(&str, bool)]) {
    hold(spec, &(world(&["x", "y"]) + &policy(spec)), expected);
}

#[test]
fn without_policies_everything_is_allowed() {
    hold(
        "none",
        &world(&["x", "y"]),
        &[("x/a y/b 80", true), ("198.51.100.7 x/a 1", true), ("x/a 198.51.100.7 1/SCTP", true)],
    );
}

#[test]
fn default_deny_ingress_leaves_egress_alone() {
    for spec in
        ["{podSelector: {}, policyTypes: [Ingress]}", "{podSelector: {}}", "{podSelector: null}", "{ingress: []}"]
    {
        with(
            spec,
            &[
                ("x/a x/b 80", false),
                ("y/a x/b 80", false),
                ("198.51.100.7 x/b 80", false),
                ("x/a y/b 80", true),
                ("x/a 198.51.100.7 80", true),
                ("y/a y/b 80", true),
                ("x/a x/a 80", true),
            ],
        );
    }
}

#[test]
fn allow_all_ingress() {
    for spec in [
        "{podSelector: {}, ingress: [{}]}",
        "{podSelector: {}, ingress: [{from: []}]}",
        "{ingress: [{from: null, ports: []}]}",
    ] {
        with(
            spec,
            &[
                ("x/a x/b 80", true),
                ("y/a x/b 1/UDP", true),
                ("198.51.100.7 x/b 80", true),
                ("2001:db8::1 x/b 80", true),
            ],
        );
    }
}

#[test]
fn default_deny_egress_leaves_ingress_alone() {
    with(
        "{podSelector: {}, policyTypes: [Egress]}",
        &[
            ("x/a x/b 80", false),
            ("x/a y/b 80", false),
            ("x/a 198.51.100.7 53/UDP", false),
            ("y/a x/b 80", true),
            ("198.51.100.7 x/b 80", true),
            ("x/a x/a 80", true),
        ],
    );
}

#[test]
fn allow_all_egress() {
    with(
        "{podSelector: {}, egress: [{}], policyTypes: [Egress]}",
        &[("x/a y/b 80", true), ("x/a 2001:db8::1 80", true), ("y/a x/a 80", true)],
    );
}

#[test]
fn deny_both_directions() {
    with(
        "{podSelector: {}, policyTypes: [Ingress, Egress]}",
        &[("x/a y/b 80", false), ("y/b x/a 80", false), ("y/a y/b 80", true)],
    );
}

#[test]
fn rules_for_egress_isolate_unless_the_types_say_otherwise() {
    with(
        "{egress: [{to: [{podSelector: {}}]}]}",
        &[("x/a y/b 80", false), ("x/a x/b 80", false), ("y/b x/a 80", false)],
    );
    with(
        "{egress: [{to: [{podSelector: {}}]}], policyTypes: [Ingress]}",
        &[("x/a y/b 80", true), ("y/b x/a 80", false)],
    );
    with(
        "{ingress: [{from: [{podSelector: {}}]}], policyTypes: [Egress]}",
        &[("x/a y/b 80", false), ("y/b x/a 80", true)],
    );
    with("{egress: []}", &[("x/a y/b 80", true), ("y/b x/a 80", false)]);
}

#[test]
fn two_entries_are_either_and_one_entry_is_both() {
    with(
        "{ingress: [{from: [{namespaceSelector: {matchLabels: {ns: 'y'}}}, {podSelector: {matchLabels: {pod: b}}}]}]}",
        &[("y/a x/a 80", true), ("y/b x/a 80", true), ("x/b x/a 80", true), ("x/c x/a 80", false)],
    );
    with(
        "{ingress: [{from: [{namespaceSelector: {matchLabels: {ns: 'y'}}, podSelector: {matchLabels: {pod: b}}}]}]}",
        &[("y/a x/a 80", false), ("y/b x/a 80", true), ("x/b x/a 80", false)],
    );
}

#[test]
fn selectors_of_nothing_select_everything() {
    with(
        "{ingress: [{from: [{podSelector: {}}]}]}",
        &[("x/b x/a 80", true), ("y/b x/a 80", false), ("198.51.100.7 x/a 80", false)],
    );
    with(
        "{ingress: [{from: [{namespaceSelector: {}}]}]}",
        &[("x/b x/a 80", true), ("y/b x/a 80", true), ("198.51.100.7 x/a 80", false)],
    );
}

#[test]
fn a_namespace_is_selected_by_its_name() {
    let by = |name: &str| {
        format!(
            "{{ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: '{name}'}}}}}}]}}]}}"
        )
    };
    with(&by("y"), &[("y/a x/a 80", true), ("x/b x/a 80", false)]);
    // Nobody can take another namespace's name by a label, and nobody has to declare the namespace.
    let forged =
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: z, labels: {kubernetes.io/metadata.name: 'y'}}\n";
    let text = world(&["x"]) + forged + &pod("z", "a", "") + &pod("undeclared", "a", "");
    hold("forged", &(text.clone() + &policy(&by("y"))), &[("z/a x/a 80", false)]);
    hold("undeclared", &(text + &policy(&by("undeclared"))), &[("undeclared/a x/a 80", true), ("z/a x/a 80", false)]);
}

#[test]
fn expressions_select_as_documented() {
    let by = |expression: &str| {
        format!("{{ingress: [{{from: [{{podSelector: {{matchExpressions: [{{{expression}}}]}}}}]}}]}}")
    };
    with(&by("key: pod, operator: In, values: [b, z]"), &[("x/b x/a 80", true), ("x/c x/a 80", false)]);
    with(&by("key: pod, operator: NotIn, values: [b, z]"), &[("x/b x/a 80", false), ("x/c x/a 80", true)]);
    with(&by("key: other, operator: NotIn, values: [b]"), &[("x/b x/a 80", true)]);
    with(&by("key: pod, operator: Exists"), &[("x/b x/a 80", true)]);
    with(&by("key: other, operator: Exists"), &[("x/b x/a 80", false)]);
    with(&by("key: pod, operator: DoesNotExist"), &[("x/b x/a 80", false)]);
    with(&by("key: other, operator: DoesNotExist"), &[("x/b x/a 80", true)]);
    let both = "key: pod, operator: Exists}, {key: pod, operator: NotIn, values: [b]";
    with(&by(both), &[("x/b x/a 80", false), ("x/c x/a 80", true)]);
}

#[test]
fn blocks_of_addresses_are_for_what_is_outside() {
    with(
        "{ingress: [{from: [{ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}}]}], policyTypes: [Ingress]}",
        &[
            ("172.17.0.9 x/a 80", true),
            ("172.17.1.9 x/a 80", false),
            ("172.18.0.9 x/a 80", false),
            ("x/b x/a 80", false),
            ("2001:db8::1 x/a 80", false),
        ],
    );
    with(
        "{policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: '2001:db8::/64', except: ['2001:db8::/96']}}]}]}",
        &[
            ("x/a 2001:db8::1 80", false),
            ("x/a 2001:db8:0:0:1::1 80", true),
            ("x/a 2001:db8:1::1 80", false),
            ("x/a x/b 80", false),
        ],
    );
}

#[test]
fn ports_are_numbers_names_ranges_and_all_of_a_protocol() {
    let by = |port: &str| format!("{{ingress: [{{ports: [{port}]}}]}}");
    with(&by("{port: 80}"), &[("y/a x/a 80", true), ("y/a x/a 81", false), ("y/a x/a 80/UDP", false)]);
    with(&by("{port: http}"), &[("y/a x/a 80", true), ("y/a x/a 81", false), ("y/a x/a 80/UDP", false)]);
    with(&by("{port: dns}"), &[("y/a x/a 53/UDP", false), ("y/a x/a 53", false)]);
    with(&by("{port: dns, protocol: UDP}"), &[("y/a x/a 53/UDP", true), ("y/a x/a 53", false)]);
    with(
        &by("{port: 8000, endPort: 8002}"),
        &[("y/a x/a 7999", false), ("y/a x/a 8000", true), ("y/a x/a 8002", true), ("y/a x/a 8003", false)],
    );
    with(&by("{protocol: SCTP}"), &[("y/a x/a 1/SCTP", true), ("y/a x/a 1", false)]);
    with(&by("{port: 1}, {port: 2}"), &[("y/a x/a 1", true), ("y/a x/a 2", true), ("y/a x/a 3", false)]);
    // Names of egress are those of the receiver, and what is outside has none.
    with(
        "{policyTypes: [Egress], egress: [{ports: [{port: http}]}]}",
        &[("x/a y/b 80", true), ("x/a y/b 81", false), ("x/a 198.51.100.7 80", false)],
    );
}

#[test]
fn peers_and_ports_of_a_rule_belong_together() {
    with(
        "{ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}, {ports: [{port: 81}]}]}",
        &[("x/b x/a 80", true), ("x/b x/a 81", true), ("y/b x/a 80", false), ("y/b x/a 81", true)],
    );
}

#[test]
fn policies_add_up_and_both_ends_must_allow() {
    let named = |name: &str, spec: &str| policy(spec).replace("name: p", &format!("name: {name}"));
    let text = world(&["x", "y"])
        + &named("deny", "{policyTypes: [Ingress, Egress]}")
        + &named(
            "in",
            "{podSelector: {matchLabels: {pod: a}}, ingress: [{from: [{podSelector: {matchLabels: {pod: b}}}]}]}",
        );
    // The receiver allows it, and the sender is not allowed to.
    hold("one end", &text, &[("x/b x/a 80", false), ("y/b x/a 80", false)]);
    let text = text
        + &named(
            "out",
            "{podSelector: {matchLabels: {pod: b}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}",
        );
    hold("both ends", &text, &[("x/b x/a 80", true), ("x/b x/c 80", false), ("x/c x/a 80", false)]);
}

#[test]
fn the_example_of_the_documentation() {
    let spec = "{podSelector: {matchLabels: {role: db}}, policyTypes: [Ingress, Egress], ingress: [{from: [{ipBlock: {cidr: \
                172.17.0.0/16, except: [172.17.1.0/24]}}, {namespaceSelector: {matchLabels: {project: myproject}}}, \
                {podSelector: {matchLabels: {role: \
                frontend}}}], ports: [{protocol: TCP, port: 6379}]}], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: \
                [{protocol: TCP, port: 5978}]}]}";
    let namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: mine, labels: {project: myproject}}\n";
    let text = pod("x", "db", "role: db")
        + &pod("x", "front", "role: frontend")
        + &pod("x", "other", "")
        + &pod("mine", "any", "")
        + &pod("y", "front", "role: frontend")
        + namespace
        + &policy(spec);
    hold(
        "documentation",
        &text,
        &[
            ("x/front x/db 6379", true),
            ("x/front x/db 6380", false),
            ("x/other x/db 6379", false),
            ("mine/any x/db 6379", true),
            ("y/front x/db 6379", false),
            ("172.17.0.1 x/db 6379", true),
            ("172.17.1.255 x/db 6379", false),
            ("172.17.2.0 x/db 6379", true),
            ("x/db 10.0.0.7 5978", true),
            ("x/db 10.0.1.7 5978", false),
            ("x/db x/front 5978", false),
            ("x/other x/front 1", true),
        ],
    );
}

#[test]
fn pods_of_the_host_network_are_not_covered() {
    let host = pod("x", "host", "pod: host").replace("spec:\n", "spec:\n  hostNetwork: true\n");
    let text =
        world(&["x"]) + &host + &policy("{policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}]}");
    let (cluster, _) = cluster(&text);
    let verdict = judge(&cluster, &flow("198.51.100.7 x/host 80"));
    assert_eq!((verdict.verdict, verdict.ingress), (Outcome::Allowed, Some(Decision::HostNetwork)));
    // No selector of pods means it, as it has the address of its node.
    let verdict = judge(&cluster, &flow("x/host x/a 80"));
    assert_eq!((verdict.verdict, verdict.egress), (Outcome::Denied, Some(Decision::HostNetwork)));
}

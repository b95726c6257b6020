//! A mistake in a policy is a problem with its place, and never lets more through.

use boltseal_model::{Limits, ProblemKind};
use boltseal_posture::network::{Outcome, flows};

use super::{cluster, flow, judge, policy, world};

/// Specifications that the API server refuses, each with what the problem says.
const SPECS: &[(&str, &str)] = &[
    ("{ingress: [{from: [{}]}]}", "a peer that names nobody"),
    ("{ingress: [{from: [null]}]}", "`from` must be a mapping"),
    ("{ingress: [null]}", "`ingress` must be a mapping"),
    ("{ingress: {}}", "`ingress` must be a list"),
    ("{ingress: [{from: {}}]}", "`from` must be a list"),
    ("{ingress: [{form: [{podSelector: {}}]}]}", "there is no \"form\" here"),
    ("{ingress: [{from: [{podSelecter: {}}]}]}", "there is no \"podSelecter\" here"),
    ("{ingress: [{from: [{podSelector: {matchLables: {pod: z}}}]}]}", "there is no \"matchLables\" here"),
    ("{ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 0.0.0.0/0}}]}]}", "`ipBlock` beside a selector"),
    ("{ingress: [{from: [{ipBlock: {}}]}]}", "an `ipBlock` without `cidr`"),
    ("{ingress: [{from: [{ipBlock: {cidr: everywhere}}]}]}", "`cidr` must be"),
    ("{ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24, except: [10.0.0.0/8]}}]}]}", "`except` must be"),
    ("{ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24, except: 198.51.100.7/32}}]}]}", "`except` must be a list"),
    ("{ingress: [{ports: [{prot: 80}]}]}", "there is no \"prot\" here"),
    ("{ingress: [{ports: [{port: 0}]}]}", "`port` must be"),
    ("{ingress: [{ports: [{port: '80'}]}]}", "`port` must be"),
    ("{ingress: [{ports: [{port: 70000}]}]}", "`port` must be"),
    ("{ingress: [{ports: [{port: 80, endPort: 79}]}]}", "`endPort` must be"),
    ("{ingress: [{ports: [{endPort: 90}]}]}", "`endPort` must be"),
    ("{ingress: [{ports: [{port: http, endPort: 90}]}]}", "`endPort` must be"),
    ("{ingress: [{ports: [{port: 80, protocol: tcp}]}]}", "`protocol` must be"),
    ("{ingress: [{ports: 80}]}", "`ports` must be a list"),
    ("{ingress: [{from: [{podSelector: {matchLabels: {pod: true}}}]}]}", "`matchLabels` must be"),
    ("{ingress: [{from: [{podSelector: {matchExpressions: [{key: pod, operator: In}]}}]}]}", "`operator` must be"),
    (
        "{ingress: [{from: [{podSelector: {matchExpressions: [{key: pod, operator: Exists, values: [b]}]}}]}]}",
        "`operator` must be",
    ),
    (
        "{ingress: [{from: [{podSelector: {matchExpressions: [{key: pod, operator: Like, values: [b]}]}}]}]}",
        "`operator` must be",
    ),
    ("{ingress: [{from: [{podSelector: {matchExpressions: [{operator: Exists}]}}]}]}", "`key` must be"),
    ("{podSelector: [], ingress: [{}]}", "`selector` must be a mapping"),
    ("{podSelector: {matchLabels: {pod: [a]}}, ingress: [{}]}", "`matchLabels` must be"),
    ("{policyTypes: [ingress]}", "`policyTypes` must be"),
    ("{policyTypes: Ingress}", "`policyTypes` must be a list"),
    ("{ingres: [{}]}", "there is no \"ingres\" here"),
    ("[]", "`spec` must be a mapping"),
    ("null", "without `spec`"),
];

#[test]
fn a_mistake_allows_nothing_and_has_a_place() {
    for (spec, expected) in SPECS {
        let (cluster, problems) = cluster(&(world(&["x"]) + &policy(spec)));
        let [problem] = &problems[..] else { panic!("{spec}: {problems:?}") };
        assert!(problem.detail.contains(expected) && problem.detail.starts_with("line "), "{spec}: {problem:?}");
        assert_eq!(problem.path.as_deref(), Some("f"));
        for text in ["x/b x/a 80", "x/b x/a 80/UDP", "198.51.100.7 x/a 80"] {
            assert_eq!(judge(&cluster, &flow(text)).verdict, Outcome::Denied, "{spec}: {text}");
        }
    }
}

#[test]
fn a_mistake_in_egress_allows_nothing_either() {
    for spec in [
        "{egress: {}}",
        "{egress: [{too: []}]}",
        "{egress: [{to: [{}]}]}",
        "{egress: [{}], policyTypes: [egress]}",
        "[]",
    ] {
        let (cluster, problems) = cluster(&(world(&["x"]) + &policy(spec)));
        assert_eq!(problems.len(), 1, "{spec}: {problems:?}");
        let is_allowed = spec.contains("[{}],");
        let expected = if is_allowed { Outcome::Allowed } else { Outcome::Denied };
        assert_eq!(judge(&cluster, &flow("x/b 198.51.100.7 80")).verdict, expected, "{spec}");
    }
}

#[test]
fn a_mistake_beside_good_peers_takes_itself_away_alone() {
    let spec = "{ingress: [{from: [{podSelector: {matchLabels: {pod: b}}}, {ipBlock: {cidr: x}}], ports: [{port: 80}, {port: -1}]}]}";
    let (cluster, problems) = cluster(&(world(&["x"]) + &policy(spec)));
    assert_eq!(problems.len(), 2, "{problems:?}");
    for (text, outcome) in [
        ("x/b x/a 80", Outcome::Allowed),
        ("x/b x/a 81", Outcome::Denied),
        ("x/c x/a 80", Outcome::Denied),
        ("198.51.100.7 x/a 80", Outcome::Denied),
    ] {
        assert_eq!(judge(&cluster, &flow(text)).verdict, outcome, "{text}");
    }
}

#[test]
fn policies_of_other_groups_are_passed_over() {
    let other = policy("{}").replace("networking.k8s.io/v1", "crd.projectcalico.org/v1");
    let (cluster, problems) = cluster(&(world(&["x"]) + &other));
    assert!(cluster.policies.is_empty() && problems.is_empty());
}

#[test]
fn lines_are_flows_or_problems() {
    let text = concat!(
        "{\"from\": \"x/a\", \"to\": \"10.0.0.1\", \"port\": 80}\r\n\n",
        "{\"from\": \"x/a\", \"to\": \"2001:db8::1\", \"port\": 53, \"protocol\": \"UDP\"}\n",
        "{\"from\": \"x/a\", \"to\": \"x/b\", \"port\": 0}\n",
        "{\"from\": \"x/a\", \"to\": \"x/b\", \"port\": 65536}\n",
        "{\"from\": \"a\", \"to\": \"x/b\", \"port\": 1}\n",
        "{\"from\": \"x/a\", \"to\": \"x/b\", \"port\": 1, \"protocol\": \"ICMP\"}\n",
        "{\"from\": \"x/a\", \"to\": \"x/b\", \"port\": 1, \"more\": 1}\n",
        "{\"from\": \"x/a\", \"to\": \"x/b\"}\n",
        "[]\nnonsense",
    );
    let (found, problems) = flows("flows", text.as_bytes(), &Limits::default());
    assert_eq!(found, [flow("x/a 10.0.0.1 80"), flow("x/a 2001:db8::1 53/UDP")]);
    let problems = problems.into_sorted();
    let lines: Vec<&str> = problems.iter().map(|problem| problem.detail.split(',').next().unwrap()).collect();
    let expected = ["line 10", "line 11", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9"];
    assert_eq!(lines.len(), expected.len(), "{problems:?}");
    assert!(expected.iter().all(|line| lines.contains(line)), "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|problem| problem.kind == ProblemKind::Malformed && problem.path.as_deref() == Some("flows"))
    );
}

#[test]
fn flows_are_limited() {
    let line = "{\"from\": \"x/a\", \"to\": \"x/b\", \"port\": 1}\n";
    let limits = Limits { flows: 2, ..Limits::default() };
    let (found, problems) = flows("f", line.repeat(4).as_bytes(), &limits);
    assert_eq!((found.len(), problems.into_sorted()[0].kind), (2, ProblemKind::TooMany));
    let limits = Limits { flow_file_bytes: 10, ..Limits::default() };
    let (found, problems) = flows("f", line.as_bytes(), &limits);
    assert_eq!((found.len(), problems.into_sorted()[0].kind), (0, ProblemKind::TooLarge));
}
